"""Import duty by schedule: MFN and its dated changes, ordinary rates, and what agreements give.

Which line falls how fast under which agreement is drawn, the same in every nation, in the shares
that `agreements` names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.rounding import to_steps
from simulator.reference.agreements import AGREEMENTS, APRIL, Agreement
from simulator.reference.calendar import to_date
from simulator.reference.exchange import CURRENCIES
from simulator.reference.lists import read_list
from simulator.reference.rate_changes import changed_rates
from simulator.reference.timeline import Timeline, starting_with, year_starts

NOT_LISTED = -1
_ROUND_BP = 10


# Besides the changes listed, lines drawn: some paid a fifth more before the first day, some two
# points less from the second one on. Shares and sizes are assumptions.
_REVISED, _REVISED_SHARE, _REVISED_FACTOR = date(2023, 7, 15), 0.07, 1.2
_TRIMMED, _TRIMMED_SHARE, _TRIMMED_BP, _TRIMMED_FROM_BP = date(2025, 7, 1), 0.09, 200, 300
_WHOLE_PERCENT = 100
# Ordinary rates where MFN is 0 (Decision 45/2017/QD-TTg, then 15/2023/QD-TTg): listed, typical.
_ORDINARY_FREE_BP, _ORDINARY_SHARE, _ORDINARY_SHARE_LATER = 500, 0.45, 0.65


class AmountPerUnit(NamedTuple):
    """MFN duty by amount, or by value and amount; lines, period, rate and amount are our own.

    Attributes:
        prefix: Lines that begin with it.
        unit: First unit of the line that the amount is for; lines with another one keep their rate.
        since, until: First and last day; None is for ever.
        bp: Part by value, hundredths of a percent.
        amount_e4: Ten-thousandths of the currency per first unit.
        currency: Position in CURRENCIES.
    """

    prefix: str
    unit: str
    since: date
    until: date | None
    bp: int
    amount_e4: int
    currency: int


def _amount(row: dict[str, str]) -> AmountPerUnit:
    until = row["until"]
    return AmountPerUnit(
        row["prefix"],
        row["unit"],
        date.fromisoformat(row["since"]),
        date.fromisoformat(until) if until else None,
        int(row["rate_bp"]),
        int(row["amount_e4"]),
        CURRENCIES.index(row["currency"]),
    )


AMOUNTS_PER_UNIT = read_list("amounts_per_unit.csv", _amount)


@dataclass(frozen=True, slots=True)
class ScheduleRates:
    """Rates by agreement, line and stretch of days.

    Attributes:
        rates: Hundredths of a percent, NOT_LISTED where the schedule has no rate, shape (2 +
            agreements, lines, epochs): MFN, ordinary, then AGREEMENTS in order.
        amounts_e4, currencies: Amounts per first unit for MFN and ordinary, shape (2, lines,
            epochs).
        equivalent: MFN by value alone, by which preferences are compared, shape (lines, epochs).
    """

    rates: Ints
    amounts_e4: Ints
    currencies: Ints
    equivalent: Ints


def change_days() -> list[date]:
    """Return every day on which an import duty may change."""
    days = [*year_starts(), *year_starts(APRIL), _REVISED, _TRIMMED]
    days += [amount.since for amount in AMOUNTS_PER_UNIT]
    days += [one.until + timedelta(days=1) for one in AMOUNTS_PER_UNIT if one.until]
    for agreement in AGREEMENTS:
        days += agreement.members.values()
    return days


def schedule_rates(
    codes: Sequence[str], units: Sequence[str], base_bp: Ints, time: Timeline
) -> ScheduleRates:
    """Return the rates of all schedules.

    Args:
        codes: Eight digits of each line.
        units: First unit of each line.
        base_bp: MFN rate at the start of 2024, hundredths of a percent.
        time: Timeline cut at `change_days`.
    """
    by_value = _mfn(codes, base_bp, time)
    mfn, amounts, currencies = _with_amounts(codes, units, by_value, time)
    rates = [mfn, _ordinary(codes, mfn, amounts, time)]
    rates += [_preference(codes, base_bp, agreement, time) for agreement in AGREEMENTS]
    both = np.stack([amounts, amounts * 3 // 2])
    return ScheduleRates(np.stack(rates), both, np.stack([currencies, currencies]), by_value)


def _drawn(codes: Sequence[str], name: str) -> Floats:
    """Return for each line a number in [0, 1) that only its code and a name decide."""
    number = np.array([int(code) for code in codes], dtype=np.int64)
    return keyed.uniform(keyed.derive(keyed.root(0, "tariff"), "line", number), name)


def _mfn(codes: Sequence[str], base_bp: Ints, time: Timeline) -> Ints:
    rates = np.repeat(base_bp[:, None], len(time), axis=1)
    before = ~time.since(_REVISED)
    revised = _drawn(codes, "revised") < _REVISED_SHARE
    higher = to_steps(base_bp * _REVISED_FACTOR, _WHOLE_PERCENT)
    rates[np.ix_(revised, before)] = higher[revised, None]
    trimmed = (_drawn(codes, "trimmed") < _TRIMMED_SHARE) & (base_bp >= _TRIMMED_FROM_BP)
    rates[np.ix_(trimmed, time.since(_TRIMMED))] -= _TRIMMED_BP
    return changed_rates(codes, rates, "MFN", time)


def _with_amounts(
    codes: Sequence[str], units: Sequence[str], by_value: Ints, time: Timeline
) -> tuple[Ints, Ints, Ints]:
    rates, amounts = by_value.copy(), np.zeros_like(by_value)
    currencies = np.zeros_like(by_value)
    for one in AMOUNTS_PER_UNIT:
        lines: Bools = starting_with(codes, (one.prefix,)) & (np.asarray(units) == one.unit)
        cells = np.ix_(lines, time.within(one.since, one.until))
        rates[cells], amounts[cells], currencies[cells] = one.bp, one.amount_e4, one.currency
    return rates, amounts, currencies


def _ordinary(codes: Sequence[str], mfn: Ints, amounts: Ints, time: Timeline) -> Ints:
    """Return 150 % of MFN; where MFN is 0, the listed rate of the Decision of the day."""
    later = time.since(_REVISED)[None, :]
    share = np.where(later, _ORDINARY_SHARE_LATER, _ORDINARY_SHARE)
    listed = np.where(_drawn(codes, "ordinary")[:, None] < share, _ORDINARY_FREE_BP, 0)
    return np.where((mfn == 0) & (amounts == 0), listed, (mfn * 3 + 1) // 2)


def _preference(codes: Sequence[str], base_bp: Ints, agreement: Agreement, time: Timeline) -> Ints:
    years = np.array([to_date(int(day)).year for day in time.starts])
    months = np.array([to_date(int(day)).month for day in time.starts])
    done = years - agreement.base_year + (months >= agreement.month)
    name = agreement.like or f"{agreement.code} {agreement.group}"
    drawn = _drawn(codes, name)
    result = np.full((len(codes), len(time)), NOT_LISTED, dtype=np.int64)
    edge = 0.0
    for stage in agreement.staging:
        lines = (drawn >= edge) & (drawn < edge + stage.share)
        edge += stage.share
        left = np.clip(stage.steps - done, 0, max(stage.steps, 1))
        raw = base_bp[lines, None] * left // (max(stage.steps, 1) * _ROUND_BP) * _ROUND_BP
        rest = np.minimum(base_bp[lines], stage.rest_bp)[:, None]
        result[lines] = np.maximum(raw, rest)
    result[:, ~time.since(min(agreement.members.values()))] = NOT_LISTED
    return result
