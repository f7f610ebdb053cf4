"""Whether a request agrees with itself and the clock, by the checks that its contracts state.

Landing flags such declarations and keeps them, as they have been lodged. Here nothing has happened
yet: the declarant can still say what is meant. What a check asks in words, of which fields, at
which sources and within which figure stands in `agreement` of the contract; the function of its
name says what it compares. A check that is stated and cannot be made is told by `customs contracts
check`, and nobody is judged beside it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from data_contracts.code_lists import column_of
from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract, load_contracts
from data_contracts.model import Agreement, Contract
from data_contracts.office_time import OFFICE_TIME_ZONE
from ml.lanes.refusal import RequestRefusedError

_HS6_LENGTH = 6

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """What a request states.

    Attributes:
        declaration: Fields of `lane_request`.
        items: Fields of `lane_request_item` by goods item.
        told: What the declaration says of fields that may be repeated anywhere.
        now: The clock of who decides.
    """

    declaration: Values
    items: tuple[Values, ...]
    told: Values
    now: datetime


Told = tuple[Any, ...] | None
"""What the words of a check say of the request, in the order of its names; None: it agrees."""

Compare = Callable[[Stated, Values, str, Agreement], Told]
"""From the request, the part of it that is checked, the field and the check as it is stated."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check that a contract may state.

    Attributes:
        compare: What is compared.
        names: What its words may name.
    """

    compare: Compare
    names: tuple[str, ...]


def problems(contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Yield a sentence for every check that is stated and cannot be made, or not told."""
    for contract in contracts.values():
        parts = [checks for name, checks in PARTS.values() if name == contract.name]
        known = {name: check for checks in parts for name, check in checks.items()}
        for said in contract.agreement:
            place = f"{contract.name}: agreement.{said.name}"
            if said.name not in known:
                expected = f"one of {', '.join(known)}" if known else "none, as it is no request"
                yield f"{place}: expected {expected}"
                continue
            for what, words in {"expected": said.expected, "found": said.found}.items():
                for found in _unknown(words, known[said.name].names):
                    names = ", ".join(known[said.name].names) or "none"
                    yield f"{place}.{what}: expected of names {names}, found {found}"


def _unknown(words: str, names: tuple[str, ...]) -> list[str]:
    return [one for one in re.findall(r"\{[^{}]*\}|[{}]", words) if one[1:-1] not in names]


def require_known_checks() -> None:
    """Refuse contracts that state a check which cannot be made.

    Raises:
        ContractViolationError: With every such check.
    """
    if found := list(problems(load_contracts())):
        raise ContractViolationError("; ".join(found))


def check_agreement(stated: Stated) -> None:
    """Refuse a request that contradicts itself, or the clock.

    Raises:
        RequestRefusedError: With the path of the part that does not agree.
    """
    for path, values, part in _parts(stated):
        for said, check in checks_of(part, stated.told["source_system"]):
            for field in said.fields:
                told = check.compare(stated, values, field, said)
                if told is not None:
                    names = dict(zip(check.names, told, strict=True))
                    raise RequestRefusedError(
                        field=f"{path}.{field}",
                        expected=said.expected.format_map(names),
                        found=said.found.format_map(names),
                    )


@cache
def checks_of(part: str, source_system: str) -> tuple[tuple[Agreement, Check], ...]:
    """Return the checks of a part of a request that its contract states for a source system.

    Raises:
        ContractViolationError: A contract states a check that cannot be made.
    """
    require_known_checks()
    contract, checks = PARTS[part]
    return tuple(
        (said, checks[said.name])
        for said in load_contract(contract).agreement
        if said.name in checks and (not said.sources or source_system in said.sources)
    )


def _parts(stated: Stated) -> Iterator[tuple[str, Values, str]]:
    yield "$", stated.declaration, "declaration"
    for place, item in enumerate(stated.items):
        yield f"$.goods_items[{place}]", item, "item"
    yield "$", stated.declaration, "all items"


def _not_ahead_of_clock(stated: Stated, values: Values, field: str, said: Agreement) -> Told:
    is_ahead = values[field] > stated.now + timedelta(days=int(said.within or 0))
    return (said.within,) if is_ahead else None


def _tax_code_unless_gift(_: Stated, values: Values, field: str, said: Agreement) -> Told:
    is_gift = values["regime_code"] in said.codes
    return (" or ".join(said.codes),) if values[field] is None and not is_gift else None


