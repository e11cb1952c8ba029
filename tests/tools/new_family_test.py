"""Whoever adds an operator as CONTRIBUTING.md says has a working one: what it lists is enough, and is short.

Adds a family in an overlay of the sources, compiles what that changes with the build's own commands, links it into the
build's tests of operators and of verdicts, and runs what these have about the new operator.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher import testing
from launcher.build import build_environment

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("NESTWRIGHT_BUILD", ROOT / "build" / "default"))
MOST_FILES = 10

SIGNATURE = """#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {

std::vector<Signature> softsign_signatures() {
  return {{.name = "softsign",
           .summary = "output = input / (1 + |input|)",
           .parameters = {{"lanes"}, {"size"}},
           .inputs = [](const Shape& s) { return std::vector{features("input", s, s.at("size"))}; },
           .outputs = [](const Shape& s) { return std::vector{features("output", s, s.at("size"))}; },
           .flops = [](const Shape& s) { return 3 * s.at("lanes") * s.at("size"); }}};
}

}  // namespace nestwright
"""

ALGORITHM = """#include "ops/algorithm/families.h"
#include "ops/algorithm/notation.h"

namespace nestwright::ops {

std::vector<Operator> softsign_operators() {
  return {{"softsign", "direct", [](const Inputs& inputs, const Shape&) {
             const Stage input("input", inputs);
             Stage output("output");
             output(lane, i, b) = input(lane, i, b) / (1.0f + abs(input(lane, i, b)));
             return algorithm_of({output}, {input});
           }}};
}

}  // namespace nestwright::ops
"""

REFERENCE = """#include "ops/reference/families.h"

namespace nestwright::reference {
namespace {

Tensors softsign(const Shape&, const Tensors& in) {
  Tensor output = in.at("input");
  for (Number& a : output.elements()) a = a / (Number(1.0) + Number(std::abs(a.value), a.error));
  return {{"output", std::move(output)}};
}

}  // namespace

References softsign_references() { return {{"softsign", {softsign}}}; }

}  // namespace nestwright::reference
"""

NEST = """schedule softsign for any

output.compute_root()
"""

CPU_NEST = """schedule softsign for cpu

tune vector in {4, 8, 16} = 8

output.fuse(lane, i, value).vectorize(value, vector, GuardWithIf)
"""

GPU_NEST = """schedule softsign for gpu

output.gpu_blocks(i, b).gpu_threads(lane)
"""

# What CONTRIBUTING.md calls each file, and what an author puts there.
NEW_FILES = {"ops/<family>/signature.cpp": SIGNATURE, "ops/<family>/algorithm.cpp": ALGORITHM,
             "ops/<family>/reference.cpp": REFERENCE, "schedules/<operator>/reference.nest": NEST,
             "schedules/<operator>/cpu.nest": CPU_NEST, "schedules/<operator>/gpu.nest": GPU_NEST}
# Lines that come to those that are there: before a line, another.
EDITS = {"ops/families.h": ("  FAMILY(layout)", "  FAMILY(softsign) \\\n"),
         "tests/ops/operator_case.cpp": ('      {{"feature_extractor"}, feature_extractors},',
                                         '      {{"softsign"}, elements},\n')}


def add_family(overlay):
    """Writes what an author of the family writes; gives the files."""
    files = {name.replace("<family>", "softsign").replace("<operator>", "softsign"): text
             for name, text in NEW_FILES.items()}
    for name, (line, new) in EDITS.items():
        text = (ROOT / name).read_text()
        assert text.count(line) == 1, f"{name} has no line '{line}'"
        files[name] = text.replace(line, new + line)
    for name, text in files.items():
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_text(text)
    return sorted(files)


class Compiler:
    """Compiles sources as the build does, those of the overlay in front of the tree's."""

    def __init__(self, overlay):
        self.overlay, self.objects = overlay, overlay / "objects"
        self.objects.mkdir()
        self.commands = {entry["file"]: entry for entry in json.loads((BUILD / "compile_commands.json").read_text())}

    def entry_of(self, file):
        """The build's command that compiles a file of the tree, alone or with others of its folder."""
        if file in self.commands:
            return self.commands[file]
        for name, entry in self.commands.items():
            if "/Unity/" in name and f'"{file}"' in Path(name).read_text():
                return entry
        raise AssertionError(f"the build compiles no {file}")

    def compile(self, name, like=None):
        """Compiles the overlay's file `name`, or the tree's where it has none; as `like` where the tree has none."""
        entry = self.entry_of(str(ROOT / (like or name)))
        source = self.overlay / name if (self.overlay / name).exists() else ROOT / name
        if "/Unity/" in entry["file"]:
            text = Path(entry["file"]).read_text().replace(f'"{ROOT / name}"', f'"{source}"')
            source = self.objects / (name.replace("/", "_") + "_unity.cxx")
            source.write_text(text)
        compiled = self.objects / (name.replace("/", "_") + ".o")
        words = shlex.split(entry["command"])
        words[words.index("-o") + 1] = str(compiled)
        words[words.index("-c") + 1] = str(source)
        run([words[0], f"-I{self.overlay}", *words[1:]], entry["directory"])
        return compiled

    def link(self, target, objects):
        """The build's program, with `objects` in the place of those of the same names in its libraries."""
        ninja = re.search(r"^CMAKE_MAKE_PROGRAM:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
        listed = run([ninja.group(1), "-t", "commands", target], BUILD).stdout.splitlines()[-1]
        command = next(part for part in listed.split(" && ") if " -o " in part and part.split()[0].endswith("++"))
        words = shlex.split(command)
        place = words.index("-o")
        program = self.overlay / target
        run([*words[:place], *map(str, objects), "-o", str(program), *words[place + 2:]], BUILD)
        return program


def run(command, folder):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            universal_newlines=True)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{result.stdout}")
    return result


