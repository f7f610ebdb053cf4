"""A request for a lane: read from JSON by the contracts `lane_request` and `lane_request_item`.

Decimals stay exact, whether they come as JSON numbers or as text. Whatever is wrong is told with
its JSON path and never with its value.
"""

import re
from datetime import date, datetime
from typing import Any

import msgspec

from data_contracts.loading import load_contract
from data_contracts.office_time import OFFICE_TIME
from ml.lanes.json_document import Repeated, decode, kind_of
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request_agreement import Stated, check_agreement
from ml.lanes.request_fields import NATIONAL_SYSTEM, readers_of

_BODY = "$"
_ITEMS = "goods_items"
_DECLARATION = "lane_request"
_ITEM = "lane_request_item"
_MARTS = ("fct_declaration", "fct_goods_item")
# A name of another form may be anything, an identity too.
_SHOWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class LaneRequest(msgspec.Struct, frozen=True):
    """A checked request; the names of the values are those of the contracts.

    Attributes:
        declaration: Fields of `lane_request`, None where not given.
        items: Fields of `lane_request_item` for each goods item, in the order given.
        source_system: Where the declaration was lodged.
        registered_date: Local date of registration: history up to the day before counts.
    """

    declaration: dict[str, Any]
    items: tuple[dict[str, Any], ...]
    source_system: str
    registered_date: date


def read_request(body: bytes, *, max_items: int, now: datetime) -> LaneRequest:
    """Read and check one request.

    Args:
        body: The JSON document.
        max_items: Most goods items allowed.
        now: The clock of who decides; a registration may lie little ahead of it.

    Raises:
        RequestRefusedError: Anything that is not a complete request of known values.
    """
    document = _object(decode(body), _BODY, _DECLARATION, (_ITEMS,))
    given = _items(document, max_items)
    source_system = _source_system(document)
    declaration = _values(document, _DECLARATION, source_system, _BODY)
    items = tuple(
        _values(item, _ITEM, source_system, _item_path(place)) for place, item in enumerate(given)
    )
    registered_date = declaration["registered_at"].astimezone(OFFICE_TIME).date()
    told = {**declaration, "source_system": source_system, "registered_date": registered_date}
    check_agreement(Stated(declaration, items, told, now))
    return LaneRequest(declaration, items, source_system, registered_date)


def _items(document: dict[str, Any], max_items: int) -> list[dict[str, Any]]:
    path = f"{_BODY}.{_ITEMS}"
    given = document.get(_ITEMS)
    if given is None:
        raise RequestRefusedError(
            field=path, expected="a value, as this field is required", found="nothing"
        )
    if not isinstance(given, list):
        raise RequestRefusedError(field=path, expected="a list", found=kind_of(given))
    if not 1 <= len(given) <= max_items:
        expected = f"1 to {max_items} goods items"
        raise RequestRefusedError(field=path, expected=expected, found=str(len(given)))
    return [_object(item, _item_path(place), _ITEM, ()) for place, item in enumerate(given)]


def _source_system(document: dict[str, Any]) -> str:
    """Return the system first of all fields: it decides which rules bind."""
    name = "source_system"
    readers = readers_of(_DECLARATION, NATIONAL_SYSTEM)
    own = next(reader for reader in readers if reader.field.name == name)
    system: str | None = own.read(document.get(name), f"{_BODY}.{name}")
    return system or NATIONAL_SYSTEM


def _object(value: Any, path: str, contract: str, more: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RequestRefusedError(field=path, expected="an object", found=kind_of(value))
    known = {*load_contract(contract).names, *more}
    for name in value:
        if name not in known:
            raise _unknown(name, path)
    if isinstance(value, Repeated):
        raise RequestRefusedError(
            field=f"{path}.{value.name}", expected="a key once", found="the key twice"
        )
    return value


def _unknown(name: str, path: str) -> RequestRefusedError:
    if not _SHOWN_NAME.fullmatch(name):
        return RequestRefusedError(
            field=path, expected="fields of the contract only", found="a field of another name"
        )
    expected = "only fields of a request; no field of a request has this name"
    if any(name in load_contract(mart).names for mart in _MARTS):
        expected = "only fields of a request; this is known only after registration"
    return RequestRefusedError(field=f"{path}.{name}", expected=expected, found="a field")


def _values(given: dict[str, Any], contract: str, source_system: str, path: str) -> dict[str, Any]:
    """Return the fields by name; empty text means not given, as it does at landing."""
    return {
        name: reader.read(given.get(name), f"{path}.{name}")
        for reader in readers_of(contract, source_system)
        for name in (reader.field.name,)
    }


def _item_path(place: int) -> str:
    return f"{_BODY}.{_ITEMS}[{place}]"
