"""Debts at the end of each month: what is overdue, in which group, which step is taken.

Groups: 1 recoverable, 2 hard to recover, 3 written off soon, frozen or extended. Steps by age over
90 days (kinds after Law 38/2019, article 125; numbers and ages are ours): 1 freezing accounts, 2
seizing assets, 3 stopping customs procedures, 4 stopping invoices, 5 suspending exit. The old stock
comes from before the simulated time: 5,406 bn VND in 2018, of which a good quarter was recoverable
(published; 5,200 bn here, as the simulated time adds its own: assumption); that few debtors hold
most of it is published too (Ho Chi Minh City 2024: 400 of 4,800 above one bn).
"""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, numbers_within, runs_of
from simulator.nation import Nation
from simulator.papers.paper import base_numbers
from simulator.reference.calendar import DAY_SECONDS, year_month
from simulator.reference.regimes import IMPORT
from simulator.reference.tax_letters import IMPORT_DUTY, LETTERS, VAT
from simulator.revenue.entries import NO_LETTER
from simulator.revenue.settlement import Claims

STEPS = (None, "1", "2", "3", "4", "5")
_STEP_AGES = np.array([91, 121, 181, 271, 366])
_HARD_AFTER, _FROZEN_AFTER, _GONE_FROZEN_AFTER = 365, 1_500, 365
RECOVERABLE, HARD, FROZEN = 1, 2, 3
_OLD_STOCK_VND, _OLD_SHARE, _OLD_SIGMA = 5.2e12, 0.05, 2.35
_OLD_GROUPS, _OLD_AGE_DAYS = (0.24, 0.6, 0.16), 2_200.0
_OLD_NUMBERS = (100_000_000, 472_000_000)
_WRITTEN_OFF_A_MONTH = 0.004
_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Debts:
    """Debts at ends of months, one position a month, declaration and tax.

    Attributes:
        month: Months since 1970.
        owner: Position of the declaration in the block; of the trader for the old stock.
        letter: Position in LETTERS.
        open_vnd: VND.
        group: 1 to 3; step: position in STEPS.
    """

    month: Ints
    owner: Ints
    letter: Ints
    open_vnd: Ints
    group: Ints
    step: Ints

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.month)


def month_ends(month: Ints) -> Ints:
    """Return the last day of each month since 1970."""
    first = (month + 1).astype("datetime64[M]").astype("datetime64[D]")
    ends: Ints = first.astype(np.int64) - 1
    return ends


def steps(age_days: Ints) -> Ints:
    """Return the position in STEPS of debts by their age."""
    return np.searchsorted(_STEP_AGES, age_days, side="right")


def debts_of(claims: Claims, gone_day: Ints, period: tuple[int, int]) -> Debts:
    """Return what is overdue and open at each end of a month within a period.

    Args:
        claims: What is owed.
        gone_day: Day from which each claim's debtor is gone.
        period: First and last day whose statements are wanted.
    """
    ends = month_ends(year_month(np.array([period[1]])))
    last_month = year_month(np.array([period[1]])) - (ends > period[1])
    first = np.maximum(year_month(claims.due_day), year_month(np.array([period[0]])))
    first = first + (month_ends(first) <= claims.due_day)
    settled = np.minimum(claims.settled_day, 10**5)
    last = year_month(settled)
    last = np.minimum(last - (month_ends(last) >= settled), last_month)
    counts = np.maximum(last - first + 1, 0) * (claims.amount_vnd > 0)
    counts = np.where(claims.letter == NO_LETTER, 0, counts)
    row = runs_of(counts)
    month = first[row] + numbers_within(counts)
    return _summed(claims, gone_day, row, month)