def sources_that_list_families():
    return [str(file.relative_to(ROOT)) for file in sorted((ROOT / "ops").glob("*/*.cpp"))
            if "NESTWRIGHT_FAMILIES(" in file.read_text()]


class NewFamily(unittest.TestCase):
    def test_contributing_names_every_file(self):
        text = (ROOT / "CONTRIBUTING.md").read_text()
        section = text[text.index("\n## An operator\n"):text.index("\n## A schedule\n")]
        for name in [*NEW_FILES, *EDITS]:
            self.assertIn(f"`{name}`", section)
        self.assertLessEqual(len(NEW_FILES) + len(EDITS), MOST_FILES)

    def test_an_operator_that_is_added_so_passes_its_tests(self):
        with tempfile.TemporaryDirectory() as name:
            overlay = Path(name)
            self.assertLessEqual(len(add_family(overlay)), MOST_FILES)
            for folder in (ROOT / "schedules").iterdir():
                if folder.is_dir():
                    shutil.copytree(folder, overlay / "schedules" / folder.name)
            compiler = Compiler(overlay)
            jobs = [(f"ops/softsign/{part}.cpp", f"ops/activation/{part}.cpp")
                    for part in ("algorithm", "signature", "reference")]
            jobs += [(source,) for source in (*sources_that_list_families(), "tests/ops/operator_case.cpp")]
            programs = {program.folder: program for program in testing.PROGRAMS}
            environment = {**build_environment(BUILD.name), "NESTWRIGHT_SCHEDULES": str(overlay / "schedules")}

            def outcome_of(folder):
                program = programs[folder]
                binary = compiler.link(program.target, objects if folder == "ops" else
                                       [file for file in objects if "operator_case" not in file.name])
                return testing.run_program(binary, program, "softsign", environment)

            with ThreadPoolExecutor(2) as pool:
                objects = list(pool.map(lambda job: compiler.compile(*job), jobs))
                for outcome in pool.map(outcome_of, ("ops", "legality")):
                    self.assertEqual(outcome.status, 0, outcome.output)
                    print(outcome.text())
                    self.assertRegex(outcome.output, r"PASSED")
                    if outcome.program.folder == "ops":
                        # Every schedule for processors at every shape.
                        self.assertGreaterEqual(int(re.search(r"PASSED +\] (\d+)", outcome.output).group(1)), 8)


if __name__ == "__main__":
    unittest.main()
