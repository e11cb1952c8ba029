"""Few descriptors and little memory: a program works, or says in one line what it lacks, and never crashes."""

import resource
import unittest

from programs import IS_SANITIZED, IS_WHOLE, NESTWRIGHT, WORKBENCH, FaultsTest, taken

MEGABYTE = 1024 * 1024


class Limits(FaultsTest):
    def commands(self):
        return {"train": self.train("--epochs", "1", "--quiet", "--checkpoint", "checkpoint"),
                "check": [WORKBENCH, "check", "relu/cpu"],
                "explain": [WORKBENCH, "explain", "relu/cpu"],
                "watch": [WORKBENCH, "watch", "relu/cpu", "--once"],
                "compare": [WORKBENCH, "compare", "relu", "cpu", "--no-records"],
                "new": [WORKBENCH, "new", "relu", "made", "--out", "."]}

    def test_few_descriptors(self):
        # With three, the dynamic linker finds no library: that is its own line, and its own status.
        for name, number in taken([(name, number) for name in self.commands() for number in (3, 4, 5, 6, 8, 12)], 6):
            with self.subTest(command=name, descriptors=number):
                self.judge(self.commands()[name], {resource.RLIMIT_NOFILE: number})

    @unittest.skipIf(IS_SANITIZED, "sanitizers take terabytes of addresses")
    def test_little_memory(self):
        for name, size in taken([(name, size) for name in self.commands() for size in
                                 (8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)], 6):
            with self.subTest(command=name, megabytes=size):
                self.judge(self.commands()[name], {resource.RLIMIT_AS: size * MEGABYTE})

    @unittest.skipIf(IS_SANITIZED, "sanitizers take terabytes of addresses")
    def test_what_lacks_memory_is_said_to_lack_it(self):
        """From the least with which the program starts to what is enough, where each step lacks memory elsewhere."""
        for name, least, most in taken([("train", 24, 48), ("check", 208, 280), ("explain", 208, 320), ("watch", 208, 280)], 2):
            for size in range(least * 1024, most * 1024, 500 if IS_WHOLE else 2000):
                with self.subTest(command=name, kilobytes=size):
                    result = self.run_program(self.commands()[name], limits={resource.RLIMIT_AS: size * 1024})
                    if result.status not in (0, 127):  # 127: the dynamic linker itself has too little
                        self.assertEqual((result.status, result.out), (1, ""), result)
                        self.assertRegex(result.err, r"\A[^\n]*out of memory[^\n]*\n\Z")

    def judge(self, command, limits):
        for file in self.folder.iterdir():
            file.unlink()
        result = self.run_program(command, limits=limits)
        if result.status == 0:
            return
        self.assertIn(result.status, (1, 127), result)
        # `check` prints what it could not find out of a schedule as its verdict.
        self.assert_one_line(result._replace(err=result.out) if "check" in command and not result.err else result)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
