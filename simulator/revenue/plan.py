"""The yearly revenue plan: what last year lets expect, grown, by region and tax.

Published plans were 425, 375 and 411 trillion VND for 2023 to 2025, missed and beaten by up to a
fifth. A plan is made before its year: it knows how things stood in the year before, guesses a
growth and is rounded. Guess and noise are assumptions.
"""

import numpy as np
import pyarrow as pa

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, coded, whole
from simulator.kernel.rounding import second_digit
from simulator.nation import Nation
from simulator.reference.calendar import to_date
from simulator.reference.tax_letters import LETTERS, after_exemption
from simulator.revenue.standing import declared_amounts
from simulator.setting import DECLARATIONS_A_YEAR, grown, make_clock
from simulator.trade.batch import declare
from simulator.trade.roster import draw_roster, no_follow_ups
from simulator.trade.scheme_states import SchemeStates

_SAMPLES, _SAMPLED, _LAST_YEAR_DAYS = 12, 20_000, 365
# ln growth that is guessed for a year, and its spread.
_GROWTH, _GROWTH_SIGMA = 0.06, 0.05
_NOISE, _OWN_SHARE = 0.05, 0.6
_UNIT_VND = 1_000_000
# Regions took the place of departments with the reorganisation of 2025.
_REGIONS_SINCE = 2025


def _past_days(nation: Nation, start: int) -> Ints:
    """Return days of the year before a plan's, evenly spread.

    Where nothing before it was lived, the first day stands for how things were then.
    """
    first = max(nation.first_day, start - _LAST_YEAR_DAYS)
    last = max(first, min(start - 1, nation.last_day))
    return np.unique(np.linspace(first, last, _SAMPLES).astype(np.int64))


def _expected(nation: Nation, states: SchemeStates, start: int) -> Floats:
    """Return taxes by office and LETTERS in the year before a plan's, VND.

    They are those of a sample of its own, drawn as declarations of that year are: what has been
    declared is not read, much less what will be.
    """
    total = np.zeros((len(nation.offices.names), len(LETTERS)))
    days, drawn = _past_days(nation, start), 0
    loads = np.full(len(nation.clock.loads), _SAMPLED / len(days))
    seed = int(keyed.root(nation.seed, "plan of a year", start))
    clock = make_clock(seed, nation.first_day, loads)
    for day in days.tolist():
        roster = draw_roster(clock, np.array([day]), no_follow_ups())
        batch = declare(nation, states, roster)
        net = after_exemption(declared_amounts(batch), batch.deals.regime)
        np.add.at(total, batch.deals.office, net)
        drawn += len(batch)
    level = grown(nation.written_from, start - _LAST_YEAR_DAYS / 2)
    level *= nation.demand.of_nation(days).mean()
    usual: Floats = total / max(drawn, 1) * DECLARATIONS_A_YEAR * nation.scale * level
    return usual


def _by_region(usual: Floats, names: list[str], weights: Floats) -> tuple[list[str], Floats]:
    """Return regions and their expected taxes: their own in the sample, and their usual share."""
    regions, place = np.unique(np.array(names), return_inverse=True)
    own = np.zeros((len(regions), usual.shape[1]))
    np.add.at(own, place, usual)
    share = np.bincount(place, weights, minlength=len(regions))
    by_weight = np.outer(share / max(share.sum(), 1e-12), usual.sum(axis=0))
    return regions.tolist(), _OWN_SHARE * own + (1 - _OWN_SHARE) * by_weight


def plans(nation: Nation, states: SchemeStates) -> dict[int, pa.Table]:
    """Return the rows of `dutoan` by the day on which each plan is known."""
    offices = nation.offices
    years = range(to_date(nation.written_from).year, to_date(nation.last_day).year + 1)
    result = {}
    for year in years:
        start = int(np.datetime64(f"{year}-01-01", "D").astype(np.int64))
        usual = _expected(nation, states, start)
        names = offices.region if year >= _REGIONS_SINCE else offices.department
        regions, expected = _by_region(usual, names, offices.import_weight)
        key = keyed.derive(nation.root("revenue plan"), "year", year)
        growth = np.exp(_GROWTH + _GROWTH_SIGMA * keyed.normal(key, "growth"))
        result[max(start, nation.written_from)] = _rows(nation, year, regions, expected * growth)
    return result


def _rounded(amount: Floats) -> Ints:
    """Return amounts in round figures: two digits, a million VND at least as the unit."""
    unit = np.maximum(second_digit(amount), _UNIT_VND)
    rounded: Ints = (np.rint(amount / unit) * unit).astype(np.int64)
    return rounded


def _rows(nation: Nation, year: int, regions: list[str], expected: Floats) -> pa.Table:
    cell = np.arange(expected.size, dtype=np.int64)
    key = keyed.derive(nation.root("revenue plan"), "cell", year * 10_000 + cell)
    noise = np.exp(_NOISE * keyed.normal(key, "noise"))
    amount = _rounded(expected.ravel() * noise)
    kept = np.flatnonzero(amount > 0)
    place, letter = np.divmod(kept, len(LETTERS))
    return pa.table(
        {
            "NAM": whole(np.full(len(kept), year, dtype=np.int64)),
            "MA_KV": coded(regions, place),
            "MA_SAC_THUE": coded(LETTERS, letter),
            "SO_TIEN": whole(amount[kept]),
        }
    )
