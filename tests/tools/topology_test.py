"""PoCL is told of processors where Linux does not describe them, and only there."""

import tempfile
import unittest
from pathlib import Path

from launcher.topology import describe_where_linux_does_not


class Topology(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.processors = Path(self.folder.name)

    def described(self, environment):
        describe_where_linux_does_not(environment, self.processors)
        return environment

    def test_a_description_is_left_alone(self):
        topology = self.processors / "cpu0" / "topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings").write_text("1\n")
        self.assertEqual(self.described({}), {})

    def test_without_one_memory_and_cores_are_told(self):
        told = self.described({})["HWLOC_SYNTHETIC"]
        self.assertRegex(told, r"^numa:1\(memory=[1-9]\d{8,}\) core:[1-9]\d* pu:1$")

    def test_what_somebody_set_stays(self):
        self.assertEqual(self.described({"HWLOC_XMLFILE": "machine.xml"}), {"HWLOC_XMLFILE": "machine.xml"})


if __name__ == "__main__":
    unittest.main()
