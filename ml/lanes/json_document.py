"""JSON as it was sent: exact numbers, and no key that stands twice.

Two readers of a document with a repeated key may each take another of its values, so that what
is decided on is not what is declared; no value is better than either.
"""

import json
from typing import Any

from data_contracts.json_files import json_fault
from ml.lanes.refusal import RequestRefusedError


class Number(str):
    """A JSON number as it is written, digit by digit."""

    __slots__ = ()


class Repeated(dict[str, Any]):
    """An object in which a key stands twice.

    Attributes:
        name: The first such key.
    """

    name: str


def decode(body: bytes) -> Any:
    """Return the document; numbers are `Number`, objects with a key twice are `Repeated`.

    Raises:
        RequestRefusedError: The body is no JSON document in UTF-8; NaN and Infinity are none.
    """
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        place, found = json_fault(body)
        raise RequestRefusedError(
            field="$", expected="a JSON document in UTF-8", found=f"{found} ({place})", status=400
        ) from None


def kind_of(value: Any) -> str:
    """Return what a JSON value is, in words that tell nothing of it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Number):
        return "a number"
    if isinstance(value, str):
        return f"text of {len(value)} characters"
    return "a list" if isinstance(value, list) else "an object"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = Repeated(found)
    names = [name for name, _ in pairs]
    repeated.name = next(name for place, name in enumerate(names) if name in names[:place])
    return repeated


def _no_constant(_text: str) -> Any:
    message = "JSON has no such number"
    raise ValueError(message)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=Number,
    parse_int=Number,
    parse_constant=_no_constant,
)
