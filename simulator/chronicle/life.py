"""The world so far while it is lived, and what is left of it when it was: the chronicle."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.chronicle.audits import Audited, Auditors
from simulator.chronicle.exemption_lists import Grants, ListBook
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.on_the_spot import Pairs
from simulator.chronicle.ranks import Ranker, Ranks, seen_rank
from simulator.chronicle.record import Record
from simulator.chronicle.violations import (
    LATE_SETTLEMENT,
    Violations,
    for_limits,
    note_sanctions,
)
from simulator.control.overdue import Overdue, late_reports, no_overdue
from simulator.kernel.arrays import Ints, join, pick
from simulator.kernel.kept import Kept
from simulator.nation import Nation
from simulator.reference.calendar import WEEK_DAYS
from simulator.trade.roster import FollowUps, Roster, no_follow_ups
from simulator.trade.scheme_states import SchemeStates, untouched


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What the light pass decided; everything the days need besides the nation.

    Attributes:
        states: Schemes by week.
        follow_ups: All declarations that come after others, by day.
        ledger: All irregular items.
        ranks: Scored risk rank of each trader by week.
        record: What control has on record by the end, of traders and brokers.
        catches: Scheme, day and trader of each catch, shape (n, 3).
        sanctions: For what checks at the border claimed.
        audited: Post-clearance audits and what they found in the ledger.
        overdue: Temporary imports that were not re-exported in time.
        grants: What exemption lists granted.
        pairs: Declarations on the spot and who took the goods over.
    """

    states: SchemeStates
    follow_ups: FollowUps
    ledger: Ledger
    ranks: Ranks
    record: Record
    catches: Ints
    sanctions: Violations
    audited: Audited
    overdue: Overdue
    grants: Grants
    pairs: Pairs

    def rank_of(self, nation: Nation, trader: Ints, day: Ints) -> Ints:
        """Return the risk rank of each trader on its day, 1 to 9."""
        return seen_rank(nation, self.states, self.ranks, trader, day)

    def due(self, days: Ints) -> FollowUps:
        """Return what is registered on some consecutive days after other declarations."""
        first, end = np.searchsorted(self.follow_ups.day, [days[0], days[-1] + 1])
        return pick(self.follow_ups, np.arange(first, end))


def planned_states(nation: Nation) -> SchemeStates:
    """Return the schemes as planned, before anybody is caught."""
    weeks = (nation.last_day - nation.first_day) // WEEK_DAYS + 1
    planned = nation.schemes.start_day, nation.schemes.end_day
    return untouched(nation.first_day, weeks, planned, len(nation.traders))


@dataclass(slots=True)
class Life:
    """The world so far.

    Attributes:
        states, ranks, record: As in Chronicle, written on as weeks pass.
        later: Follow-ups that are due from this week on.
        unseen: Follow-ups registered in the last week, not yet looked at closely.
        past, ledgers: What happened; sanctions: as in Chronicle, week by week.
        catches: As in Chronicle; answered: codes of those that were answered.
        auditors: Who audit; ranker: who ranks; overdue: temporary imports not re-exported in time.
        lists: Exemption lists; pairs: on the spot.
    """

    states: SchemeStates
    ranks: Ranks
    later: FollowUps
    unseen: list[Roster]
    past: Kept[FollowUps]
    ledgers: Kept[Ledger]
    catches: Ints
    answered: Ints
    sanctions: Kept[Violations]
    auditors: Auditors
    overdue: Kept[Overdue]
    record: Record
    ranker: Ranker
    lists: ListBook
    pairs: Kept[Pairs]

    def rank_of(self, nation: Nation, trader: Ints, day: Ints) -> Ints:
        """Return the risk rank of each trader on its day, 1 to 9."""
        return seen_rank(nation, self.states, self.ranks, trader, day)


def new_life(nation: Nation, audits: int | None = None, folder: Path | None = None) -> Life:
    """Return the world before its first day; as in `live_through`."""
    record, ranker = Record(nation), Ranker(nation)
    overdue: Kept[Overdue] = Kept(folder)
    overdue.append(no_overdue())
    note_sanctions(record, for_limits(late_reports(nation), LATE_SETTLEMENT))
    return Life(
        states=planned_states(nation),
        ranks=Ranks(ranker.ranks(record), folder),
        later=no_follow_ups(),
        unseen=[],
        past=Kept(folder),
        ledgers=Kept(folder),
        catches=np.empty((0, 3), dtype=np.int64),
        answered=np.empty(0, dtype=np.int64),
        sanctions=Kept(folder),
        auditors=Auditors(nation, audits, folder),
        overdue=overdue,
        record=record,
        ranker=ranker,
        lists=ListBook(folder),
        pairs=Kept(folder),
    )


def days_of(nation: Nation, week: int) -> Ints:
    """Return the days of a week of the nation; the last one may be short."""
    first = nation.first_day + week * WEEK_DAYS
    return np.arange(first, min(first + WEEK_DAYS, nation.last_day + 1))


def chronicle_of(life: Life) -> Chronicle:
    """Return what a life decided so far."""
    past = life.past.whole()
    return Chronicle(
        states=life.states,
        follow_ups=join([past, in_order(life.later)]) if len(life.later) else past,
        ledger=life.ledgers.whole(),
        ranks=life.ranks,
        record=life.record,
        catches=life.catches,
        sanctions=life.sanctions.whole(),
        audited=life.auditors.closed(),
        overdue=life.overdue.whole(),
        grants=life.lists.told(),
        pairs=life.pairs.whole(),
    )


def in_order(follow_ups: FollowUps) -> FollowUps:
    """Return follow-ups by day."""
    return pick(follow_ups, np.lexsort((follow_ups.key, follow_ups.day)))
