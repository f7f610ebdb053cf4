"""What was due and did not come in time: goods that should leave again, reports of settlement."""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys
from simulator.reference import regimes
from simulator.reference.declaration_kinds import BRANCH, PRIMARY, RE_EXPORT
from simulator.reference.regimes import IMPORT
from simulator.trade.deals import Deals
from simulator.trade.roster import FollowUps, Roster

NO_DECLARATION = -1
# Wider than the share of any cancellation or refusal, so that none of them is counted.
_UNSURE_CANCELLED, _UNSURE_REFUSED = 0.02, 0.002


@dataclass(frozen=True, slots=True)
class Overdue:
    """Temporary imports that did not leave in time, or reports that were late, one position each.

    Attributes:
        key: Identity; number, direction: of the declaration, NO_DECLARATION for a report.
        trader: Position in traders.
        limit_day: Last day on which it would have been in time.
    """

    key: Keys
    number: Ints
    direction: Ints
    trader: Ints
    limit_day: Ints

    def __len__(self) -> int:
        """Return their number."""
        return len(self.key)


def no_overdue() -> Overdue:
    """Return an empty list."""
    none = np.empty(0, dtype=np.int64)
    return Overdue(none.astype(np.uint64), none, none, none, none)


def overdue_of(roster: Roster, deals: Deals, follow_ups: FollowUps, limit_day: Ints) -> Overdue:
    """Return the temporary imports of a roster after which no re-export comes in time.

    Args:
        roster: Declarations with their final numbers.
        deals: Their deals.
        follow_ups: Everything that follows them.
        limit_day: Last day of re-export of each (`follow_ups.re_export_limit`).
    """
    rows = np.isin(roster.kind, (PRIMARY, BRANCH)) & (deals.direction == IMPORT)
    rows &= regimes.IS_TEMPORARY[deals.regime]
    rows &= ~_left_in_time(roster, follow_ups, limit_day)
    rows &= keyed.uniform(roster.key, "cancelled") > _UNSURE_CANCELLED
    rows &= keyed.uniform(roster.key, "refused") > _UNSURE_REFUSED
    return Overdue(
        roster.key[rows], roster.number[rows], deals.direction[rows], deals.trader[rows],
        limit_day[rows],
    )  # fmt: skip


def _left_in_time(roster: Roster, follow_ups: FollowUps, limit_day: Ints) -> Bools:
    """Return after which declarations a re-export comes by the limit."""
    leaves = np.flatnonzero(follow_ups.kind == RE_EXPORT)
    order = np.argsort(roster.key)
    place = np.searchsorted(roster.key, follow_ups.parent_key[leaves], sorter=order)
    parent = order[np.minimum(place, len(roster) - 1)] if len(roster) else place
    known = roster.key[parent] == follow_ups.parent_key[leaves]
    known &= follow_ups.day[leaves] <= limit_day[parent]
    result: Bools = np.zeros(len(roster), dtype=bool)
    result[parent[known]] = True
    return result
