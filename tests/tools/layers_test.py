"""The sources include what the table in docs/architecture.md lets them include, and the check sees what it must."""

import unittest
from pathlib import Path

import layers

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("bench", "dsl", "generators", "model", "ops", "support", "tools")


class Layers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.table = layers.read_table((ROOT / "docs" / "architecture.md").read_text())
        cls.sources = layers.read_sources(ROOT, FOLDERS)

    def complaints_with(self, file, header):
        """What is said of the sources as they are, with one more include in `file`."""
        self.assertIn(file, self.sources)
        return layers.complaints(self.table, {**self.sources, file: [*self.sources[file], header]})

    def test_the_sources_include_what_the_table_allows_and_use_all_of_it(self):
        self.assertGreater(len(self.sources), 400)
        self.assertEqual(layers.complaints(self.table, self.sources), [])

    def test_the_training_program_never_sees_the_compiler(self):
        self.assertEqual(self.complaints_with("model/runtime/program.cpp", "Halide.h"),
                         ["model/runtime/program.cpp includes Halide.h: runtime may not know Halide"])

    def test_signatures_know_no_algorithm(self):
        self.assertEqual(
            self.complaints_with("ops/linear/signature.cpp", "ops/linear/algorithm.h"),
            ["ops/linear/signature.cpp includes ops/linear/algorithm.h: signatures may not know algorithms"])

    def test_benchmarks_use_no_insides_of_a_program(self):
        self.assertEqual(self.complaints_with("bench/main.cpp", "tools/workbench/use.h"),
                         ["bench/main.cpp includes tools/workbench/use.h: bench may not know workbench"])

    def test_a_cycle_cannot_be_written_down(self):
        rows = {layer.name: layer for layer in self.table}
        turned = [row._replace(layers=[*row.layers, "runtime"]) if row.name == "graph" else row for row in self.table]
        self.assertIn("graph", rows["runtime"].layers)
        self.assertIn("the row of graph names runtime, which is no row above it",
                      layers.complaints(turned, self.sources))

    def test_what_a_row_allows_is_used(self):
        idle = [row._replace(libraries=[*row.libraries, "zlib"]) if row.name == "dsl" else row for row in self.table]
        self.assertEqual(layers.complaints(idle, self.sources), ["the row of dsl allows zlib, which it does not use"])

    def test_every_source_has_a_row(self):
        self.assertEqual(layers.complaints(self.table, {**self.sources, "model/new/thing.h": []}),
                         ["model/new/thing.h is in no row of the table"])


if __name__ == "__main__":
    unittest.main()
