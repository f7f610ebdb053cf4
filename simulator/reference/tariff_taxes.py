"""Taxes that know no schedule, by date: VAT and its lower rate, excise, environment, export duty.

Published: the periods of the lower VAT and what they leave out (Decrees 15/2022, 44/2023, 94/2023,
72/2024, 180/2024, 174/2025), environment tax by Resolution 579/2018 and the ones after it, excise
on beer and spirits by Law 66/2025. The lists are cut to headings and so approximate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints
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


_METALS = ("72", "73", "74", "75", "76", "78", "79", "80", "81")
_MINED = ("2505", "2515", "2516", "2517", "26")
# Coal, coke, oil; chemicals; telecommunication and information technology.
_ONLY_FIRST = (
    "27", "28", "2901", "2902", "2903", "2905", "2907", "2917", "3102", "3103", "3104", "3105",
    "3901", "3902", "3903", "3904", "3907", "8443", "8471", "8473", "8517", "8523", "8525", "8528",
    "8529", "8534", "8541", "8542",
)  # fmt: skip
_FIRST_LIST, _SECOND_LIST = (*_MINED, *_ONLY_FIRST, *_METALS), (*_MINED, *_METALS)
LOWER_VAT = (
    LowerVat("15/2022/ND-CP", date(2022, 2, 1), date(2022, 12, 31), _FIRST_LIST),
    LowerVat("44/2023/ND-CP", date(2023, 7, 1), date(2023, 12, 31), _FIRST_LIST),
    LowerVat("94/2023/ND-CP", date(2024, 1, 1), date(2024, 6, 30), _FIRST_LIST),
    LowerVat("72/2024/ND-CP", date(2024, 7, 1), date(2024, 12, 31), _FIRST_LIST),
    LowerVat("180/2024/ND-CP", date(2025, 1, 1), date(2025, 6, 30), _FIRST_LIST),
    LowerVat("174/2025/ND-CP", date(2025, 7, 1), date(2026, 12, 31), _SECOND_LIST, ("271012",)),
)


class ExciseChange(NamedTuple):
    """From a day on, lines that begin with a prefix and bear at least `from_bp` bear `bp`."""

    since: date
    prefixes: tuple[str, ...]
    from_bp: int
    bp: int


_STRONG = ("2203", "2208")
EXCISE_CHANGES = (
    ExciseChange(date(2022, 3, 1), ("870380",), 1, 300),
    ExciseChange(date(2027, 3, 1), ("870380",), 1, 1100),
    *(
        ExciseChange(date(2027 + step, 1, 1), _STRONG, 6500, 7000 + 500 * step)
        for step in range(5)
    ),
    ExciseChange(date(2027, 1, 1), ("220210",), 0, 800),
    ExciseChange(date(2028, 1, 1), ("220210",), 0, 1000),
)  # fmt: skip


class EnvironmentRate(NamedTuple):
    """Environment tax of lines that begin with a prefix.

    Attributes:
        prefix: First digits of the code.
        is_by_litre: Whether the amounts are for a litre; else for a kilogram.
        kg_per_litre: Density, to turn one into the other.
        amounts: First day and hundredths of VND for a litre or kilogram.
    """

    prefix: str
    is_by_litre: bool
    kg_per_litre: float
    amounts: tuple[tuple[date, int], ...]


_START, _IN_2019 = date(2014, 1, 1), date(2019, 1, 1)
_CUT_1, _CUT_2, _BACK = date(2022, 4, 1), date(2022, 7, 11), date(2023, 1, 1)
ENVIRONMENT = (
    EnvironmentRate(
        "271012", is_by_litre=True, kg_per_litre=0.74,
        amounts=((_START, 300_000), (_IN_2019, 400_000), (_CUT_1, 200_000), (_CUT_2, 100_000),
                 (_BACK, 200_000)),
    ),
    EnvironmentRate(
        "271019", is_by_litre=True, kg_per_litre=0.84,
        amounts=((_START, 150_000), (_IN_2019, 200_000), (_CUT_1, 100_000), (_CUT_2, 50_000),
                 (_BACK, 100_000)),
    ),
    EnvironmentRate(
        "2701", is_by_litre=False, kg_per_litre=1.0, amounts=((_START, 1000), (_IN_2019, 1500))
    ),
    EnvironmentRate(
        "2702", is_by_litre=False, kg_per_litre=1.0, amounts=((_START, 1000), (_IN_2019, 1500))
    ),
    EnvironmentRate(
        "2903", is_by_litre=False, kg_per_litre=1.0,
        amounts=((_START, 400_000), (_IN_2019, 500_000)),
    ),
    EnvironmentRate(
        "392321", is_by_litre=False, kg_per_litre=1.0,
        amounts=((_START, 4_000_000), (_IN_2019, 5_000_000)),
    ),
)  # fmt: skip


class ExportChange(NamedTuple):
    """From a day on, lines that begin with a prefix pay at most this export duty."""

    since: date
    prefixes: tuple[str, ...]
    at_most_bp: int


# Decree 260/2025/ND-CP: jewellery and goldsmiths' wares.
EXPORT_CHANGES = (ExportChange(date(2025, 10, 10), ("7113", "7114", "7115"), 0),)


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
    days += [change.since for change in EXCISE_CHANGES]
    days += [change.since for change in EXPORT_CHANGES]
    for rate in ENVIRONMENT:
        days += [since for since, _ in rate.amounts]
    return days


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


def _excise(codes: Sequence[str], base_bp: Ints, time: Timeline) -> Ints:
    rates = np.repeat(base_bp[:, None], len(time), axis=1)
    for change in EXCISE_CHANGES:
        lines = starting_with(codes, change.prefixes) & (base_bp >= change.from_bp)
        rates[np.ix_(lines, time.since(change.since))] = change.bp
    return rates


def _export(codes: Sequence[str], base_bp: Ints, time: Timeline) -> Ints:
    rates = np.repeat(base_bp[:, None], len(time), axis=1)
    for change in EXPORT_CHANGES:
        cells = np.ix_(starting_with(codes, change.prefixes), time.since(change.since))
        rates[cells] = np.minimum(rates[cells], change.at_most_bp)
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
        for since, amount in rate.amounts:
            whole = np.rint(amount * measure).astype(np.int64)
            amounts[np.ix_(lines, time.since(since))] = whole
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
        _excise(codes, excise_bp, time),
        _export(codes, export_bp, time),
        _environment(codes, units, kg_per_unit, time),
    )


LETTERS = ("N", "X", "B", "G", "C", "T", "M", "V")
