"""What was due and did not come in time: goods that should leave again, reports, payments.

Reports of settlement are due within 90 days after the fiscal year (Circular 39/2018, article 60).
How many are late, and of payments too, are assumptions: lateness in paying is a habit of few
traders with a long tail.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import COMMERCIAL, FIRM
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, join
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference import regimes
from simulator.reference.calendar import last_day_of, next_working, to_date
from simulator.reference.declaration_kinds import RE_EXPORT
from simulator.reference.published_lists import limit_of
from simulator.reference.regimes import IMPORT
from simulator.trade.deals import TERMS, Deals
from simulator.trade.roster import FollowUps, Roster

NO_DECLARATION = -1
# Limits of re-export: of trade the law's, of equipment a year.
RE_EXPORT_LIMIT_DAYS, EQUIPMENT_LIMIT_DAYS = limit_of("TAM_NHAP_TAI_XUAT"), 365
GUARANTEE_DAYS = limit_of("HAN_NOP_BAO_LANH")
DUE_DAYS, FIRST_FILING_DAYS = 90, 40
_LATE_SHARE, _MEAN_LATE_DAYS, _NEVER_SHARE, _AGAIN_SHARE = 0.06, 18.0, 0.01, 0.03
_LATEST_DAYS, _AGAIN_LOW, _AGAIN_HIGH = 55, 20, 200
_NEVER = 10**6
SEPARATE, GENERAL, MONTHLY = TERMS.index("A"), TERMS.index("B"), TERMS.index("C")
_LATE, _LATE_SIGMA, _LATE_LEAN, _MOST_LATE = 0.010, 1.35, 3.0, 0.65
_MONTHLY_LATE, _DRAWN_FACTOR = 0.3, 1.2


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


def re_export_limit(regime: Ints, registered_day: Ints) -> Ints:
    """Return the last day of re-export of temporary imports."""
    is_trade = regime == regimes.position("G11")
    return registered_day + np.where(is_trade, RE_EXPORT_LIMIT_DAYS, EQUIPMENT_LIMIT_DAYS)


def overdue_of(roster: Roster, deals: Deals, follow_ups: FollowUps, stands: Bools) -> Overdue:
    """Return the temporary imports of a roster after which no re-export comes in time.

    Args:
        roster: Declarations with their final numbers.
        deals: Their deals.
        follow_ups: Everything that follows them.
        stands: Whether each stands (`lifecycle.surely_stands`): of what is cancelled or refused
            nothing has to leave.
    """
    limit_day = re_export_limit(deals.regime, roster.day)
    rows = must_leave(deals) & stands & ~_left_in_time(roster, follow_ups, limit_day)
    return Overdue(
        roster.key[rows], roster.number[rows], deals.direction[rows], deals.trader[rows],
        limit_day[rows],
    )  # fmt: skip


def must_leave(deals: Deals) -> Bools:
    """Return which declarations bring in goods that have to leave again."""
    result: Bools = (deals.direction == IMPORT) & regimes.IS_TEMPORARY[deals.regime]
    return result


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


def filing_days(nation: Nation, year: int, trader: Ints | slice = slice(None)) -> tuple[Ints, Ints]:
    """Return the day on which each trader files for a year, and files again; far for never.

    Args:
        nation: The nation.
        year: For which.
        trader: Positions in traders, any may stand more than once; all of them.
    """
    key = keyed.derive(nation.traders.key[trader], "settlement", year)
    end = last_day_of(year)
    eager = keyed.uniform(key, "ready") ** 0.5
    day = end + FIRST_FILING_DAYS + np.floor((DUE_DAYS - FIRST_FILING_DAYS) * eager)
    late = end + DUE_DAYS + 1 + np.floor(keyed.exponential(key, "late", _MEAN_LATE_DAYS))
    is_late = keyed.happens(key, "files late", _LATE_SHARE)
    day = np.where(is_late, np.minimum(late, end + DUE_DAYS + _LATEST_DAYS), day)
    first = next_working(day.astype(np.int64))
    first = np.where(is_late, first, np.minimum(first, end + DUE_DAYS))
    again = next_working(first + keyed.integers(key, "again after", _AGAIN_LOW, _AGAIN_HIGH))
    files = ~keyed.happens(key, "never files", _NEVER_SHARE)
    refiles = files & keyed.happens(key, "files again", _AGAIN_SHARE)
    return np.where(files, first, _NEVER), np.where(refiles, again, _NEVER)


def late_reports(nation: Nation) -> Overdue:
    """Return the settlement reports of all years whose limit fell into the time lived."""
    first, last = to_date(nation.first_day).year, to_date(nation.last_day).year
    return join([no_overdue(), *(_late(nation, year) for year in range(first - 1, last))])


def _late(nation: Nation, year: int) -> Overdue:
    traders, limit = nation.traders, last_day_of(year) + DUE_DAYS
    reports = (traders.trade != COMMERCIAL) & (traders.kind == FIRM) & traders.is_ordinary
    reports &= (traders.founded_day < limit - 365) & (traders.closed_day > limit)
    reports &= (limit >= nation.first_day) & (limit <= nation.last_day)
    filed, _ = filing_days(nation, year)
    rows = np.flatnonzero(reports & (filed > limit))
    same = np.zeros(len(rows), dtype=np.int64)
    return Overdue(
        key=keyed.derive(traders.key[rows], "late report", year),
        number=same + NO_DECLARATION,
        direction=same,
        trader=rows.astype(np.int64),
        limit_day=same + limit,
    )


def late_chances(nation: Nation, trader: Ints) -> Floats:
    """Return the chance that a payment of each trader is late: a habit, heavy at the top."""
    traders = nation.traders
    habit = _LATE_SIGMA * keyed.normal(traders.key[trader], "slow payer")
    lean = _LATE_LEAN * (0.8 - traders.compliance[trader])
    chances: Floats = np.minimum(_LATE * np.exp(habit + lean), _MOST_LATE)
    return chances


def due_days(day: Ints, term: Ints) -> Ints:
    """Return when taxes are due: at once, by guarantee, or for a month on the tenth of the next.

    Args:
        day: Of registration, days since 1970.
        term: Position in TERMS of each.
    """
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    tenth = (month + 1).astype("datetime64[D]").astype(np.int64) + 9
    due = np.where(np.isin(term, (SEPARATE, GENERAL)), day + GUARANTEE_DAYS, day)
    return np.where(term == MONTHLY, tenth, due)


def pays_late(chance: Floats, term: Ints, key: Keys) -> Bools:
    """Return whose taxes at clearance are paid late, or by the bank that stands in.

    Args:
        chance: Of each declaration's trader (`late_chances`).
        term: Position in TERMS.
        key: Identity of the declaration.
    """
    chance = chance * np.where(np.isin(term, (SEPARATE, GENERAL)), _DRAWN_FACTOR, 1.0)
    return keyed.happens(
        key, "paid late", np.where(term == MONTHLY, _MONTHLY_LATE * chance, chance)
    )
