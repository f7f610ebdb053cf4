"""Guarantees of banks: general ones of a trader and year, separate ones of a declaration."""

from dataclasses import dataclass

import numpy as np

from simulator.control.overdue import GUARANTEE_DAYS, SEPARATE
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join
from simulator.kernel.rounding import half_up, one_at_least
from simulator.nation import Nation
from simulator.papers.numbers import general_guarantee_numbers, guarantee_numbers
from simulator.reference.regimes import IMPORT
from simulator.revenue.payers import office_second
from simulator.trade.batch import Batch
from simulator.trade.scheme_states import SchemeStates, opened_days

LABELS = ("R", "C")
ONE_DECLARATION, ONE_YEAR = 0, 1
_UNIT_VND = 1_000_000
# As the numbers of general guarantees are drawn: years of 365 days since 1970.
_YEAR_DAYS = 365
# Middle and spread of the limits of general guarantees: assumptions.
_YEAR_LIMIT_VND, _YEAR_SIGMA, _YEAR_UNIT_VND = 2e9, 0.5, 100_000_000
_REGISTERED_BEFORE = (1, 25)


@dataclass(frozen=True, slots=True)
class Guarantees:
    """Guarantees, one position each.

    Attributes:
        number: Ten digits; kind: position in LABELS; trader: position in traders.
        limit_vnd: VND; first_day, last_day: days since 1970.
        known: Local second at which customs registers it.
    """

    number: Ints
    kind: Ints
    trader: Ints
    limit_vnd: Ints
    first_day: Ints
    last_day: Ints
    known: Ints

    def __len__(self) -> int:
        """Return the number of guarantees."""
        return len(self.number)


def separate_guarantees(nation: Nation, batch: Batch, gross_vnd: Ints) -> tuple[Ints, Guarantees]:
    """Return the declarations that name a separate guarantee, and these guarantees.

    Args:
        nation: The nation.
        batch: Declarations as first lodged.
        gross_vnd: Their taxes before exemption, VND.
    """
    deals, roster = batch.deals, batch.roster
    named: Bools = (deals.term == SEPARATE) & (gross_vnd > 0) & (deals.direction == IMPORT)
    rows = np.flatnonzero(named)
    day = roster.day[rows]
    limit = half_up(gross_vnd[rows] * 11, 10)
    return rows, Guarantees(
        number=guarantee_numbers(nation, batch)[rows],
        kind=np.full(len(rows), ONE_DECLARATION, dtype=np.int64),
        trader=deals.trader[rows],
        limit_vnd=-(-limit // _UNIT_VND) * _UNIT_VND,
        first_day=day,
        last_day=day + GUARANTEE_DAYS,
        known=roster.registered[rows],
    )


def general_guarantees(nation: Nation, states: SchemeStates, days: Ints) -> Guarantees:
    """Return the general guarantees that customs registers on some days.

    Those of a year are registered in the weeks before it; those that run when the nation is first
    written, on that day.
    """
    traders = nation.traders
    whose = np.arange(len(traders))
    born = opened_days(traders, states)
    years = range(
        (nation.written_from) // _YEAR_DAYS, (int(days[-1]) + _YEAR_DAYS) // _YEAR_DAYS + 1
    )
    parts = [_of_year(nation, (whose, born), year, days) for year in years]
    return join(parts)


def _of_year(nation: Nation, who: tuple[Ints, Ints], year: int, days: Ints) -> Guarantees:
    """Return those of one year; `who` says the firms and the day each opened."""
    traders, (whose, born) = nation.traders, who
    first = year * _YEAR_DAYS
    lead_key = keyed.derive(traders.key[whose], "general guarantee", year)
    day = first - keyed.integers(lead_key, "registered before", *_REGISTERED_BEFORE)
    lives = (born < first + _YEAR_DAYS) & (traders.closed_day[whose] >= first)
    # A firm founded within the year gets its guarantee with its first trade.
    day = np.maximum(day, np.maximum(born, nation.written_from))
    chosen = np.flatnonzero(lives & (day >= days[0]) & (day <= days[-1]))
    trader, key, day = whose[chosen], lead_key[chosen], day[chosen]
    size = np.exp(traders.log_size[trader] + _YEAR_SIGMA * keyed.normal(key, "limit"))
    weight = traders.weight[trader] / max(float(traders.weight.mean()), 1e-12)
    limit = size * np.maximum(weight, 0.1) * _YEAR_LIMIT_VND
    return Guarantees(
        number=general_guarantee_numbers(nation, trader, year),
        kind=np.full(len(chosen), ONE_YEAR, dtype=np.int64),
        trader=trader,
        limit_vnd=one_at_least(np.minimum(limit, 5e12), _YEAR_UNIT_VND),
        first_day=np.full(len(chosen), first, dtype=np.int64),
        last_day=np.full(len(chosen), first + _YEAR_DAYS - 1, dtype=np.int64),
        known=office_second(key, "registered at", day),
    )
