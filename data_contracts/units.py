"""What a column's name promises about its type and unit, and whether a field keeps the promise."""

from collections.abc import Iterator
from dataclasses import dataclass

from data_contracts.model import Contract, Field

#: Units a number may have; a number may also name the column of its contract that holds its unit.
UNITS = {
    "VND": "Vietnamese dong, whole",
    "USD": "United States dollar",
    "kg": "kilogram",
    "%": "percent, 0 to 100",
    "1": "no unit: a count, a share, a place in an order",
    "day": "days",
    "declared_unit": "the unit in which the item was declared",
    "ln(VND/kg)": "natural logarithm of dong per kilogram",
    "ln(VND/kg)^2": "its square",
}


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a suffix says; None leaves it open."""

    logical_types: frozenset[str]
    unit: str | None


_NUMERIC = frozenset({"integer", "number"})
_TEXT = frozenset({"string"})
_SUFFIXES = {
    "_vnd": _Promise(_NUMERIC, "VND"),
    "_usd": _Promise(_NUMERIC, "USD"),
    "_kg": _Promise(_NUMERIC, "kg"),
    "_pct": _Promise(_NUMERIC, "%"),
    "_ratio": _Promise(_NUMERIC, "1"),
    "_count": _Promise(frozenset({"integer"}), "1"),
    "_days": _Promise(frozenset({"integer"}), "day"),
    "_amount": _Promise(frozenset({"number"}), None),
    "_quantity": _Promise(frozenset({"number"}), None),
    "_at": _Promise(frozenset({"timestamp"}), None),
    "_date": _Promise(frozenset({"date"}), None),
    "_code": _Promise(_TEXT, None),
    "_codes": _Promise(_TEXT, None),
    "_id": _Promise(_TEXT, None),
    "_name": _Promise(_TEXT, None),
    "_text": _Promise(_TEXT, None),
}
_PREFIXES = {
    "is_": _Promise(frozenset({"boolean"}), None),
    "has_": _Promise(frozenset({"boolean"}), None),
}
_AMOUNT_UNIT_SUFFIX = "_currency_code"
_QUANTITY_UNIT_SUFFIX = "_unit_code"


def name_problems(contract: Contract) -> Iterator[str]:
    """Yield a sentence for every field whose type or unit is not what its name promises."""
    for field in contract.fields:
        place = f"{contract.name}.{field.name}"
        yield from (f"{place}: {problem}" for problem in _problems(field, contract))


def _problems(field: Field, contract: Contract) -> Iterator[str]:
    promise = _promise(field.name)
    if promise and field.logical_type not in promise.logical_types:
        expected = " or ".join(sorted(promise.logical_types))
        yield f"is {field.logical_type}, its name promises {expected}"
    if promise and promise.unit and field.unit != promise.unit:
        yield f"has unit {field.unit}, its name promises {promise.unit}"
    if field.logical_type not in _NUMERIC and field.unit is not None:
        yield f"is {field.logical_type} and has unit {field.unit}"
    elif field.logical_type == "number" or field.unit is not None:
        yield from _unit_problems(field, contract)


def _unit_problems(field: Field, contract: Contract) -> Iterator[str]:
    if field.unit is None:
        yield "is a number without unit"
    elif field.unit not in UNITS and field.unit not in contract.names:
        yield f"has unit {field.unit}, which is neither a known unit nor a column beside it"
    elif field.name.endswith("_amount") and not field.unit.endswith(_AMOUNT_UNIT_SUFFIX):
        yield f"is an amount and needs its currency code as unit, not {field.unit}"
    elif field.unit.endswith(_QUANTITY_UNIT_SUFFIX) and field.name.endswith("_kg"):
        yield f"has its unit in the name and in {field.unit}"


def _promise(name: str) -> _Promise | None:
    for prefix, promise in _PREFIXES.items():
        if name.startswith(prefix):
            return promise
    for suffix, promise in _SUFFIXES.items():
        if name.endswith(suffix):
            return promise
    return None
