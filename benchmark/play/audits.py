"""Audits of a lived nation: they go through what a trader declared, in the game and before it.

They are at the premises and see what the nation's own audits there see (`chronicle.audits`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Bools, Ints
from benchmark.play.tables import audit_outcomes
from benchmark.selection import Selection
from simulator.actors import officers
from simulator.chronicle.audit_scope import (
    AT_PREMISES,
    RISK,
    Audits,
    audit_branches,
    offices_of,
)
from simulator.chronicle.audits import hidden_of, seen_in
from simulator.chronicle.ledger import Ledger
from simulator.kernel import keyed
from simulator.kernel.arrays import numbers_within
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
class PlayedAudits:
    """What the audits of a week are and found.

    Attributes:
        outcomes: As told; schema OUTCOMES.
        audits: As the nation's books have them; those of unknown traders are left out.
        audit, item: Positions in `audits` and in the ledger, one a finding.
        known: Local second at which each finding is known, same shape.
    """

    outcomes: pa.Table
    audits: Audits
    audit: Ints
    item: Ints
    known: Ints


def audit(
    nation: Nation, ledger: Ledger, is_open: Bools, chosen: Selection, at: tuple[int, int]
) -> PlayedAudits:
    """Carry out audits: each sees what it can of what nobody has found yet.

    Args:
        nation: The nation.
        ledger: All that was irregular so far.
        is_open: What of it nobody has found or corrected, shape (items,).
        chosen: Audits: traders, periods and themes.
        at: Audits in the nation's books before; last second of the week in which these were chosen.
    """
    held, now = at
    trader = _traders(nation, chosen.trader)
    key = keyed.derive(
        nation.root("played audits"), "audit", (trader + 1) * 100_000 + now // 604_800
    )
    key = keyed.derive(key, "of the week", _times_before(trader))
    days = keyed.integers(key, "working days", _LEAST_DAYS, _MOST_DAYS + 1)
    today = now // DAY_SECONDS
    ended = next_working(today + 1 + (days * _WEEK + _WORKING_DAYS - 1) // _WORKING_DAYS)
    known = ended * DAY_SECONDS + _END_OF_DAY
    real = np.flatnonzero(trader >= 0)
    place = np.full(len(real), AT_PREMISES)
    office = offices_of(nation, audit_branches(nation), trader[real], place)
    serial = held + 1 + np.arange(len(real))
    booked = Audits(
        key=key[real],
        serial=serial,
        trader=trader[real],
        office=office,
        officer=nation.officers.on_duty(office, officers.AUDIT, key[real]),
        place=place,
        ground=np.full(len(real), RISK),
        theme=chosen.theme[real],
        from_day=np.maximum(chosen.period_from[real], nation.first_day),
        to_day=chosen.period_to[real],
        decided=next_working(np.full(len(real), today + 1)),
        concluded=ended[real],
        effort_days=days[real],
        proposal=serial,
    )
    of_open, who = _within(ledger, booked, is_open)
    seen = seen_in(nation, booked, hidden_of(nation, ledger, of_open), who)
    # Two audits of one trader in a week may overlap: the first one has found it.
    item, first = np.unique(of_open[seen], return_index=True)
    who = who[seen][first]
    outcomes = _told(ledger, chosen, (real[who], item, known))
    return PlayedAudits(outcomes, booked, who, item, known[real[who]])


def _times_before(trader: Ints) -> Ints:
    """Return how often each trader stands before its place."""
    order = np.argsort(trader, kind="stable")
    _, counts = np.unique(trader, return_counts=True)
    times = np.empty_like(trader)
    times[order] = numbers_within(counts)
    return times


def _traders(nation: Nation, codes: pa.Array) -> Ints:
    found = pc.index_in(codes, pa.array(nation.traders.tax_codes, pa.string()))
    positions: Ints = pc.fill_null(found, _NOBODY).to_numpy(zero_copy_only=False).astype(np.int64)
    return positions


def _within(ledger: Ledger, audits: Audits, is_open: Bools) -> tuple[Ints, Ints]:
    """Return (item, audit) for each open item of an audited trader, audit by audit."""
    open_items = np.flatnonzero(is_open)
    sorted_items = open_items[np.argsort(ledger.trader[open_items], kind="stable")]
    trader = ledger.trader[sorted_items]
    begin = np.searchsorted(trader, audits.trader, side="left")
    count = np.searchsorted(trader, audits.trader, side="right") - begin
    audit = np.repeat(np.arange(len(audits)), count)
    return sorted_items[np.repeat(begin, count) + numbers_within(count)], audit


def _told(ledger: Ledger, chosen: Selection, found: tuple[Ints, Ints, Ints]) -> pa.Table:
    """Return one row for each item found, and one for each audit that found nothing."""
    row, item, known = found
    clean = np.setdiff1d(np.arange(len(chosen)), row)
    rows = np.concatenate([row, clean])
    nothing = np.zeros(len(clean), dtype=np.int64)
    number = base_numbers(ledger.direction[item], ledger.number[item])
    what = [IRREGULARITIES[place] for place in ledger.differs[item].tolist()]
    return audit_outcomes(
        chosen.trader.take(pa.array(rows)),
        np.concatenate([number, nothing]),
        np.concatenate([ledger.item_number[item], nothing]),
        [*what, *[IRREGULARITIES[NOTHING]] * len(clean)],
        np.stack([np.concatenate([ledger.evaded_vnd[item], nothing]), known[rows]], axis=1),
    )
