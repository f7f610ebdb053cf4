"""A request for a lane: read from JSON by the contracts `lane_request` and `lane_request_item`.

Decimals stay exact, whether they come as JSON numbers or as text. Whatever is wrong is told with
its JSON path and never with its value.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

import msgspec

from data_contracts.errors import CustomsDataError
from data_contracts.json_files import json_fault
from data_contracts.loading import load_contract
from data_contracts.model import Field
from ml.lanes.request_fields import checks_of

NATIONAL_SYSTEM = "vcis_extract"
"""Meant where a request names no source system."""

# The office's own calendar decides which day's history counts; one offset all year round.
LOCAL_TIME = timezone(timedelta(hours=7))

_BODY = "$"
_ITEMS = "goods_items"
_MARTS = ("fct_declaration", "fct_goods_item")
_DECIMAL_TEXT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_WHOLE_TEXT = re.compile(r"-?[0-9]{1,40}")
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*)`")
_MISSING_FIELD = re.compile(r"Object missing required field `(.*)`")
_PATH = re.compile(r"^(.*?)(?: - at `(\$.*)`)?$", re.DOTALL)
_SHOWN_NAME_CHARACTERS = 60


class RequestRefusedError(CustomsDataError):
    """A request that cannot be decided on.

    Attributes:
        field: JSON path of what is wrong, `$` for the whole body.
        reason: What was expected; never the value that was found.
        status: HTTP status, 400 to 499.
    """

    def __init__(self, field: str, reason: str, status: int = 422) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.status = status

    def as_json(self) -> dict[str, Any]:
        """Return the answer's body."""
        return {"error": {"field": self.field, "reason": self.reason}}


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


class _Number(Decimal):
    """A JSON number or decimal text, exact."""


class _WholeNumber(int):
    """A JSON integer or its text."""


_TYPES: dict[str, Any] = {
    "string": str,
    "integer": _WholeNumber,
    "number": _Number,
    "boolean": bool,
    "date": date,
    "timestamp": Annotated[datetime, msgspec.Meta(tz=True)],
}


def read_request(body: bytes, *, max_items: int) -> LaneRequest:
    """Read and check one request.

    Args:
        body: The JSON document.
        max_items: Most goods items allowed.

    Raises:
        RequestRefusedError: Anything that is not a complete request of known values.
    """
    document = _decoded(body)
    items = getattr(document, _ITEMS)
    if not 1 <= len(items) <= max_items:
        reason = f"expected 1 to {max_items} goods items, found {len(items)}"
        raise RequestRefusedError(_at(_BODY, _ITEMS), reason)
    declaration = _values(document, "lane_request")
    source_system = declaration["source_system"] or NATIONAL_SYSTEM
    _check("lane_request", declaration, source_system, _BODY)
    item_values = tuple(_values(item, "lane_request_item") for item in items)
    for place, item in enumerate(item_values):
        _check("lane_request_item", item, source_system, f"$.{_ITEMS}[{place}]")
    registered_date = declaration["registered_at"].astimezone(LOCAL_TIME).date()
    told_twice = {
        **declaration, "source_system": source_system, "registered_date": registered_date
    }  # fmt: skip
    _check_agreement(declaration, told_twice, _BODY)
    for place, item in enumerate(item_values):
        _check_agreement(item, told_twice, f"$.{_ITEMS}[{place}]")
    _check_item_numbers(item_values)
    return LaneRequest(declaration, item_values, source_system, registered_date)


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    item = msgspec.defstruct(
        "LaneRequestItem", _members("lane_request_item"), forbid_unknown_fields=True, gc=False
    )
    request = msgspec.defstruct(
        "LaneRequestDocument",
        [*_members("lane_request"), (_ITEMS, list[item])],  # type: ignore[valid-type]
        forbid_unknown_fields=True,
        kw_only=True,
    )
    return msgspec.json.Decoder(request, dec_hook=_exact, float_hook=_from_float_text)


@cache
def _checks(contract: str) -> Any:
    return checks_of(load_contract(contract))


