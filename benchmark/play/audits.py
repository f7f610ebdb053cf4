"""Audits of a lived nation: they go through what a trader declared, in the game and before it.

An audit with a theme sees what belongs to it with the chance of each mechanism and the rest with a
part of it; one about everything sees all with another part. Both parts are figures of our own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Bools, Ints
from benchmark.play.tables import audit_outcomes
from benchmark.selection import Selection
from simulator.actors import officers
from simulator.chronicle.audit_scope import AT_PREMISES, RISK, Audits
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.themes import EVERYTHING, themes_of
from simulator.kernel import keyed
from simulator.kernel.arrays import pick
from simulator.mechanisms.mechanism import AUDIT
from simulator.nation import Nation
from simulator.papers.paper import base_numbers
from simulator.reference.calendar import next_working
from simulator.reference.regimes import IMPORT
from simulator.sources.vcis_control import IRREGULARITIES
from simulator.trade.irregularities import NOTHING

# Law on Customs 54/2014, article 80: five working days at the office, ten at the premises.
_LEAST_DAYS, _MOST_DAYS = 5, 10
_WORKING_DAYS, _WEEK = 5, 7
_END_OF_DAY = 16 * 3_600 + 30 * 60
_OTHER_THEME, _OF_EVERYTHING = 0.4, 0.7
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
    days = keyed.integers(key, "working days", _LEAST_DAYS, _MOST_DAYS + 1)
    today = now // DAY_SECONDS
    ended = next_working(today + 1 + (days * _WEEK + _WORKING_DAYS - 1) // _WORKING_DAYS)
    known = ended * DAY_SECONDS + _END_OF_DAY
    row, item = _within(ledger, chosen, trader, is_open)
    chance = np.array([kind.seen_by[AUDIT] for kind in nation.mechanisms] or [0.0])
    theme = chosen.theme[row]
    fit = np.where(themes_of(pick(ledger, item)) == theme, 1.0, _OTHER_THEME)
    fit = np.where(theme == EVERYTHING, _OF_EVERYTHING, fit)
    look = keyed.derive(ledger.key[item], "played audit", ledger.item_number[item])
    sees = keyed.happens(look ^ key[row], "sees", chance[ledger.mechanism[item]] * fit)
    row, item = row[sees], item[sees]
    # Two audits of one trader in a week may overlap: the first one has found it.
    item, first = np.unique(item, return_index=True)
    row = row[first]
    real = np.flatnonzero(trader >= 0)
    office = nation.traders.office[trader[real], IMPORT, 0]
    booked = Audits(
        key=key[real],
        serial=held + 1 + np.arange(len(real)),
        trader=trader[real],
        office=office,
        officer=nation.officers.on_duty(office, officers.AUDIT, key[real]),
        place=np.full(len(real), AT_PREMISES),
        ground=np.full(len(real), RISK),
        theme=chosen.theme[real],
        from_day=np.maximum(chosen.period_from[real], nation.first_day),
        to_day=chosen.period_to[real],
        decided=next_working(np.full(len(real), today + 1)),
        concluded=ended[real],
        effort_days=days[real],
    )
    outcomes = _told(ledger, chosen, (row, item, known))
    return PlayedAudits(outcomes, booked, np.searchsorted(real, row), item, known[row])


def _traders(nation: Nation, codes: pa.Array) -> Ints:
    found = pc.index_in(codes, pa.array(nation.traders.tax_codes, pa.string()))
    positions: Ints = pc.fill_null(found, _NOBODY).to_numpy(zero_copy_only=False).astype(np.int64)
    return positions


def _within(ledger: Ledger, chosen: Selection, trader: Ints, is_open: Bools) -> tuple[Ints, Ints]:
    """Return (audit, item) for each item that is still open in an audit's period."""
    order = np.argsort(ledger.trader, kind="stable")
    sorted_trader = ledger.trader[order]
    begin = np.searchsorted(sorted_trader, trader, side="left")
    count = np.searchsorted(sorted_trader, trader, side="right") - begin
    row = np.repeat(np.arange(len(trader)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    item = order[begin[row] + offset]
    inside = (ledger.day[item] >= chosen.period_from[row]) & is_open[item]
    inside &= ledger.day[item] <= chosen.period_to[row]
    return row[inside], item[inside]


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
