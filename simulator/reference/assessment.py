"""Duties and taxes of goods items in whole VND, by the order of the law, each line rounded half up.

Import: duty on the customs value (by value, by amount, or both); trade-defence duty on the customs
value; excise on value and duties; environment tax on the quantity; VAT on the sum of all of them
(Law 107/2016 articles 5 and 6; Law 48/2024 on VAT article 7). Export: duty on the customs value.
Whole numbers only; wide products are split, so nothing overflows 64 bits.
"""

from dataclasses import dataclass, replace

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.agreements import PROCESSING, UNTAXED
from simulator.reference.exchange import VND, ExchangeRates
from simulator.reference.regimes import IMPORT
from simulator.reference.tariff import Tariff
from simulator.reference.trade_defence import NO_DEFENCE, NO_PRODUCER, PRODUCER_RATES_BP

_FULL_BP = 10_000
# Quantity (hundredths) x amount (1/10,000) x rate (hundredths of VND), in parts of one VND.
_AMOUNT_PARTS = 100_000_000
_HALF_OF_THEM = 10_000
_PARTS_PER_BP = _AMOUNT_PARTS // _FULL_BP
_E2_TO_E4 = 100


@dataclass(frozen=True, slots=True)
class Taxed:
    """Goods items to be assessed, arrays of shape (n,).

    Attributes:
        line, origin, schedule: Positions of tariff line, country and schedule.
        direction: IMPORT or EXPORT.
        day: Registration, days since 1970.
        customs_value_vnd: VND.
        quantity_e2: Hundredths of the line's first unit.
        is_vat_free: Not subject to VAT.
        made_by: Which of the producers with a rate of their own made each (`Tariff.producer`); None
            where nobody says so, and goods bear the rate of all others.
    """

    line: Ints
    origin: Ints
    schedule: Ints
    direction: Ints
    day: Ints
    customs_value_vnd: Ints
    quantity_e2: Ints
    is_vat_free: Bools
    made_by: Ints | None = None


@dataclass(frozen=True, slots=True)
class Levy:
    """One tax of each item, arrays of shape (n,).

    Attributes:
        applies: Whether the item has a row of this tax.
        bp: Rate by value, hundredths of a percent.
        amount_per_unit_e4, currency: Rate by amount, 1/10,000 of a currency per first unit.
        base_vnd: What the rate by value is applied to, VND.
        base_quantity_e2: What the rate by amount is applied to, hundredths of the first unit.
        amount_vnd: The tax, VND.
    """

    applies: Bools
    bp: Ints
    amount_per_unit_e4: Ints
    currency: Ints
    base_vnd: Ints
    base_quantity_e2: Ints
    amount_vnd: Ints


@dataclass(frozen=True, slots=True)
class Duties:
    """All taxes of each item, before any exemption.

    Attributes:
        duty: Import duty (N) or export duty (X).
        defence: Trade-defence duty; `defence_kind` is -1 none, 0 B, 1 G, 2 C.
        excise, environment, vat: Taxes T, M and V.
        schedule: Schedule applied: MFN where the one asked for gives no right.
    """

    duty: Levy
    defence: Levy
    defence_kind: Ints
    excise: Levy
    environment: Levy
    vat: Levy
    schedule: Ints

    def levies(self) -> tuple[Levy, Levy, Levy, Levy, Levy]:
        """Return the five levies in the order of the law."""
        return self.duty, self.defence, self.excise, self.environment, self.vat

    def total(self) -> Ints:
        """Return all taxes of each item, VND."""
        parts = [levy.amount_vnd for levy in self.levies()]
        total: Ints = parts[0] + parts[1] + parts[2] + parts[3] + parts[4]
        return total


def assess(tariff: Tariff, rates: ExchangeRates, taxed: Taxed) -> Duties:
    """Return duties and taxes of items as of their days.

    Args:
        tariff: The tariff.
        rates: Exchange rates.
        taxed: The items.
    """
    cell = tariff.cell(taxed.line, taxed.day)
    is_import = taxed.direction == IMPORT
    is_dutiable = is_import & (taxed.schedule != UNTAXED) & (taxed.schedule != PROCESSING)
    schedule = tariff.effective(cell, taxed.schedule, taxed.origin, taxed.day)
    duty = _duty(tariff, rates, taxed, (cell, schedule, is_import, is_dutiable))
    base = taxed.customs_value_vnd
    kind, bp = tariff.defence_at(cell, taxed.origin)
    if taxed.made_by is not None:
        producer = tariff.producer(cell, taxed.origin, taxed.made_by)
        bp = np.where(producer == NO_PRODUCER, bp, PRODUCER_RATES_BP[producer])
    kind = np.where(is_dutiable, kind, NO_DEFENCE)
    defence = _by_value(kind != NO_DEFENCE, bp, base)
    base = base + np.where(is_import, duty.amount_vnd, 0) + defence.amount_vnd
    excise_bp = tariff.excise[cell]
    excise = _by_value(is_dutiable & (excise_bp > 0), excise_bp, base)
    environment = _environment(tariff, taxed, cell, is_dutiable)
    base = base + excise.amount_vnd + environment.amount_vnd
    vat = _by_value(is_import & ~taxed.is_vat_free, tariff.vat[cell], base)
    return Duties(duty, defence, kind, excise, environment, vat, schedule)


