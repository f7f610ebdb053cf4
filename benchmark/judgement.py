"""Which rows of a selection count: possible, known at the time, once, and inside the capacity."""

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Bools, Ints, positions_in, rank_within, week_of
from benchmark.nation import JudgedNation
from benchmark.selection import Selection
from simulator.reference.published_lists import limit_of

# A declaration can be checked at the border for a week; what is later is an audit.
CHECK_WINDOW_DAYS = 7
# Law on Customs 54/2014, Article 77: so many years from registration.
AUDIT_REACH_DAYS = limit_of("KTSTQ") * 1_461 // 4
TWICE = "stands twice in the selection"
BACKWARDS, BEYOND = "period ends before it begins", "period reaches beyond selected_at"
TOO_OLD = "period begins more than five years before"
REASONS = (
    "unknown declaration", "unknown trader", "registered after selected_at",
    "more than 7 days after registration", BACKWARDS, BEYOND, TOO_OLD,
    "selected_at after the last week of the nation", TWICE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Valid:
    """The possible rows of a selection, each once, in the order of time, rank and file.

    Attributes:
        selection: Those rows.
        declaration: Position of the declaration; -1 for an audit.
        trader: Position of the trader (of a check: its declaration's).
        week: Week of selected_at.
        refused: How many rows were left out, by reason.
    """

    selection: Selection
    declaration: Ints
    trader: Ints
    week: Ints
    refused: dict[str, int]

    def where(self, rows: Ints) -> "Valid":
        """Return some rows, in their order."""
        return Valid(
            self.selection.where(rows),
            self.declaration[rows],
            self.trader[rows],
            self.week[rows],
            self.refused,
        )


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much a week allows.

    Attributes:
        checks: Checks; None is no limit.
        audits: Audits, as a list of their own; None lets them share the capacity of checks.
    """

    checks: int | None = None
    audits: int | None = None

    def keeps(self, week: Ints, is_audit: Bools, rank: Ints) -> Ints:
        """Return the positions of the rows inside the capacity; smaller ranks go first."""
        most = np.iinfo(np.int64).max
        checks = most if self.checks is None else self.checks
        if self.audits is None:
            return np.flatnonzero(rank_within(week, rank) < checks)
        limit = np.where(is_audit, self.audits, checks)
        return np.flatnonzero(rank_within(week * 2 + is_audit, rank) < limit)


def valid_rows(selection: Selection, nation: JudgedNation) -> Valid:
    """Return what may count; anything that nobody could have chosen at selected_at is left out."""
    order = np.lexsort((selection.rank, selection.selected))
    sorted_selection = selection.where(order)
    declaration, trader, reason = _looked_up(sorted_selection, nation)
    reason = _repeated(sorted_selection, declaration, trader, reason)
    counts = np.bincount(reason + 1, minlength=len(REASONS) + 1)[1:]
    kept = np.flatnonzero(reason < 0)
    chosen = sorted_selection.where(kept)
    return Valid(
        selection=chosen,
        declaration=declaration[kept],
        trader=trader[kept],
        week=week_of(chosen.selected // DAY_SECONDS),
        refused={name: int(count) for name, count in zip(REASONS, counts, strict=True) if count},
    )


def _looked_up(selection: Selection, nation: JudgedNation) -> tuple[Ints, Ints, Ints]:
    """Return declaration, trader and the first reason against each row, -1 where none is."""
    declarations = nation.declarations
    is_audit = selection.is_audit
    declaration = positions_in(declarations.number, selection.number)
    trader = _trader_positions(selection, nation)
    known = declaration >= 0
    trader[known] = declarations.trader[declaration[known]]
    registered = np.where(known, declarations.registered[declaration], 0)
    age = selection.selected - registered
    today = selection.selected // DAY_SECONDS
    reach = today - selection.period_from
    conditions = (
        ~is_audit & ~known,
        is_audit & (trader < 0),
        ~is_audit & (age < 0),
        ~is_audit & (age > CHECK_WINDOW_DAYS * DAY_SECONDS),
        is_audit & (selection.period_to < selection.period_from),
        is_audit & (selection.period_to > today),
        is_audit & (reach > AUDIT_REACH_DAYS),
        week_of(today) > _last_week(nation),
    )
    reason = np.select(conditions, np.arange(len(conditions)), -1).astype(np.int64)
    return declaration, trader, reason


def _last_week(nation: JudgedNation) -> int:
    """Return the last week that registers anything: weeks after it would have capacity for all."""
    day = nation.declarations.day
    return int(week_of(day).max()) if len(day) else -1


def _trader_positions(selection: Selection, nation: JudgedNation) -> Ints:
    found = pc.index_in(selection.trader, nation.declarations.traders)
    positions: Ints = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return positions


def _repeated(selection: Selection, declaration: Ints, trader: Ints, reason: Ints) -> Ints:
    """Return the reasons with each row refused that says what an earlier one says."""
    key = np.stack(
        [
            np.where(selection.is_audit, trader, declaration),
            selection.kind,
            selection.period_from,
            selection.period_to,
            reason,
        ],
        axis=1,
    )
    first = np.unique(key, axis=0, return_index=True)[1]
    is_first = np.zeros(len(key), dtype=np.bool_)
    is_first[first] = True
    repeated = REASONS.index(TWICE)
    return np.where((reason < 0) & ~is_first, repeated, reason).astype(np.int64)


def within_capacity(valid: Valid, capacity: Capacity) -> Ints:
    """Return the positions of the rows inside the weekly capacity; smaller ranks go first."""
    return capacity.keeps(valid.week, valid.selection.is_audit, valid.selection.rank)


def within(valid: Valid, limit: Ints) -> Ints:
    """Return the positions of the rows whose place in their week is below their limit.

    Args:
        valid: Rows of one list that may count.
        limit: Capacity of the week of each row, shape (n,).
    """
    return np.flatnonzero(rank_within(valid.week, valid.selection.rank) < limit)
