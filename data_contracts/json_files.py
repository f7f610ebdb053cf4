"""JSON files of our own, read so that a broken one says where it is broken and what to do."""

import json
import re
import reprlib
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from data_contracts.errors import CustomsDataError

Shape = TypeVar("Shape")

_MOST_BYTES = 2**28
_KINDS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number with a fraction",
    bool: "a boolean",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
_MALFORMED = re.compile(r"malformed: (?P<what>.+) \(byte (?P<byte>\d+)\)")


def read_json(
    path: Path,
    shape: type[Shape],
    *,
    remedy: str,
    error: type[CustomsDataError] = CustomsDataError,
    each_once: bool = False,
) -> Shape:
    """Return what a JSON file holds.

    Args:
        path: The file.
        shape: Type that msgspec builds of it.
        remedy: What makes the file whole again, such as `run customs publish`.
        error: Class of the error that is raised.
        each_once: Refuse a file in which an object names something twice: of two values another
            program may take the other one.

    Raises:
        CustomsDataError: There is no such file, it is no plain one or too long, it is no JSON, or
            it is not of the shape; the message names file, place, what was expected and found, and
            the remedy.
    """
    content = _content(path, remedy, error)
    try:
        value = msgspec.json.decode(content, type=shape)
        if each_once:
            json.loads(content, object_pairs_hook=_each_once)
    except msgspec.ValidationError as failure:
        said, _, place = str(failure).partition(" - at ")
        message = f"{path}, at {place.strip('`') or '$'}: {said[:1].lower()}{said[1:]}; {remedy}"
        raise error(message) from failure
    except _TwiceError as twice:
        message = f"{path}: expected each name once, found {twice} more than once; {remedy}"
        raise error(message) from None
    except RecursionError as failure:
        message = f"{path}: expected JSON, found more levels than can be read; {remedy}"
        raise error(message) from failure
    except ValueError as failure:
        place, found = json_fault(content)
        message = f"{path}, {place}: expected JSON, found {found}; {remedy}"
        raise error(message) from failure
    return value


def _content(path: Path, remedy: str, error: type[CustomsDataError]) -> bytes:
    try:
        # A pipe would be waited for, and a device has no end.
        if path.exists() and not (path.is_file() or path.is_dir()):
            message = f"{path}: expected a JSON file, found a pipe or a device; {remedy}"
            raise error(message)
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as failure:
        message = f"{path}: expected a JSON file, found none ({failure.strerror}); {remedy}"
        raise error(message) from failure
    if len(content) > _MOST_BYTES:
        message = f"{path}: expected a JSON file of {_MOST_BYTES:,} bytes at most, found a longer "
        message += f"one; {remedy}"
        raise error(message)
    return content


class _TwiceError(Exception):
    """An object names something twice."""


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    for name, times in Counter(name for name, _ in pairs).most_common(1):
        if times > 1:
            raise _TwiceError(reprlib.repr(name))


def kind_of(value: object) -> str:
    """Return of what kind a value of JSON is; no value of it."""
    return _KINDS.get(type(value), "something else")


def json_fault(content: bytes) -> tuple[str, str]:
    """Return where a text stops being JSON, and what was found there; no value of it.

    Args:
        content: The text, which is no JSON.
    """
    position, found = _fault(content)
    line = content.count(b"\n", 0, position) + 1
    column = position - content.rfind(b"\n", 0, position)
    return f"line {line}, column {column}", found


def _fault(content: bytes) -> tuple[int, str]:
    if not content.strip():
        return 0, "nothing"
    try:
        content.decode()
        msgspec.json.decode(content)
    except UnicodeDecodeError as failure:
        return failure.start, "bytes that are no UTF-8"
    except RecursionError:
        return 0, "more levels than can be read"
    except msgspec.DecodeError as failure:
        if malformed := _MALFORMED.search(str(failure)):
            return int(malformed["byte"]), malformed["what"]
    return len(content), "its end"
