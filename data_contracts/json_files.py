"""JSON files of our own, read so that a broken one says where it is broken and what to do."""

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from data_contracts.errors import CustomsDataError

Shape = TypeVar("Shape")

_MALFORMED = re.compile(r"malformed: (?P<what>.+) \(byte (?P<byte>\d+)\)")


def read_json(
    path: Path, shape: type[Shape], *, remedy: str, error: type[CustomsDataError] = CustomsDataError
) -> Shape:
    """Return what a JSON file holds.

    Args:
        path: The file.
        shape: Type that msgspec builds of it.
        remedy: What makes the file whole again, such as `run customs publish`.
        error: Class of the error that is raised.

    Raises:
        CustomsDataError: There is no such file, it is no JSON, or it is not of the shape; the
            message names file, place, what was expected and found, and the remedy.
    """
    try:
        content = path.read_bytes()
    except OSError as failure:
        message = f"{path}: expected a JSON file, found none ({failure.strerror}); {remedy}"
        raise error(message) from failure
    try:
        return msgspec.json.decode(content, type=shape)
    except ValueError as failure:
        message = f"{path}, {json_problem(content, failure)}; {remedy}"
        raise error(message) from failure


def json_problem(content: bytes, failure: ValueError) -> str:
    """Return where a JSON text is broken, what was expected and what was found; no value of it.

    Args:
        content: The text.
        failure: What msgspec raised over it.
    """
    if isinstance(failure, msgspec.ValidationError):
        said, _, place = str(failure).partition(" - at ")
        return f"at {place.strip('`') or '$'}: {said[:1].lower()}{said[1:]}"
    position, found = _fault(content, str(failure))
    line = content.count(b"\n", 0, position) + 1
    column = position - content.rfind(b"\n", 0, position)
    return f"line {line}, column {column}: expected JSON, found {found}"


def _fault(content: bytes, said: str) -> tuple[int, str]:
    try:
        content.decode()
    except UnicodeDecodeError as failure:
        return failure.start, "bytes that are no UTF-8"
    if malformed := _MALFORMED.search(said):
        return int(malformed["byte"]), malformed["what"]
    return len(content), "its end" if content.strip() else "nothing"
