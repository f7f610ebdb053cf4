"""The yearly revenue plan: what last year lets expect, grown, by region and tax.

Published plans were 425, 375 and 411 trillion VND for 2023 to 2025, missed and beaten by up to a
fifth; here a plan is what a sample of the nation's declarations lets expect, with noise of our own.
"""

import numpy as np
import pyarrow as pa

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, coded, pick, whole
from simulator.nation import Nation
from simulator.reference.calendar import to_date
from simulator.reference.tariff_taxes import LETTERS
from simulator.revenue.standing import after_exemption, declared_amounts
from simulator.setting import DECLARATIONS_A_YEAR, YEAR_DAYS
from simulator.trade.batch import declare
from simulator.trade.roster import draw_roster, no_follow_ups
from simulator.trade.scheme_states import SchemeStates

_SAMPLES, _SAMPLED, _LONGEST_SAMPLE = 12, 1_700, 30
_GROWTH, _NOISE, _OWN_SHARE = 1.05, 0.05, 0.6
_UNIT_VND = 1_000_000
# Regions took the place of departments with the reorganisation of 2025.
_REGIONS_SINCE = 2025


def _expected(nation: Nation, states: SchemeStates) -> Floats:
    """Return taxes by office and LETTERS of a usual year, VND, from a sample of declarations."""
    total = np.zeros((len(nation.offices.names), len(LETTERS)))
    drawn = 0
    wanted = _SAMPLED / max(float(nation.clock.loads.mean()), 1.0)
    length = int(np.clip(np.ceil(wanted), 1, min(_LONGEST_SAMPLE, len(nation.clock.loads))))
    starts = np.linspace(nation.first_day, nation.last_day - length + 1, _SAMPLES)
    for start in np.unique(starts.astype(np.int64)).tolist():
        days = np.arange(start, start + length)
        roster = draw_roster(nation.clock, days, no_follow_ups())
        chosen = np.argsort(roster.key, kind="stable")[:_SAMPLED]
        batch = declare(nation, states, pick(roster, np.sort(chosen)))
        net = after_exemption(declared_amounts(batch), batch.deals.regime)
        np.add.at(total, batch.deals.office, net)
        drawn += len(batch)
    usual: Floats = total / max(drawn, 1) * DECLARATIONS_A_YEAR * nation.scale
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
    usual, offices = _expected(nation, states), nation.offices
    middle = (nation.written_from + nation.last_day) / 2
    years = range(to_date(nation.written_from).year, to_date(nation.last_day).year + 1)
    result = {}
    for year in years:
        start = int(np.datetime64(f"{year}-01-01", "D").astype(np.int64))
        names = offices.region if year >= _REGIONS_SINCE else offices.department
        regions, expected = _by_region(usual, names, offices.import_weight)
        grown = expected * _GROWTH ** ((start + YEAR_DAYS / 2 - middle) / YEAR_DAYS)
        result[max(start, nation.written_from)] = _rows(nation, year, regions, grown)
    return result


def _rows(nation: Nation, year: int, regions: list[str], expected: Floats) -> pa.Table:
    cell = np.arange(expected.size, dtype=np.int64)
    key = keyed.derive(nation.root("revenue plan"), "cell", year * 10_000 + cell)
    noise = np.exp(_NOISE * keyed.normal(key, "noise"))
    amount: Ints = np.rint(expected.ravel() * noise / _UNIT_VND).astype(np.int64) * _UNIT_VND
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
