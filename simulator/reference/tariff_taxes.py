"""Taxes that know no schedule, by date: VAT and its lower rate, excise, environment, export duty.

`lower_vat.csv` has the periods of the lower VAT and what they leave out (metals, mined
goods; first also coal, oil, chemicals, information technology), cut to headings and so approximate;
`environment_tax.csv` has the amounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.lists import read_list
from simulator.reference.rate_changes import changed_rates
from simulator.reference.timeline import Timeline, starting_with, year_starts

FULL_VAT_BP, LOWER_VAT_BP = 1000, 800
# Lines given as already lowered are lines of the full rate.
_LOWERED_BP = (LOWER_VAT_BP,)


class LowerVat(NamedTuple):
    """A period in which lines of the full VAT rate pay the lower one, but for those left out.

    Attributes:
        name: The decree.
        since, until: First and last day.
        excluded: Prefixes of codes left out.
        included: Prefixes that are taxed lower although they bear excise.
    """

    name: str
    since: date
    until: date
    excluded: tuple[str, ...]
    included: tuple[str, ...] = ()


def _lower_vat(row: dict[str, str]) -> LowerVat:
    return LowerVat(
        row["decree"],
        date.fromisoformat(row["since"]),
        date.fromisoformat(row["until"]),
        tuple(row["excluded"].split()),
        tuple(row["included"].split()),
    )


LOWER_VAT = read_list("lower_vat.csv", _lower_vat)


class EnvironmentAmount(NamedTuple):
    """Environment tax from a day on of lines that begin with a prefix.

    Attributes:
        prefix: First digits of the code.
        is_by_litre: Whether the amount is for a litre; else for a kilogram.
        kg_per_litre: Density, to turn one into the other.
        since: First day.
        vnd_e2: Hundredths of VND for a litre or kilogram.
    """

    prefix: str
    is_by_litre: bool
    kg_per_litre: float
    since: date
    vnd_e2: int


def _environment_amount(row: dict[str, str]) -> EnvironmentAmount:
    return EnvironmentAmount(
        row["prefix"],
        row["unit"] == "LTR",
        float(row["kg_per_litre"]),
        date.fromisoformat(row["since"]),
        int(row["vnd_e2"]),
    )


ENVIRONMENT = read_list("environment_tax.csv", _environment_amount)


@dataclass(frozen=True, slots=True)
class InnerRates:
    """Rates by line and stretch of days, each of shape (lines, epochs).

    Attributes:
        vat_bp, excise_bp, export_bp: Hundredths of a percent.
        environment_e2: Hundredths of VND per first unit.
    """

    vat_bp: Ints
    excise_bp: Ints
    export_bp: Ints
    environment_e2: Ints


def change_days() -> list[date]:
    """Return every day on which one of these taxes may change."""
    days = year_starts()
    for period in LOWER_VAT:
        days += [period.since, period.until + timedelta(days=1)]
    return days + [amount.since for amount in ENVIRONMENT]


def vat_base(vat_bp: Ints) -> Ints:
    """Return the rates without any lowering: lines given at 8 % are lines of 10 %."""
    return np.where(np.isin(vat_bp, _LOWERED_BP), FULL_VAT_BP, vat_bp)


def left_out(codes: Sequence[str], excise_bp: Ints, period: LowerVat) -> Bools:
    """Return which lines a period of lower VAT leaves out: listed ones and those with excise."""
    bears: Bools = (excise_bp > 0) & ~starting_with(codes, period.included)
    return bears | starting_with(codes, period.excluded)


def vat_rates(codes: Sequence[str], vat_bp: Ints, excise_bp: Ints, time: Timeline) -> Ints:
    """Return VAT rates, shape (lines, epochs)."""
    base = vat_base(vat_bp)
    rates = np.repeat(base[:, None], len(time), axis=1)
    for period in LOWER_VAT:
        lines = (base == FULL_VAT_BP) & ~left_out(codes, excise_bp, period)
        rates[np.ix_(lines, time.within(period.since, period.until))] = LOWER_VAT_BP
    return rates


def _environment(
    codes: Sequence[str], units: Sequence[str], kg_per_unit: Floats, time: Timeline
) -> Ints:
    """Return hundredths of VND per first unit; litres and kilograms are turned by density."""
    amounts = np.zeros((len(codes), len(time)), dtype=np.int64)
    is_litre = np.asarray(units) == "LTR"
    for rate in ENVIRONMENT:
        lines = starting_with(codes, (rate.prefix,))
        litres = np.where(is_litre, 1.0, kg_per_unit / rate.kg_per_litre)
        kilograms = np.where(is_litre, rate.kg_per_litre, kg_per_unit)
        measure = (litres if rate.is_by_litre else kilograms)[lines, None]
        whole = np.rint(rate.vnd_e2 * measure).astype(np.int64)
        amounts[np.ix_(lines, time.since(rate.since))] = whole
    return amounts


def inner_rates(
    codes: Sequence[str],
    units: Sequence[str],
    kg_per_unit: Floats,
    base: tuple[Ints, Ints, Ints],
    time: Timeline,
) -> InnerRates:
    """Return the rates of all four taxes.

    Args:
        codes: Eight digits of each line.
        units: First unit of each line.
        kg_per_unit: Mass of one first unit, kg.
        base: VAT, excise and export duty before dated changes, hundredths of a percent.
        time: Timeline cut at `change_days`.
    """
    vat_bp, excise_bp, export_bp = base
    return InnerRates(
        vat_rates(codes, vat_bp, excise_bp, time),
        changed_rates(codes, excise_bp, "EXCISE", time),
        changed_rates(codes, export_bp, "EXPORT", time),
        _environment(codes, units, kg_per_unit, time),
    )
