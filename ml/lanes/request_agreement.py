"""Whether a request agrees with itself: sums, counts, codes and what is told twice.

Landing flags such declarations and keeps them, as they have been lodged. Here nothing has happened
yet: the declarant can still say what is meant.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from data_contracts.code_lists import column_of
from data_contracts.office_time import OFFICE_TIME_ZONE
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request_fields import NATIONAL_SYSTEM

REGIMES_OF_GIFTS = frozenset({"H11", "H21"})
"""Other import and other export: under these a person without a tax code sends or gets a gift."""

ROUNDED_IN_EACH_ITEM = {"customs_value_vnd": Decimal(1), "invoice_amount": Decimal("0.01")}
"""Customs values are whole dong, so each item may be rounded by one; invoices are in cents."""

MASS_FOR_ITS_UNIT = Decimal("0.001")
"""A mass in tonnes or pounds is rounded before it is one in kilograms; the share that may make."""

_HS6_LENGTH = 6

Values = dict[str, Any]
Disagreements = Iterator[tuple[str, str, str]]
"""Where, what was expected there, what was found, in the order in which a request is read."""


def check_agreement(declaration: Values, items: tuple[Values, ...], told: Values) -> None:
    """Refuse a request that contradicts itself.

    Args:
        declaration: Fields of `lane_request`.
        items: Fields of `lane_request_item` by goods item.
        told: What the declaration says of fields that may be repeated anywhere.

    Raises:
        RequestRefusedError: With the path of the part that does not agree.
    """
    for field, expected, found in _disagreements(declaration, items, told):
        raise RequestRefusedError(field=field, expected=expected, found=found)


def _disagreements(declaration: Values, items: tuple[Values, ...], told: Values) -> Disagreements:
    is_national = told["source_system"] == NATIONAL_SYSTEM
    if is_national:
        yield from _of_regime(declaration)
    yield from _told_twice(declaration, told, "$")
    seen: set[int] = set()
    for place, item in enumerate(items):
        path = f"$.goods_items[{place}]"
        yield from _told_twice(item, told, path)
        if item["item_number"] in seen:
            expected = "a number that no other goods item has"
            yield f"{path}.item_number", expected, "one that is there twice"
        seen.add(item["item_number"])
        yield from _of_item(item, path)
        if is_national:
            yield from _of_national_item(declaration, item, path)
    count = declaration["goods_item_count"]
    if count is not None and count != len(items):
        yield "$.goods_item_count", f"the number of goods items, {len(items)}", "another number"
    gross = declaration["gross_mass_kg"]
    if gross is not None and gross < sum(item["net_mass_kg"] or Decimal(0) for item in items):
        yield "$.gross_mass_kg", "at least the sum of net_mass_kg over the goods items", "less"
    yield from _of_sum("customs_value_vnd", "customs_value_vnd", declaration, items)
    currencies = {item["invoice_currency_code"] for item in items} - {None}
    if currencies <= {declaration["invoice_currency_code"]}:
        yield from _of_sum("invoice_total_amount", "invoice_amount", declaration, items)


def _of_regime(declaration: Values) -> Disagreements:
    regime = declaration["regime_code"]
    if declaration["trader_id"] is None and regime not in REGIMES_OF_GIFTS:
        gifts = " or ".join(sorted(REGIMES_OF_GIFTS))
        expected = f"a tax code, which only a gift under the regime {gifts} may lack"
        yield "$.trader_id", expected, "nothing"
    direction = column_of("regime", "direction_code")[regime]
    if declaration["direction_code"] != direction:
        yield (
            "$.direction_code",
            f"{direction}, the direction of the regime {regime}",
            "the other one",
        )


def _told_twice(values: Values, told: Values, path: str) -> Disagreements:
    for name in ("source_system", "declaration_number", "declaration_version", "registered_date"):
        repeated = values.get(name)
        if repeated is not None and repeated != told[name]:
            expected = f"the declaration's own {name}, in agreement with it"
            if name == "registered_date":
                expected = f"the date of registered_at in {OFFICE_TIME_ZONE}"
            yield f"{path}.{name}", expected, "another one"


def _of_item(item: Values, path: str) -> Disagreements:
    head, hs6 = item["tariff_line_code"][:_HS6_LENGTH], item["hs6_code"]
    if hs6 is not None and len(head) == _HS6_LENGTH and head != hs6:
        yield f"{path}.hs6_code", "the first six digits of tariff_line_code", "other digits"
    # What the flags of the goods item mart are for these figures.
    flags = {
        "is_zero_value": item["customs_value_vnd"] == 0 or item["invoice_amount"] == 0,
        "is_zero_mass": item["net_mass_kg"] == 0,
        "has_declaration": True,
    }
    for name, truth in flags.items():
        if item[name] is not None and item[name] != truth:
            expected = f"{str(truth).lower()}, as the item's own figures say"
            yield f"{path}.{name}", expected, str(item[name]).lower()


def _of_national_item(declaration: Values, item: Values, path: str) -> Disagreements:
    if declaration["direction_code"] == "import" and item["tariff_schedule_code"] is None:
        expected = "the tariff schedule, as an import claims one"
        yield f"{path}.tariff_schedule_code", expected, "nothing"
    kg_of_unit = column_of("mass_unit", "kg").get(item["supplementary_unit_code"])
    if kg_of_unit is not None:
        kg = item["supplementary_quantity"] * Decimal(kg_of_unit)
        if abs(item["net_mass_kg"] - kg) > kg * MASS_FOR_ITS_UNIT:
            expected = "supplementary_quantity in kilograms, as its unit is a mass"
            yield f"{path}.net_mass_kg", expected, "another mass"


def _of_sum(total: str, part: str, declaration: Values, items: tuple[Values, ...]) -> Disagreements:
    """Compare a total with its parts, of which each may be rounded."""
    parts = [item[part] for item in items]
    told = declaration[total]
    if told is None or None in parts:
        return
    allowed = ROUNDED_IN_EACH_ITEM[part] * len(parts)
    if abs(told - sum(parts)) > allowed:
        expected = f"the sum of {part} over the goods items, within {allowed}"
        yield f"$.{total}", expected, "another amount"
