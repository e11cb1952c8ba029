"""Who may include whom: the table in docs/architecture.md, and what the sources include.

A row of the table is a layer: its name, the files that it has, the layers that it may include, and the libraries. A
file belongs to the row of the longest pattern that fits it. A row may name only rows above it, so no cycle can be
written down; and what a row names must be used, so that the table says what is so.
"""

import fnmatch
import re
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Set, Tuple

SUFFIXES = (".h", ".cpp", ".in")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
# What a header's path begins with, and the library that it is of. What is not here (the standard library, fmt, the
# system) any file may include.
LIBRARIES = {
    "Halide.h": "Halide", "HalideRuntime": "Halide's runtime", "isl/": "isl", "tao/": "PEGTL", "CLI/": "CLI11",
    "nlohmann/": "nlohmann-json", "omp.h": "OpenMP", "openssl/": "OpenSSL", "curl/": "libcurl", "zlib.h": "zlib",
    "oneapi/": "oneDNN", "dnnl": "oneDNN", "cudnn": "cuDNN", "cublas": "cuDNN", "benchmark/": "Google Benchmark",
    "gtest/": "GoogleTest", "gmock/": "GoogleTest", "rapidcheck": "RapidCheck"}


class Layer(NamedTuple):
    name: str
    patterns: Sequence[str]
    layers: Sequence[str]
    libraries: Sequence[str]


def words(cell: str) -> List[str]:
    return [word.strip().strip("`") for word in cell.split(",") if word.strip(" —")]


def read_table(document: str) -> List[Layer]:
    """The rows of the table whose heading begins with `| Layer |`."""
    lines = document.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| Layer |"))
    rows = []
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            break
        name, patterns, layers, libraries = (cell.strip() for cell in line.strip("|").split("|"))
        rows.append(Layer(name, words(patterns), words(layers), words(libraries)))
    return rows


def read_sources(root: Path, folders: Sequence[str]) -> Dict[str, List[str]]:
    """The includes of every source file below `folders`, by the file's path."""
    sources = {}
    for folder in folders:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in SUFFIXES and file.is_file():
                found = INCLUDE.findall(file.read_text())
                sources[file.relative_to(root).as_posix()] = [quoted or angled for quoted, angled in found]
    return sources


def layer_of(file: str, table: Sequence[Layer]) -> str:
    fitting = [(len(pattern), layer.name) for layer in table for pattern in layer.patterns
               if fnmatch.fnmatchcase(file, pattern)]
    return max(fitting)[1] if fitting else ""


def library_of(header: str) -> str:
    return next((library for start, library in LIBRARIES.items() if header.startswith(start)), "")


def complaints(table: Sequence[Layer], sources: Dict[str, List[str]]) -> List[str]:
    """One line for each thing that is wrong with the table, or that the sources include and may not."""
    by_name = {layer.name: layer for layer in table}
    found: List[str] = []
    for number, layer in enumerate(table):
        above = {other.name for other in table[:number]}
        found += [f"the row of {layer.name} names {name}, which is no row above it" for name in layer.layers
                  if name not in above]
    used: Set[Tuple[str, str]] = set()
    for file, headers in sources.items():
        name = layer_of(file, table)
        if not name:
            found.append(f"{file} is in no row of the table")
            continue
        layer = by_name[name]
        for header in headers:
            other, library = layer_of(header, table) if header in sources else "", library_of(header)
            if other and other != name:
                used.add((name, other))
                if other not in layer.layers:
                    found.append(f"{file} includes {header}: {name} may not know {other}")
            elif library:
                used.add((name, library))
                if library not in layer.libraries:
                    found.append(f"{file} includes {header}: {name} may not know {library}")
    for layer in table:
        found += [f"the row of {layer.name} allows {name}, which it does not use"
                  for name in [*layer.layers, *layer.libraries] if (layer.name, name) not in used]
    return found
