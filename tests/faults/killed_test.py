"""A training that is killed at any moment leaves the checkpoint of one of its epochs, and can be gone on with."""

import os
import random
import time
import unittest

from programs import NESTWRIGHT, FaultsTest, state_of, taken

EPOCHS = 12
MOMENTS = 200


class Killed(FaultsTest):
    def test_a_killed_training_goes_on_to_the_same_end(self):
        whole = self.folder / "whole"
        start = time.monotonic()
        self.assert_succeeds(self.train("--epochs", str(EPOCHS), "--checkpoint", str(whole)))
        duration, expected = time.monotonic() - start, state_of(whole)
        seed = random.SystemRandom().randrange(2**32)
        moments = random.Random(seed)
        found = {}
        for number in taken(range(MOMENTS), 8):
            with self.subTest(seed=seed, number=number):
                checkpoint = self.folder / f"{number}" / "checkpoint"
                checkpoint.parent.mkdir()
                program = self.start(self.train("--epochs", str(EPOCHS), "--checkpoint", str(checkpoint)))
                time.sleep(moments.uniform(0, 1.1 * duration))
                program.kill()
                program.communicate()
                epoch = self.epoch_of(checkpoint)
                found[epoch] = found.get(epoch, 0) + 1
                again = ["train", "--resume", str(checkpoint), "--checkpoint", str(checkpoint)] if epoch else \
                    self.train("--epochs", str(EPOCHS), "--checkpoint", str(checkpoint))[1:]
                self.assert_succeeds([NESTWRIGHT, *again])
                self.assertEqual(state_of(checkpoint), expected)
                # What the killed run had begun to write is gone, too.
                self.assertEqual(os.listdir(checkpoint.parent), [checkpoint.name])
        print(f"seed {seed}: runs killed, by the epochs of what they left: {dict(sorted(found.items()))}", flush=True)

    def epoch_of(self, checkpoint):
        """How many epochs the checkpoint has done; 0 where there is none. It is whole, and the program reads it."""
        if not checkpoint.exists():
            return 0
        state = state_of(checkpoint)
        self.assert_succeeds([NESTWRIGHT, "evaluate", "--data", self.data, "--checkpoint", checkpoint])
        self.assertEqual(len(state["results"]), int(state["metadata"]["epoch"]))
        return len(state["results"])


if __name__ == "__main__":
    unittest.main()
