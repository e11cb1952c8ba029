"""Paths at which nothing can be written, or read: one line says so, before any work, and nothing is changed there."""

import os
import unittest
from pathlib import Path

from programs import NESTWRIGHT, WORKBENCH, CheckpointTest, FaultsTest, snapshot, taken

# Root may write anywhere unless it gives that up.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def make_folder(place: Path) -> Path:
    place.mkdir()
    (place / "kept").write_text("kept")
    return place


def make_fifo(place: Path) -> Path:
    os.mkfifo(place)
    return place


def make_loop(place: Path) -> Path:
    place.symlink_to(place.name + ".other")
    place.with_name(place.name + ".other").symlink_to(place.name)
    return place


def make_file_as_folder(place: Path) -> Path:
    place.write_text("a file")
    return place / "below"


def make_read_only_folder(place: Path) -> Path:
    place.mkdir()
    place.chmod(0o555)
    return place / "file"


PLACES = {
    "a folder": make_folder,
    "a pipe": make_fifo,
    "links in a circle": make_loop,
    "below a file": make_file_as_folder,
    "in a folder that is missing": lambda place: place / "file",
    "in a folder that may not be written": make_read_only_folder,
    "a name of 4,000 characters": lambda place: place.with_name("n" * 4000),
    "a path of 4,000 characters": lambda place: place / ("folder/" * 570 + "file"),
    "bytes that are no UTF-8, below a file": lambda place: make_file_as_folder(place.with_name("\udcff\udcfe")),
    "/dev/full": lambda place: Path("/dev/full"),
}

# Whatever writes a file, and the file's place at its end.
WRITERS = {
    "train --checkpoint": [NESTWRIGHT, "train", "--data", "DATA", "--epochs", "1", "--checkpoint"],
    "train --json": [NESTWRIGHT, "train", "--data", "DATA", "--epochs", "1", "--json"],
    "evaluate --json": [NESTWRIGHT, "evaluate", "--data", "DATA", "--checkpoint", "CHECKPOINT", "--json"],
    "compare --json": [WORKBENCH, "compare", "relu", "cpu", "--no-records", "--json"],
    "compare --records": [WORKBENCH, "compare", "relu", "cpu", "--records"],
    "tune --records": [WORKBENCH, "tune", "relu", "--budget", "1s", "--records"],
    "tune --json": [WORKBENCH, "tune", "relu", "--budget", "1s", "--no-records", "--json"],
    "tune --out": [WORKBENCH, "tune", "relu", "--budget", "1s", "--no-records", "--out"],
    "import --out": [WORKBENCH, "import", "relu", "--autoscheduler", "mullapudi2016", "--out"],
}

# Whatever reads a file.
READERS = {
    "train --data": [NESTWRIGHT, "train", "--epochs", "1", "--data"],
    "train --resume": [NESTWRIGHT, "train", "--resume"],
    "evaluate --checkpoint": [NESTWRIGHT, "evaluate", "--data", "DATA", "--checkpoint"],
    "check": [WORKBENCH, "check"],
    "explain": [WORKBENCH, "explain"],
    "compare": [WORKBENCH, "compare", "relu"],
}


class Places(CheckpointTest):
    def command(self, words, place):
        return [*AS_ANYBODY, *self.with_files(words), place]

    def test_what_cant_be_written_is_said_and_left_as_it_was(self):
        for writer, place in taken([(writer, place) for writer in WRITERS for place in PLACES], 10):
            with self.subTest(writer=writer, place=place):
                self.refuses(WRITERS[writer], place)

    def test_what_cant_be_read_is_said(self):
        # No device is of use to a reader; a folder is what --data takes, and an empty one has no data set.
        for reader, place in taken([(reader, place) for reader in READERS for place in PLACES if place != "/dev/full"], 8):
            with self.subTest(reader=reader, place=place):
                self.refuses(READERS[reader], place)

    def refuses(self, words, place):
        folder = self.folder / f"{len(os.listdir(self.folder))}"
        folder.mkdir()
        path = PLACES[place](folder / "place")
        before = snapshot(folder)
        result = self.run_program(self.command(words, path), cwd=folder)
        # What is wrong with a schedule is what `check` is asked for: that is its output.
        self.assert_refused(result._replace(out=result.err, err=result.out) if "check" in words else result)
        self.assertEqual(snapshot(folder), before)

    def test_names_that_are_no_utf_8_are_names_as_any(self):
        name = self.folder / "\udcff\udcfe\n"
        self.assert_succeeds(self.train("--epochs", "1", "--checkpoint", str(name)))
        self.assert_succeeds([NESTWRIGHT, "evaluate", "--data", self.data, "--checkpoint", name])
        self.assertEqual(os.listdir(os.fsencode(self.folder)), [os.fsencode(name.name)])

    def test_a_data_set_s_files_may_be_anything(self):
        for name in taken(sorted(os.listdir(self.data)), 2):
            for place in taken(["a folder", "a pipe", "links in a circle"], 2):
                with self.subTest(name=name, place=place):
                    folder = self.folder / f"{name}-{place}".replace(" ", "-")
                    folder.mkdir()
                    for other in os.listdir(self.data):
                        if other != name:
                            (folder / other).symlink_to(self.data / other)
                    PLACES[place](folder / name)
                    self.assert_refused(self.run_program([NESTWRIGHT, "train", "--epochs", "1", "--data", folder]), name)


class Streams(FaultsTest):
    PRINTERS = ([NESTWRIGHT, "kernels"], [NESTWRIGHT, "--help"], [WORKBENCH, "ops"], [WORKBENCH, "schedules"],
                [WORKBENCH, "check", "relu/cpu"], [WORKBENCH, "help", "compute_at"])

    def test_a_full_standard_output_is_said(self):
        for command in taken(self.PRINTERS, 3):
            with self.subTest(command=command), open("/dev/full", "wb") as full:
                self.assert_refused(self.run_program(command, stdout=full))

    def test_a_reader_that_leaves_is_no_error_of_ours(self):
        for command in taken(self.PRINTERS, 2):
            with self.subTest(command=command):
                result = self.run_program(["sh", "-c", '"$@" | true', "sh", *command])
                self.assertEqual((result.status, result.err), (0, ""))

    def test_errors_keep_their_status_where_they_cant_be_printed(self):
        for command in taken(([NESTWRIGHT, "train", "--lr", "none"], [NESTWRIGHT, "evaluate", "--checkpoint", "none"],
                              [WORKBENCH, "check", "none.nest"], [WORKBENCH, "nothing"]), 2):
            status = self.run_program(command).status
            self.assertIn(status, (1, 2))
            for redirection in ("2>/dev/full", "2>&-", "0<&- 1>&- 2>&-"):
                with self.subTest(command=command, redirection=redirection):
                    result = self.run_program(["sh", "-c", f'"$@" {redirection}', "sh", *command])
                    self.assertEqual((result.status, result.err), (status, ""))

    def test_closed_descriptors_are_not_taken_for_files(self):
        for closed in taken(("0<&-", "1>&-", "0<&- 1>&-", "2>&-"), 2):
            with self.subTest(closed=closed):
                name = f"checkpoint-{len(os.listdir(self.folder))}"
                self.run_program(["sh", "-c", f'"$@" {closed}', "sh",
                                  *self.train("--epochs", "1", "--quiet", "--checkpoint", name)])
                self.assert_succeeds([NESTWRIGHT, "evaluate", "--data", self.data, "--checkpoint", name])


if __name__ == "__main__":
    unittest.main()
