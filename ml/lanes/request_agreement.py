"""Whether a request agrees with itself: sums, counts, codes and what is told twice.

Landing flags such declarations and keeps them, as they have been lodged. Here nothing has happened
yet: the declarant can still say what is meant.
"""

from decimal import Decimal
from typing import Any

from data_contracts.code_lists import column_of
from data_contracts.office_time import OFFICE_TIME_ZONE
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request_fields import NATIONAL_SYSTEM

REGIMES_OF_GIFTS = frozenset({"H11", "H21"})
"""Other import and other export: under these a person without a tax code sends or gets a gift."""

VND_FOR_EACH_ITEM = Decimal(1)
"""Customs values are whole dong, so each item may be rounded by one."""

CURRENCY_FOR_EACH_ITEM = Decimal("0.01")
"""Invoices are added up in cents."""

MASS_FOR_ITS_UNIT = Decimal("0.001")
"""A mass in tonnes or pounds is rounded before it is one in kilograms; the share that may make."""

_HS6_LENGTH = 6

Values = dict[str, Any]


def check_agreement(declaration: Values, items: tuple[Values, ...], told: Values) -> None:
    """Refuse a request that contradicts itself.

    Args:
        declaration: Fields of `lane_request`.
        items: Fields of `lane_request_item` by goods item.
        told: What the declaration says of fields that may be repeated anywhere.

    Raises:
        RequestRefusedError: With the path of the part that does not agree.
    """
    if told["source_system"] == NATIONAL_SYSTEM:
        _check_trader(declaration)
        _check_direction(declaration)
    _check_told_twice(declaration, told, "$")
    seen: set[int] = set()
    for place, item in enumerate(items):
        path = f"$.goods_items[{place}]"
        _check_told_twice(item, told, path)
        _check_number(item["item_number"], seen, path)
        _check_item(item, path)
        if told["source_system"] == NATIONAL_SYSTEM:
            _check_schedule(declaration, item, path)
            _check_net_mass(item, path)
    _check_count(declaration["goods_item_count"], len(items))
    _check_mass(declaration, items)
    _check_sum("customs_value_vnd", "customs_value_vnd", declaration, items, VND_FOR_EACH_ITEM)
    if _is_one_currency(declaration, items):
        total, part = "invoice_total_amount", "invoice_amount"
        _check_sum(total, part, declaration, items, CURRENCY_FOR_EACH_ITEM)


def _check_trader(declaration: Values) -> None:
    if declaration["trader_id"] is None and declaration["regime_code"] not in REGIMES_OF_GIFTS:
        gifts = " or ".join(sorted(REGIMES_OF_GIFTS))
        expected = f"a tax code, which only a gift under the regime {gifts} may lack"
        raise RequestRefusedError(field="$.trader_id", expected=expected, found="nothing")


def _check_direction(declaration: Values) -> None:
    regime = declaration["regime_code"]
    direction = column_of("regime", "direction_code")[regime]
    if declaration["direction_code"] != direction:
        raise RequestRefusedError(
            field="$.direction_code",
            expected=f"{direction}, the direction of the regime {regime}",
            found="the other one",
        )


def _check_mass(declaration: Values, items: tuple[Values, ...]) -> None:
    gross = declaration["gross_mass_kg"]
    net = sum(item["net_mass_kg"] or Decimal(0) for item in items)
    if gross is not None and gross < net:
        raise RequestRefusedError(
            field="$.gross_mass_kg",
            expected="at least the sum of net_mass_kg over the goods items",
            found="less",
        )


def _check_told_twice(values: Values, told: Values, path: str) -> None:
    for name in ("source_system", "declaration_number", "declaration_version", "registered_date"):
        repeated = values.get(name)
        if repeated is not None and repeated != told[name]:
            expected = f"the declaration's own {name}, in agreement with it"
            if name == "registered_date":
                expected = f"the date of registered_at in {OFFICE_TIME_ZONE}"
            raise RequestRefusedError(
                field=f"{path}.{name}", expected=expected, found="another one"
            )


def _check_number(number: int, seen: set[int], path: str) -> None:
    if number in seen:
        expected = "a number that no other goods item has"
        raise RequestRefusedError(
            field=f"{path}.item_number", expected=expected, found="one that is there twice"
        )
    seen.add(number)


def _check_item(item: Values, path: str) -> None:
    line, hs6 = item["tariff_line_code"], item["hs6_code"]
    if hs6 is not None and len(line) >= _HS6_LENGTH and line[:_HS6_LENGTH] != hs6:
        expected = "the first six digits of tariff_line_code"
        raise RequestRefusedError(field=f"{path}.hs6_code", expected=expected, found="other digits")
    for name, truth in _flags(item).items():
        if item[name] is not None and item[name] != truth:
            expected = f"{str(truth).lower()}, as the item's own figures say"
            raise RequestRefusedError(
                field=f"{path}.{name}", expected=expected, found=str(item[name]).lower()
            )


def _check_schedule(declaration: Values, item: Values, path: str) -> None:
    if declaration["direction_code"] == "import" and item["tariff_schedule_code"] is None:
        raise RequestRefusedError(
            field=f"{path}.tariff_schedule_code",
            expected="the tariff schedule, as an import claims one",
            found="nothing",
        )


def _check_net_mass(item: Values, path: str) -> None:
    """Refuse a net mass that is not the quantity, where the quantity is a mass."""
    kg_of_unit = column_of("mass_unit", "kg").get(item["supplementary_unit_code"])
    if kg_of_unit is None:
        return
    kg = item["supplementary_quantity"] * Decimal(kg_of_unit)
    if abs(item["net_mass_kg"] - kg) > kg * MASS_FOR_ITS_UNIT:
        raise RequestRefusedError(
            field=f"{path}.net_mass_kg",
            expected="supplementary_quantity in kilograms, as its unit is a mass",
            found="another mass",
        )


def _flags(item: Values) -> dict[str, bool]:
    """Return what the flags of the goods item mart are for these figures."""
    return {
        "is_zero_value": item["customs_value_vnd"] == 0 or item["invoice_amount"] == 0,
        "is_zero_mass": item["net_mass_kg"] == 0,
        "has_declaration": True,
    }


def _check_count(told: int | None, found: int) -> None:
    if told is not None and told != found:
        expected = f"the number of goods items, {found}"
        raise RequestRefusedError(
            field="$.goods_item_count", expected=expected, found="another number"
        )


def _check_sum(
    total: str, part: str, declaration: Values, items: tuple[Values, ...], for_each_item: Decimal
) -> None:
    """Refuse a total that differs from its parts by more than their rounding."""
    parts = [item[part] for item in items]
    told = declaration[total]
    if told is None or None in parts:
        return
    allowed = for_each_item * len(parts)
    if abs(told - sum(parts)) > allowed:
        expected = f"the sum of {part} over the goods items, within {allowed}"
        raise RequestRefusedError(field=f"$.{total}", expected=expected, found="another amount")


def _is_one_currency(declaration: Values, items: tuple[Values, ...]) -> bool:
    currencies = {item["invoice_currency_code"] for item in items} - {None}
    return currencies <= {declaration["invoice_currency_code"]}
