"""How a lived nation begins: its warm-up under legacy control, and what that leaves to learn from.

Weeks of the game and of the nation are the same (Monday to Sunday): the first day is moved to the
next Monday and the warm-up is cut to whole weeks.
"""

import copy
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, week_of
from benchmark.play.post import Post
from benchmark.play.scratch import game_folder
from benchmark.play.tables import joined, outcomes_of, tables_of
from benchmark.play.terms import HISTORY_WEEKS
from benchmark.play.whole_weeks import whole_weeks
from simulator.arguments import SimulationArguments
from simulator.block import make_block
from simulator.chronicle.life import Chronicle, Life, chronicle_of, days_of, new_life
from simulator.chronicle.living import (
    answer_catches,
    live_week,
    settle,
)
from simulator.kernel.kept import Kept
from simulator.nation import Nation
from simulator.reference.calendar import WEEK_DAYS
from simulator.world import idle_in, nation_of

_WEEKS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class History:
    """What legacy control left behind, as a policy may read it before its first week.

    Attributes:
        registered: Declarations of the last weeks of the warm-up by outside table.
        outcomes: Checks of these declarations that were finished by its end; schema OUTCOMES.
    """

    registered: dict[str, pa.Table]
    outcomes: pa.Table


@dataclass(frozen=True)
class Opening:
    """A nation on the evening before the game; every policy starts from a copy of its own.

    Attributes:
        nation: The nation.
        life: Its state after the warm-up.
        played_from: Number of warm-up weeks: the nation's own number of the game's first week.
        history_weeks: How many weeks of the warm-up a policy may read.
    """

    nation: Nation
    life: Life
    played_from: int
    history_weeks: int = HISTORY_WEEKS
    _files: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    def close(self) -> None:
        """Remove the files of the weeks."""
        self._files.close()

    @property
    def first_week(self) -> int:
        """Number of the game's first week, since 1970."""
        return int(week_of(np.array([self.nation.written_from]))[0])

    @property
    def weeks(self) -> int:
        """Number of weeks of the game."""
        return self.life.states.weeks - self.played_from

    def fresh_life(self) -> Life:
        """Return a copy of the life so far that may be lived on; the past is not needed for it."""
        return replace(
            self.life,
            states=copy.deepcopy(self.life.states),
            catches=self.life.catches.copy(),
            answered=self.life.answered.copy(),
            lists=self.life.lists.copy(),
            ranks=self.life.ranks.copy(),
            record=self.life.record.copy(),
            sanctions=self.life.sanctions.copy(),
            past=Kept(),
            ledgers=Kept(),
            overdue=self.life.overdue.copy(),
        )

    @cached_property
    def chronicle(self) -> Chronicle:
        """What the warm-up decided."""
        return chronicle_of(self.life)

    @cached_property
    def post(self) -> Post:
        """The files of the weeks that a policy may read, and what waits to be sent after them."""
        first_week = max(self.played_from - self.history_weeks, 0)
        first = self.nation.first_day + first_week * WEEK_DAYS
        folder = self._files.enter_context(game_folder())
        made = Post(replace(self.nation, written_from=first), folder)
        made.open(self.chronicle, self.nation.written_from)
        return made

    @cached_property
    def history(self) -> History:
        """What legacy control left behind; made when it is first asked for."""
        chronicle = self.chronicle
        end = self.nation.written_from * DAY_SECONDS - 1
        first = max(self.played_from - self.history_weeks, 0)
        tables, outcomes, sent = [], [], dict[str, int]()
        for week in range(first, self.played_from, _WEEKS_AT_ONCE):
            last = min(week + _WEEKS_AT_ONCE, self.played_from)
            days = np.concatenate([days_of(self.nation, own) for own in range(week, last)])
            block = make_block(self.nation, chronicle, days)
            tables.append(tables_of(self.nation, block, sent))
            for name, table in tables[-1].items():
                sent[name] = sent.get(name, 0) + table.num_rows
            told = outcomes_of(self.nation, block)
            outcomes.append(told.filter(pc.less_equal(told["known"], end)))
        return History(joined(tables), pa.concat_tables(outcomes))


def open_nation(arguments: SimulationArguments, history_weeks: int = HISTORY_WEEKS) -> Opening:
    """Live a nation through its warm-up under legacy control.

    Args:
        arguments: What to simulate; folders and forms are not used. Days and warm-up are cut to
            whole weeks.
        history_weeks: How many weeks of the warm-up a policy may read.

    Raises:
        WrongUseError: No whole week is left to play, or to live before.
    """
    moved = whole_weeks(arguments)
    warm = moved.warmup_days // WEEK_DAYS
    nation = nation_of(moved)
    life = new_life(nation, arguments.audits)
    for week in range(warm):
        days = days_of(nation, week)
        live_week(nation, life, days)
        answer_catches(nation, life, (week, int(days[-1])))
    settle(nation, life, nation.written_from)
    return Opening(nation, life, warm, history_weeks)


def idle_mechanisms(arguments: SimulationArguments) -> tuple[str, ...]:
    """Return the private mechanisms of which no scheme begins by the end of such a game.

    Raises:
        WrongUseError: No whole week is left to play, or to live before.
    """
    return idle_in(nation_of(whole_weeks(arguments)))
