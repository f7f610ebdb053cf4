"""Customs values and taxes of goods items, as declared and as they should have been."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Bools, Ints, half_up
from ingestion.simulator.assessment import Assessment, assess
from ingestion.simulator.calendar import EPOCH
from ingestion.simulator.declarations import EXEMPTED, EXPORT, UNTAXED, Declarations
from ingestion.simulator.goods import MFN_SCHEDULE, UNTAXED_SCHEDULE, Countries, Lines
from ingestion.simulator.items import Items

_CENT_SQUARED = 10_000
_BP = 10_000


@dataclass(frozen=True, slots=True)
class Valuation:
    """Values of a block.

    Attributes:
        invoice_total: Hundredths of the invoice currency, by declaration.
        freight, insurance: Hundredths of the invoice currency, by declaration.
        customs_value: VND, by item.
        customs_total: VND, by declaration.
        taxes: As declared, by item.
        true_value: VND, by item.
        evaded: Taxes payable on what is there less those on what is declared, VND, by item.
    """

    invoice_total: Ints
    freight: Ints
    insurance: Ints
    customs_value: Ints
    customs_total: Ints
    taxes: Assessment
    true_value: Ints
    evaded: Ints


def schedules(
    declarations: Declarations, items: Items, countries: Countries
) -> tuple[list[str], Ints]:
    """Return the tariff schedules' names and each item's position in them; -1 for exports."""
    names = sorted({name for name in countries.schedules if name})
    own = np.array([names.index(name) if name else 0 for name in countries.schedules])
    names += [MFN_SCHEDULE, UNTAXED_SCHEDULE]
    is_untaxed = declarations.taxation[items.declaration] == UNTAXED
    result = np.where(items.has_preference, own[items.origin], len(names) - 2)
    result = np.where(is_untaxed, len(names) - 1, result)
    return names, np.where(declarations.direction[items.declaration] == EXPORT, -1, result)


def _totals(declarations: Declarations, items: Items, amounts: Ints) -> Ints:
    result = np.zeros(len(declarations), dtype=np.int64)
    np.add.at(result, items.declaration, amounts)
    return result


def _customs_values(
    declarations: Declarations, items: Items, invoice_total: Ints, extra: Ints
) -> Ints:
    """Return VND: each item's own value and its share of freight and insurance, by value."""
    owner = items.declaration
    own = half_up(items.invoice_value * declarations.rate[owner], _CENT_SQUARED)
    extra_vnd = half_up(extra * declarations.rate, _CENT_SQUARED)
    share = items.invoice_value / np.maximum(invoice_total, 1)[owner]
    part = np.floor(share * extra_vnd[owner]).astype(np.int64)
    left = extra_vnd - _totals(declarations, items, part)
    is_first = items.number == 1
    part[is_first] += left[owner[is_first]]
    return own + part


def _duty_rates(
    declarations: Declarations,
    items: Items,
    goods: tuple[Lines, Countries],
    truth: bool,  # noqa: FBT001
) -> tuple[Ints, Ints, Ints]:
    """Return duty, special consumption and VAT rates (hundredths of a percent) by item."""
    lines, countries = goods
    owner = items.declaration
    line = items.true_line if truth else items.line
    origin = items.true_origin if truth else items.origin
    preferred = items.has_preference & (items.origin == origin)
    day = declarations.day[owner]
    year = (day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)) + EPOCH.year
    preference = lines.preference_on(line, countries.step_pct[origin], year)
    duty = np.where(preferred, preference, lines.mfn_on(line, day))
    is_export = declarations.direction[owner] == EXPORT
    untaxed = declarations.taxation[owner] == UNTAXED
    duty = np.where(is_export, lines.export_bp[line], np.where(untaxed, 0, duty))
    no_inner_tax = declarations.taxation[owner] != 0
    excise = np.where(no_inner_tax, 0, lines.excise_bp[line])
    return duty, excise, np.where(no_inner_tax, 0, lines.vat_bp[line])


def _true_values(items: Items, customs_value: Ints) -> Ints:
    ratio = items.true_quantity / items.quantity / items.price_factor
    changed = np.rint(customs_value * ratio).astype(np.int64)
    return np.where(np.abs(ratio - 1) > 1e-9, changed, customs_value)  # noqa: PLR2004


def value_items(
    declarations: Declarations, items: Items, goods: tuple[Lines, Countries]
) -> Valuation:
    """Return values and taxes of a block, as declared and as they should be."""
    owner = items.declaration
    total = _totals(declarations, items, items.invoice_value)
    freight = half_up(total * declarations.freight_bp, _BP)
    insurance = half_up(total * declarations.insurance_bp, _BP)
    value = _customs_values(declarations, items, total, freight + insurance)
    exempted: Bools = declarations.taxation[owner] == EXEMPTED
    is_exempted = exempted.astype(np.int64)
    taxes = assess(value, _duty_rates(declarations, items, goods, truth=False), is_exempted)
    true_value = _true_values(items, value)
    due = assess(true_value, _duty_rates(declarations, items, goods, truth=True), is_exempted)
    return Valuation(
        invoice_total=total,
        freight=freight,
        insurance=insurance,
        customs_value=value,
        customs_total=_totals(declarations, items, value),
        taxes=taxes,
        true_value=true_value,
        evaded=np.maximum(due.payable - taxes.payable, 0),
    )
