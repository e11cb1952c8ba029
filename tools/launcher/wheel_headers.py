"""Single files out of wheels on a package index, without downloading the wheels.

cuDNN's and cuBLASLt's headers come in wheels of 600 MB and more. A wheel is a zip archive, whose table of contents lies
at its end; an index that serves ranges of bytes gives a few headers for as many requests. Each file has to have the
hash that was committed for it, so that it does not matter who answers.
"""

import hashlib
import io
import os
import ssl
import subprocess
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import Dict, Mapping, Optional

from launcher.json_file import parse_json
from launcher.report import LauncherError
from launcher.whole_file import write_file

DEFAULT_INDEX = "https://pypi.org/simple"
SIMPLE_INDEX_JSON = "application/vnd.pypi.simple.v1+json"
TIMEOUT_SECONDS = 30
# The compressed table of contents and a header each fit into one: requests cost more than bytes.
BUFFER_BYTES = 256 * 1024


def read_pins(file: Path) -> Dict[str, Dict[str, str]]:
    """The files to take and their SHA-256, by wheel: a line `WHEEL`, then an indented `FILE HASH` for each file."""
    pins: Dict[str, Dict[str, str]] = {}
    wheel = ""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) == 1 and not line[0].isspace():
            wheel = words[0]
            pins[wheel] = {}
        elif len(words) == 2 and line[0].isspace() and wheel:
            pins[wheel][words[0]] = words[1]
        else:
            raise LauncherError(f"{file}:{number}: expected a wheel, or an indented file of it and its SHA-256")
    return pins


def pip_setting(python: Path, name: str) -> str:
    """What pip is told on this machine: by the environment, else by its configuration; empty where by neither."""
    value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if value:
        return value
    answer = subprocess.run([str(python), "-m", "pip", "config", "get", f"global.{name}"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, universal_newlines=True)
    return answer.stdout.strip() if answer.returncode == 0 else ""


class Index:
    """A package index: pip's own, or PyPI."""

    def __init__(self, python: Path) -> None:
        self.address = (pip_setting(python, "index-url") or DEFAULT_INDEX).rstrip("/")
        self.certificates = ssl.create_default_context(cafile=pip_setting(python, "cert") or None)

    def open(self, address: str, headers: Mapping[str, str], method: str = "GET"):
        request = urllib.request.Request(address, headers=dict(headers), method=method)
        return urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=self.certificates)

    def address_of(self, wheel: str) -> str:
        page = f"{self.address}/{wheel.split('-')[0].replace('_', '-')}/"
        with self.open(page, {"Accept": SIMPLE_INDEX_JSON}) as answer:
            files = parse_json(answer.read(), page)["files"]
        for file in files:
            if file["filename"] == wheel:
                return urllib.parse.urljoin(page, file["url"])
        raise LauncherError(f"{page} has no {wheel}")


class RemoteFile(io.RawIOBase):
    """A file on a server, read by ranges of bytes."""

    def __init__(self, index: Index, address: str) -> None:
        super().__init__()
        self.index, self.address, self.position = index, address, 0
        with index.open(address, {}, "HEAD") as answer:
            self.size = int(answer.headers["Content-Length"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self.size - self.position)
        if count <= 0:
            return 0
        last = self.position + count - 1
        with self.index.open(self.address, {"Range": f"bytes={self.position}-{last}"}) as answer:
            # A server that knows no ranges sends the whole: hundreds of megabytes, for each piece.
            if answer.status != 206:
                raise LauncherError(f"{self.address}: the server can't send a part of a file")
            data = answer.read(count)
        buffer[:len(data)] = data
        self.position += len(data)
        return len(data)


def take(archive: zipfile.ZipFile, wheel: str, name: str, expected: str) -> bytes:
    try:
        data = archive.read(name)
    except KeyError:
        raise LauncherError(f"{wheel} holds no {name}") from None
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise LauncherError(f"{name} of {wheel} has the SHA-256 {found}, and should have {expected}")
    return data


def fetch(pins_file: Path, folder: Path, python: Path, index: Optional[Index] = None) -> None:
    """Puts the files that `pins_file` names into `folder`, by their last names. `python` has the pip that knows the
    index.

    Raises LauncherError, in one line; `folder` is then as it was.
    """
    headers: Dict[str, bytes] = {}
    try:
        index = index or Index(python)
        for wheel, files in read_pins(pins_file).items():
            remote = io.BufferedReader(RemoteFile(index, index.address_of(wheel)), BUFFER_BYTES)
            with zipfile.ZipFile(remote) as archive:
                for name, expected in files.items():
                    headers[Path(name).name] = take(archive, wheel, name, expected)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise LauncherError(f"headers can't be had from the package index: {error}") from None
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in headers.items():
        write_file(folder / name, data)
