"""The closed loop: week by week a policy sees, chooses, and learns only what its choices brought.

A policy gets what was registered in a week (tables in outside columns), the files that all systems
sent in it, and the outcomes of its own earlier choices that have come back by now; it chooses; the
nation carries the choices out, and those who are caught adapt. Nothing of what it did not choose is
ever told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Ints, last_second_of
from benchmark.judgement import AUDIT_REACH_DAYS, BACKWARDS, BEYOND, TOO_OLD, TWICE, Capacity
from benchmark.selection import Selection, join
from data_contracts.errors import CustomsDataError

_BASE_DIGITS = 11
NOT_NOW, NOT_OF_THE_WEEK = "selected_at is not now", "declaration is not of the week"
_REASONS = (NOT_NOW, NOT_OF_THE_WEEK, BACKWARDS, BEYOND, TOO_OLD)
# Columns of `kiemtra` that every outcome has, and the moment (local seconds) when it is told.
OUTCOMES = pa.schema(
    [
        ("SO_TK_GOC", pa.string()),
        ("MA_DN", pa.string()),
        ("STT", pa.string()),
        ("HINH_THUC", pa.string()),
        ("DEN", pa.string()),
        ("KET_QUA", pa.string()),
        ("MA_VP", pa.string()),
        ("THUE_TANG", pa.string()),
        ("known", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class WeekView:
    """What a policy sees at the end of a week.

    Attributes:
        week: Number of the week (Monday to Sunday) since 1970.
        now: Its last second, local, since 1970; what is chosen now gets it as selected_at.
        registered: Rows of the week by outside table (`tk`, `hang`, `thue` …), outside columns.
        outcomes: Of own choices, told since the last week; schema OUTCOMES.
        capacity: Checks and audits that count.
        sent: Folder of the files that other systems sent in the week, every outside table; None
            where the nation sends none.
    """

    week: int
    now: int
    registered: Mapping[str, pa.Table]
    outcomes: pa.Table
    capacity: Capacity
    sent: Path | None = None


class Policy(Protocol):
    """Who chooses. `learn` is called before `choose`, each once a week."""

    name: str

    def learn(self, outcomes: pa.Table) -> None:
        """Take in what came back since the last week; schema OUTCOMES, maybe no row."""

    def choose(self, week: WeekView) -> Selection:
        """Return checks and audits; what is over capacity by rank is left out."""


class Nation(Protocol):
    """A nation that goes on living while it is looked at."""

    def weeks(self) -> Iterable[int]:
        """Return its weeks in order."""

    def registered(self, week: int) -> Mapping[str, pa.Table]:
        """Return what a week registered; called after all earlier weeks were checked."""

    def sent(self, week: int) -> Path | None:
        """Return the folder of what other systems sent in the registered week; None for none."""

    def check(self, week: int, selection: Selection) -> pa.Table:
        """Carry the choices out and let the caught adapt.

        Returns:
            Outcomes of these choices with the moment each will be known; schema OUTCOMES.
        """


@dataclass(frozen=True, slots=True)
class Played:
    """What a game leaves.

    Attributes:
        selection: All choices that counted, to be scored against the nation's truth at the end.
        outcomes: All outcomes, told or not yet, schema OUTCOMES.
        refused: How many choices were left out because nobody could have made them then, or had
            made them before, by reason.
        surplus: Choices left out for lack of capacity.
    """

    selection: Selection
    outcomes: pa.Table
    refused: dict[str, int]
    surplus: int

    @property
    def invalid(self) -> int:
        """How many choices were left out, capacity apart."""
        return sum(self.refused.values())

    @property
    def twice(self) -> int:
        """Those of them that say what another choice of their week says."""
        return self.refused.get(TWICE, 0)


def play(
    nation: Nation,
    policy: Policy,
    capacity: Capacity,
    progress: Callable[[int, int], None] = lambda _week, _weeks: None,
) -> Played:
    """Let a policy live through a nation.

    Args:
        nation: The nation.
        policy: Who chooses.
        capacity: Checks and audits a week.
        progress: Told the number of each week, from 1, and how many there are.

    Raises:
        CustomsDataError: A nation's outcomes are not of the schema, or are known before they were
            asked for.
    """
    waiting = OUTCOMES.empty_table()
    told: list[pa.Table] = [waiting]
    chosen: list[Selection] = []
    refused: Counter[str] = Counter()
    surplus = 0
    weeks = list(nation.weeks())
    for place, week in enumerate(weeks, start=1):
        progress(place, len(weeks))
        now = int(last_second_of(np.array([week]))[0])
        tables = nation.registered(week)
        is_known = pc.less_equal(waiting["known"], now)
        fresh, waiting = waiting.filter(is_known), waiting.filter(pc.invert(is_known))
        policy.learn(fresh)
        # A list of its own: what a policy does to it must not reach the nation.
        asked = policy.choose(WeekView(week, now, dict(tables), fresh, capacity, nation.sent(week)))
        reason = _reasons(asked, _numbers_of(tables), now)
        refused.update(_REASONS[place] for place in reason[reason >= 0].tolist())
        on_time = asked.where(reason < 0)
        possible = _each_once(on_time)
        same_week = np.zeros(len(possible), dtype=np.int64)
        counted = possible.where(capacity.keeps(same_week, possible.is_audit, possible.rank))
        refused[TWICE] += len(on_time) - len(possible)
        surplus += len(possible) - len(counted)
        outcomes = _checked(nation.check(week, counted), now, week)
        waiting = pa.concat_tables([waiting, outcomes])
        told.append(outcomes)
        chosen.append(counted)
    left_out = {reason: count for reason, count in refused.items() if count}
    return Played(_joined(chosen), pa.concat_tables(told), left_out, surplus)


def _joined(chosen: Sequence[Selection]) -> Selection:
    if not chosen:
        message = "expected a nation of one week at least, found none"
        raise CustomsDataError(message)
    return join(list(chosen))


def _numbers_of(tables: Mapping[str, pa.Table]) -> Ints:
    """Return the numbers (11 digits) that the week registered."""
    if "tk" not in tables:
        return np.zeros(0, dtype=np.int64)
    bases = pc.utf8_slice_codeunits(tables["tk"]["SO_TK"], 0, _BASE_DIGITS)
    numbers: Ints = np.unique(bases.cast(pa.int64()).to_numpy().astype(np.int64))
    return numbers


def _reasons(asked: Selection, numbers: Ints, now: int) -> Ints:
    """Return why each choice cannot be carried out now, as a position in _REASONS; -1 if it can.

    What can be are checks of the week and audits of the past.
    """
    today, is_audit = now // DAY_SECONDS, asked.is_audit
    conditions = (
        asked.selected != now,
        ~is_audit & ~np.isin(asked.number, numbers),
        is_audit & (asked.period_to < asked.period_from),
        is_audit & (asked.period_to > today),
        is_audit & (today - asked.period_from > AUDIT_REACH_DAYS),
    )
    return np.select(conditions, np.arange(len(conditions)), -1).astype(np.int64)


def _each_once(on_time: Selection) -> Selection:
    """Return each choice once, that of the smallest rank."""
    if not len(on_time):
        return on_time
    trader = on_time.trader.dictionary_encode().indices.fill_null(-1)
    key = np.stack(
        [
            on_time.number,
            on_time.kind,
            on_time.period_from,
            on_time.period_to,
            trader.to_numpy(zero_copy_only=False),
        ],
        axis=1,
    )
    ordered = np.lexsort((on_time.rank,))
    first = np.unique(key[ordered], axis=0, return_index=True)[1]
    return on_time.where(np.sort(ordered[first]))


def _checked(outcomes: pa.Table, now: int, week: int) -> pa.Table:
    if not outcomes.schema.equals(OUTCOMES):
        message = f"week {week}: expected outcomes with {', '.join(OUTCOMES.names)}, "
        message += f"found {', '.join(outcomes.column_names)}"
        raise CustomsDataError(message)
    if outcomes.num_rows and pc.min(outcomes["known"]).as_py() <= now:
        message = f"week {week}: expected outcomes to be known after they were asked for, "
        message += "found one that is known already"
        raise CustomsDataError(message)
    return outcomes
