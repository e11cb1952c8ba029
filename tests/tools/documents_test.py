"""Documents name files and folders that exist."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In backquotes, a file by its ending, or a folder by its slash; <family> and * stand for any name.
NAMED = re.compile(r"`([\w<*{][\w./<>*{},-]*(?:\.(?:h|cpp|py|md|nest|cmake|sh|txt|kernels|json)|/))`")
# What is not in the tree: schedules that users write, what a build or a run on a GPU makes, and Halide's own files.
ELSEWHERE = re.compile(r"(^|/)(mine|adams)\.nest$|^build/|^gpu/|^records|nestwright/$|^results/gpu|gpu\.json$"
                       r"|^Halide(Runtime|Buffer)?\.h$|^src/Derivative")


def files_of_the_project():
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and folder.name not in ("build", ".git")]
    files = [file for folder in folders for file in folder.rglob("*") if "__pycache__" not in file.parts]
    return [file.relative_to(ROOT).as_posix() for file in [*files, *ROOT.iterdir()] if file.is_file()]


def is_there(name, files):
    """Whether a file or folder is called so, anywhere in the tree: `a/b.h` names `x/a/b.h`, too."""
    pattern = re.escape(name.rstrip("/")).replace(r"\*", "[^/]*")
    pattern = re.sub(r"<[^>]*>", "[^/]+", pattern.replace(r"\<", "<").replace(r"\>", ">"))
    pattern = re.sub(r"\\\{([^}]*)\\\}", lambda choice: "(" + choice[1].replace("\\,", ",").replace(",", "|") + ")",
                     pattern)
    fits = re.compile(r"(^|/)" + pattern + (r"/" if name.endswith("/") else r"$"))
    return any(fits.search(file) for file in files)


class Documents(unittest.TestCase):
    def test_what_they_name_is_there(self):
        files = files_of_the_project()
        documents = [name for name in files if name.endswith(".md") and not name.startswith("bench/results/")]
        self.assertGreater(len(documents), 20)
        missing = [f"{document} names {name}" for document in documents
                   for name in NAMED.findall((ROOT / document).read_text())
                   if not ELSEWHERE.search(name) and not is_there(name, files)]
        self.assertEqual("\n".join(missing), "")

    def test_a_file_that_is_missing_is_seen(self):
        files = ["ops/linear/signature.cpp", "docs/tuning.md"]
        self.assertTrue(is_there("ops/<family>/signature.cpp", files))
        self.assertTrue(is_there("ops/*/{signature,algorithm}.cpp", files))
        self.assertTrue(is_there("linear/", files))
        self.assertFalse(is_there("signatures/linear.cpp", files))
        self.assertFalse(is_there("signatures/", files))


if __name__ == "__main__":
    unittest.main()
