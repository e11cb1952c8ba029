"""JSON that comes from outside."""

import json
from pathlib import Path
from typing import Any, Union

from launcher.report import LauncherError, excerpt


def parse_json(text: Union[str, bytes], where: str) -> Any:
    """The value of the text. Raises LauncherError where it is no JSON, or nests deeper than Python can follow."""
    try:
        return json.loads(text)
    except RecursionError:
        raise LauncherError(f"{where} is no JSON that can be read: it nests too deep") from None
    except ValueError as error:
        raise LauncherError(f"{where} is no JSON: {error}") from None


def read_json(path: Union[str, Path]) -> Any:
    """The value of a JSON file. Raises LauncherError where it can't be read, or is no JSON."""
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise LauncherError(f"{excerpt(path)} cannot be read: {error.strerror}") from None
    return parse_json(text, excerpt(path))