def by_value(value: Ints, bp: Ints) -> Ints:
    """Return value x bp / 10,000, rounded half up, without overflow."""
    whole = value // _FULL_BP
    rest = value - whole * _FULL_BP
    result: Ints = whole * bp + (rest * bp + _FULL_BP // 2) // _FULL_BP
    return result


def _by_value(applies: Bools, bp: Ints, base: Ints) -> Levy:
    """Return a tax by value; rate, base and amount are 0 where it does not apply."""
    own_bp, own_base = np.where(applies, bp, 0), np.where(applies, base, 0)
    zero = np.zeros_like(base)
    return Levy(applies, own_bp, zero, zero, own_base, zero, by_value(own_base, own_bp))


def _duty(
    tariff: Tariff,
    rates: ExchangeRates,
    taxed: Taxed,
    found: tuple[Ints, Ints, Bools, Bools],
) -> Levy:
    """Return import duty (0 where not dutiable, with its row) or export duty (only where any)."""
    cell, schedule, is_import, is_dutiable = found
    import_bp = tariff.effective_bp(cell, schedule, taxed.origin)
    export_bp = tariff.export[cell]
    applies = is_import | (export_bp > 0)
    bp = np.where(is_import, np.where(is_dutiable, import_bp, 0), export_bp)
    levy = _by_value(applies, bp, taxed.customs_value_vnd)
    amount, currency = tariff.specific_at(cell, schedule)
    amount = np.where(is_dutiable, amount, 0)
    rows = np.flatnonzero(amount)
    if not len(rows):
        return levy
    rate = rates.on(taxed.day[rows], currency[rows])
    by_amount = (taxed.quantity_e2[rows], amount[rows] * rate)
    levy.amount_vnd[rows] = _mixed((levy.base_vnd[rows], levy.bp[rows]), by_amount)
    return replace(
        levy,
        amount_per_unit_e4=amount,
        currency=np.where(amount > 0, currency, 0),
        base_quantity_e2=np.where(amount > 0, taxed.quantity_e2, 0),
    )


def _mixed(by_worth: tuple[Ints, Ints], by_amount: tuple[Ints, Ints]) -> Ints:
    """Return value x bp / 10^4 + quantity x amount / 10^8, rounded once, half up.

    Both products are cut, so that quantities up to 10^11 hundredths fit in 64 bits.

    Args:
        by_worth: Value, VND, and rate, hundredths of a percent.
        by_amount: Quantity, hundredths, and amount per unit times exchange rate, 1/10^6 VND.
    """
    value, bp = by_worth
    quantity, amount = by_amount
    whole_value, rest_value = np.divmod(value, _FULL_BP)
    whole_amount, rest_amount = np.divmod(amount, _AMOUNT_PARTS)
    high, low = np.divmod(quantity, _HALF_OF_THEM)
    carried, parts = np.divmod(high * rest_amount, _HALF_OF_THEM)
    whole = whole_value * bp + whole_amount * quantity + carried
    parts = parts * _HALF_OF_THEM + low * rest_amount + rest_value * bp * _PARTS_PER_BP
    result: Ints = whole + (parts + _AMOUNT_PARTS // 2) // _AMOUNT_PARTS
    return result


def _environment(tariff: Tariff, taxed: Taxed, cell: Ints, is_dutiable: Bools) -> Levy:
    amount = tariff.environment[cell]
    applies = is_dutiable & (amount > 0)
    per_unit = np.where(applies, amount, 0)
    quantity = np.where(applies, taxed.quantity_e2, 0)
    zero = np.zeros_like(cell)
    currency = np.full_like(cell, VND)
    tax = by_value(quantity, per_unit)
    return Levy(applies, zero, per_unit * _E2_TO_E4, currency, zero, quantity, tax)