def _direction_of_regime(_: Stated, values: Values, field: str, __: Agreement) -> Told:
    regime = values["regime_code"]
    direction = column_of("regime", "direction_code")[regime]
    return (direction, regime) if values[field] != direction else None


def _as_told(stated: Stated, values: Values, field: str, _: Agreement) -> Told:
    is_told = values[field] in {None, stated.told[field]}
    return None if is_told else (field, OFFICE_TIME_ZONE)


def _number_of_one_item(stated: Stated, values: Values, field: str, _: Agreement) -> Told:
    first = next(item for item in stated.items if item[field] == values[field])
    return None if first is values else ()


def _head_of_tariff_line(_: Stated, values: Values, field: str, __: Agreement) -> Told:
    head = values["tariff_line_code"][:_HS6_LENGTH]
    is_head = values[field] in {None, head} or len(head) < _HS6_LENGTH
    return None if is_head else ()


def _flags_of_figures(_: Stated, values: Values, field: str, __: Agreement) -> Told:
    # What the flags of the goods item mart are for these figures.
    truth = {
        "is_zero_value": values["customs_value_vnd"] == 0 or values["invoice_amount"] == 0,
        "is_zero_mass": values["net_mass_kg"] == 0,
        "has_declaration": True,
    }[field]
    if values[field] in {None, truth}:
        return None
    return str(truth).lower(), str(values[field]).lower()


def _schedule_of_import(stated: Stated, values: Values, field: str, _: Agreement) -> Told:
    is_import = stated.declaration["direction_code"] == "import"
    return () if is_import and values[field] is None else None


def _mass_in_its_unit(_: Stated, values: Values, field: str, said: Agreement) -> Told:
    kg_of_unit = column_of("mass_unit", "kg").get(values["supplementary_unit_code"])
    if kg_of_unit is None:
        return None
    kg = values["supplementary_quantity"] * Decimal(kg_of_unit)
    return () if abs(values[field] - kg) > kg * (said.within or 0) else None


def _count_of_items(stated: Stated, values: Values, field: str, _: Agreement) -> Told:
    count = len(stated.items)
    return None if values[field] in {None, count} else (count,)


def _mass_of_items(stated: Stated, values: Values, field: str, _: Agreement) -> Told:
    net = sum(item["net_mass_kg"] or Decimal(0) for item in stated.items)
    return () if values[field] is not None and values[field] < net else None


def _sum_of_values(stated: Stated, values: Values, field: str, said: Agreement) -> Told:
    parts = [item["customs_value_vnd"] for item in stated.items]
    return _of_sum(values[field], parts, said)


def _sum_of_invoices(stated: Stated, values: Values, field: str, said: Agreement) -> Told:
    currencies = {item["invoice_currency_code"] for item in stated.items} - {None}
    if not currencies <= {values["invoice_currency_code"]}:
        return None
    return _of_sum(values[field], [item["invoice_amount"] for item in stated.items], said)


def _of_sum(total: Decimal | None, parts: list[Any], said: Agreement) -> Told:
    """Compare a total with its parts, of which each may be rounded."""
    if total is None or None in parts:
        return None
    allowed = (said.within or Decimal(0)) * len(parts)
    return (allowed,) if abs(total - sum(parts)) > allowed else None


def _by_name(checks: Mapping[Compare, tuple[str, ...]]) -> Mapping[str, Check]:
    return {
        compare.__name__.removeprefix("_"): Check(compare, names)
        for compare, names in checks.items()
    }


PARTS = {
    "declaration": (
        "lane_request",
        _by_name({
            _not_ahead_of_clock: ("within",),
            _tax_code_unless_gift: ("codes",),
            _direction_of_regime: ("direction", "regime"),
            _as_told: ("field", "zone"),
        }),
    ),
    "item": (
        "lane_request_item",
        _by_name({
            _as_told: ("field", "zone"),
            _number_of_one_item: (),
            _head_of_tariff_line: (),
            _flags_of_figures: ("truth", "told"),
            _schedule_of_import: (),
            _mass_in_its_unit: (),
        }),
    ),
    "all items": (
        "lane_request",
        _by_name({
            _count_of_items: ("count",),
            _mass_of_items: (),
            _sum_of_values: ("allowed",),
            _sum_of_invoices: ("allowed",),
        }),
    ),
}  # fmt: skip
"""The parts of a request in the order in which they are checked: contract and checks of each."""
