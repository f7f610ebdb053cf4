"""Audits of a lived nation: they go through what a trader declared in the game so far."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Ints
from benchmark.play.tables import audit_outcomes
from benchmark.selection import Selection
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.themes import recorded_differences
from simulator.kernel import keyed
from simulator.kernel.arrays import pick
from simulator.mechanisms.mechanism import AUDIT
from simulator.nation import Nation
from simulator.papers.paper import base_numbers
from simulator.reference.calendar import next_working
from simulator.sources.vcis_control import IRREGULARITIES
from simulator.trade.irregularities import NOTHING

# Law on Customs 54/2014, article 80: five working days at the office, ten at the premises.
_LEAST_DAYS, _MOST_DAYS = 5, 10
_WORKING_DAYS, _WEEK = 5, 7
_END_OF_DAY = 16 * 3_600 + 30 * 60
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audits of a week found.

    Attributes:
        outcomes: As told; schema OUTCOMES.
        item: Positions in the ledger, one a finding.
        known: Local second at which each is known, same shape.
    """

    outcomes: pa.Table
    item: Ints
    known: Ints


def audit(nation: Nation, ledger: Ledger, chosen: Selection, now: int) -> Audited:
    """Carry out audits: each sees what it can of what nobody has found yet.

    Args:
        nation: The nation.
        ledger: All that was irregular in the game so far.
        chosen: Audits: traders and periods.
        now: Last second of the week in which they were chosen.
    """
    trader = _traders(nation, chosen.trader)
    key = keyed.derive(
        nation.root("played audits"), "audit", (trader + 1) * 100_000 + now // 604_800
    )
    days = keyed.integers(key, "working days", _LEAST_DAYS, _MOST_DAYS + 1)
    today = now // DAY_SECONDS
    ended = next_working(today + 1 + (days * _WEEK + _WORKING_DAYS - 1) // _WORKING_DAYS)
    known = ended * DAY_SECONDS + _END_OF_DAY
    row, item = _within(ledger, chosen, trader, now)
    chance = np.array([kind.seen_by[AUDIT] for kind in nation.mechanisms] or [0.0])
    look = keyed.derive(ledger.key[item], "played audit", ledger.item_number[item])
    sees = keyed.happens(look ^ key[row], "sees", chance[ledger.mechanism[item]])
    row, item = row[sees], item[sees]
    # Two audits of one trader in a week may overlap: the first one has found it.
    item, first = np.unique(item, return_index=True)
    row = row[first]
    outcomes = _told(ledger, chosen, (row, item, known))
    return Audited(outcomes, item, known[row])


def _traders(nation: Nation, codes: pa.Array) -> Ints:
    found = pc.index_in(codes, pa.array(nation.traders.tax_codes, pa.string()))
    positions: Ints = pc.fill_null(found, _NOBODY).to_numpy(zero_copy_only=False).astype(np.int64)
    return positions


def _within(ledger: Ledger, chosen: Selection, trader: Ints, now: int) -> tuple[Ints, Ints]:
    """Return (audit, item) for each item that is still open in an audit's period."""
    order = np.argsort(ledger.trader, kind="stable")
    sorted_trader = ledger.trader[order]
    begin = np.searchsorted(sorted_trader, trader, side="left")
    count = np.searchsorted(sorted_trader, trader, side="right") - begin
    row = np.repeat(np.arange(len(trader)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    item = order[begin[row] + offset]
    inside = (ledger.day[item] >= chosen.period_from[row]) & ledger.is_open(now)[item]
    inside &= ledger.day[item] <= chosen.period_to[row]
    return row[inside], item[inside]


def _told(ledger: Ledger, chosen: Selection, found: tuple[Ints, Ints, Ints]) -> pa.Table:
    """Return one row for each item found, and one for each audit that found nothing."""
    row, item, known = found
    clean = np.setdiff1d(np.arange(len(chosen)), row)
    rows = np.concatenate([row, clean])
    nothing = np.zeros(len(clean), dtype=np.int64)
    number = base_numbers(ledger.direction[item], ledger.number[item])
    what = [IRREGULARITIES[place] for place in recorded_differences(pick(ledger, item)).tolist()]
    return audit_outcomes(
        chosen.trader.take(pa.array(rows)),
        np.concatenate([number, nothing]),
        np.concatenate([ledger.item_number[item], nothing]),
        [*what, *[IRREGULARITIES[NOTHING]] * len(clean)],
        np.stack([np.concatenate([ledger.evaded_vnd[item], nothing]), known[rows]], axis=1),
    )