def _summed(claims: Claims, gone_day: Ints, row: Ints, month: Ints) -> Debts:
    """Return one debt a month, declaration and tax; the oldest claim gives group and step."""
    cell = claims.declaration[row] * len(LETTERS) + claims.letter[row]
    order = np.lexsort((claims.due_day[row], cell, month))
    row, month, cell = row[order], month[order], cell[order]
    whole = month * _CELLS * len(LETTERS) + cell
    _, first, place = np.unique(whole, return_index=True, return_inverse=True)
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, place, claims.amount_vnd[row])
    row, month = row[first], month[first]
    end = month_ends(month)
    age = end - claims.due_day[row]
    gone = end - gone_day[row]
    group = np.where((age > _HARD_AFTER) | (gone >= 0), HARD, RECOVERABLE)
    is_frozen: Bools = (claims.extended_until[row] > end) | (age > _FROZEN_AFTER)
    group = np.where(is_frozen | (gone >= _GONE_FROZEN_AFTER), FROZEN, group)
    return Debts(
        month, claims.declaration[row], claims.letter[row], total, group, steps(age)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OldDebts:
    """Debts from before the simulated time, one position a debtor and tax.

    Attributes:
        trader: Position in traders; letter: position in LETTERS.
        number: Eleven digits of the declaration.
        amount_vnd: VND; group, age_days: on the first day that is written.
        written_off_month: Months since 1970; the stock before it only.
    """

    trader: Ints
    letter: Ints
    number: Ints
    amount_vnd: Ints
    group: Ints
    age_days: Ints
    written_off_month: Ints


def old_debts(nation: Nation) -> OldDebts:
    """Return the old stock of a nation; its size goes with the nation's scale."""
    traders = nation.traders
    key = keyed.derive(traders.key, "old debt")
    has = keyed.happens(key, "has", _OLD_SHARE) & traders.is_ordinary
    has &= traders.founded_day < nation.first_day
    trader = np.flatnonzero(has)
    own = key[trader]
    size = np.exp(_OLD_SIGMA * keyed.normal(own, "size"))
    usual = _OLD_SHARE * len(traders) * np.exp(_OLD_SIGMA**2 / 2)
    amount = np.rint(size / usual * _OLD_STOCK_VND * nation.scale).astype(np.int64)
    start = year_month(np.array([nation.written_from]))
    months = keyed.exponential(own, "written off", 1 / _WRITTEN_OFF_A_MONTH).astype(np.int64)
    group = 1 + np.searchsorted(np.cumsum(_OLD_GROUPS)[:-1], _turns(amount), side="right")
    # Only what is past hope is written off.
    written_off = np.where(group == FROZEN, start + 1 + months // 4, 10**6)
    number = base_numbers(0 * trader + IMPORT, keyed.integers(own, "number", *_OLD_NUMBERS))
    age = 60 + np.where(group == RECOVERABLE, 0, 300)
    return OldDebts(
        trader=trader,
        letter=np.where(keyed.happens(own, "of value-added tax", 0.6), VAT, IMPORT_DUTY),
        number=number,
        amount_vnd=np.maximum(amount, 1_000),
        group=group,
        age_days=age + keyed.exponential(own, "age", _OLD_AGE_DAYS).astype(np.int64),
        written_off_month=written_off,
    )


def _turns(amount: Ints) -> Floats:
    """Return numbers of [0, 1) spread evenly down the list from the largest amount on.

    A few debts are most of the stock: by lot, one of them would decide the share of its group.
    """
    rank = np.empty(len(amount), dtype=np.int64)
    rank[np.argsort(-amount, kind="stable")] = np.arange(len(amount))
    turns: Floats = (0.5 + rank * (np.sqrt(5) - 1) / 2) % 1.0
    return turns


def stock_at(old: OldDebts, month: int, first_day: int) -> Debts:
    """Return the old stock at the end of a month; `owner` is its position in the stock.

    Args:
        old: The old stock.
        month: Months since 1970.
        first_day: Day at which the ages of the stock hold.
    """
    row = np.flatnonzero(old.written_off_month > month)
    end = int(month_ends(np.array([month]))[0])
    age = old.age_days[row] + end - first_day
    months = np.full(len(row), month, dtype=np.int64)
    return Debts(months, row, old.letter[row], old.amount_vnd[row], old.group[row], steps(age))


def statement_second(month: Ints) -> Ints:
    """Return the local second of each month's statement: late on its last day."""
    return month_ends(month) * DAY_SECONDS + 23 * 3_600