def _members(contract: str) -> list[Any]:
    # Required ones first: a struct takes no default before them.
    fields: Sequence[Field] = sorted(load_contract(contract).fields, key=lambda f: not f.required)
    return [
        (field.name, _TYPES[field.logical_type])
        if field.required
        else (field.name, _TYPES[field.logical_type] | None, None)
        for field in fields
    ]


def _exact(wanted: type, found: Any) -> Any:
    if wanted is _WholeNumber:
        is_text = isinstance(found, str) and _WHOLE_TEXT.fullmatch(found)
        if is_text or (isinstance(found, int) and not isinstance(found, bool)):
            return _WholeNumber(found)
        message = "expected a whole number, or one as text of digits"
        raise ValueError(message)
    is_text = isinstance(found, str) and _DECIMAL_TEXT.fullmatch(found)
    is_number = isinstance(found, (int, Decimal)) and not isinstance(found, bool)
    if is_text or (is_number and Decimal(found).is_finite()):
        return _Number(found)
    message = "expected a number, or one as text like 1234.50"
    raise ValueError(message)


def _from_float_text(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        # An exponent beyond all bounds; the hook above then refuses it at its place.
        return Decimal("Infinity")


def _decoded(body: bytes) -> Any:
    try:
        return _decoder().decode(body)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except (RecursionError, ValueError):
        place, found = json_fault(body)
        reason = f"{place}: expected a JSON document in UTF-8, found {found}"
        raise RequestRefusedError(_BODY, reason, status=400) from None


def _refusal(message: str) -> RequestRefusedError:
    """Turn the decoder's message into path and reason; it names types and fields, no values."""
    match = _PATH.match(message)
    reason, path = (match[1], match[2] or _BODY) if match else (message, _BODY)
    unknown = _UNKNOWN_FIELD.fullmatch(reason)
    if unknown:
        name = unknown[1][:_SHOWN_NAME_CHARACTERS]
        return RequestRefusedError(_at(path, name), _why_unknown(name))
    missing = _MISSING_FIELD.fullmatch(reason)
    if missing:
        return RequestRefusedError(_at(path, missing[1]), "this field is required")
    # The decoder names our own types as it finds them.
    plain = reason.replace("`_Number | null`", "number").replace("`_WholeNumber | null`", "integer")
    return RequestRefusedError(path, plain[:1].lower() + plain[1:])


def _why_unknown(name: str) -> str:
    if any(name in load_contract(mart).names for mart in _MARTS):
        return "this is known only after registration"
    return "no field of a request has this name"


def _at(path: str, name: str) -> str:
    return f"{path}.{name}"


def _values(struct: Any, contract: str) -> dict[str, Any]:
    """Return the fields by name; empty text means not given, as it does at landing."""
    values = {name: getattr(struct, name) for name in load_contract(contract).names}
    return {name: None if value == "" else value for name, value in values.items()}


def _check(contract: str, values: dict[str, Any], source_system: str, path: str) -> None:
    for field in load_contract(contract).fields:
        value = values[field.name]
        if value is None:
            if field.required:
                raise RequestRefusedError(_at(path, field.name), "this field is required")
            continue
        for check in _checks(contract)[field.name]:
            reason = check(value, source_system)
            if reason is not None:
                raise RequestRefusedError(_at(path, field.name), reason)


def _check_agreement(values: dict[str, Any], told_twice: dict[str, Any], path: str) -> None:
    """Refuse a part that says something else of the declaration than the declaration itself."""
    for name in ("source_system", "declaration_number", "declaration_version", "registered_date"):
        told = values.get(name)
        if told is not None and told != told_twice[name]:
            reason = f"does not agree with the declaration's own {name}"
            if name == "registered_date":
                reason = "is not the date of registered_at in Asia/Ho_Chi_Minh"
            raise RequestRefusedError(_at(path, name), reason)


def _check_item_numbers(items: tuple[dict[str, Any], ...]) -> None:
    seen: set[int] = set()
    for place, item in enumerate(items):
        if item["item_number"] in seen:
            path = f"$.{_ITEMS}[{place}].item_number"
            raise RequestRefusedError(path, "two goods items have this number")
        seen.add(item["item_number"])
