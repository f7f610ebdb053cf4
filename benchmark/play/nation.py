"""The simulated nation as `benchmark.play.game` plays it: looked at by a policy, and answering.

Control is the policy's alone: every declaration is green until it is chosen at the end of its week.
Checks begin after that, see what such checks see in the simulator, and are known when they end. Who
is found out answers from the next week on, as under legacy control. Everything is keyed: two
policies face the same nation until their choices differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Ints, last_second_of
from benchmark.nation import JudgedNation, joined
from benchmark.outside import Declarations
from benchmark.play.audits import audit
from benchmark.play.opening import History, Opening
from benchmark.play.post import HISTORY
from benchmark.play.scratch import game_folder
from benchmark.play.tables import numbers_of, outcomes_of, tables_of
from benchmark.play.weeks import live_unseen, looked_at, put_on_record, standing, told_block
from benchmark.selection import Selection
from benchmark.truth import read_truth
from data_contracts.errors import CustomsDataError
from simulator.block import Block
from simulator.chronicle.audits import Audited
from simulator.chronicle.ledger import catches_of, ledger_of
from simulator.chronicle.life import Chronicle, days_of
from simulator.chronicle.living import answer_catches
from simulator.chronicle.record import AUDIT_HIT, AUDIT_MISS, events
from simulator.chronicle.violations import note_outcomes
from simulator.control.lanes import Decisions
from simulator.kernel.arrays import join, pick
from simulator.truth import truth_of, write_truth


@dataclass(frozen=True, slots=True)
class Practice:
    """What the legacy lanes of a week would have been; for the legacy policy only.

    Attributes:
        number: 11 digits, in the order of `tk`, shape (n,).
        lane: 1 green, 2 yellow, 3 red, after an officer's override.
        ground: Position in the lanes' grounds.
        rank: Risk rank of the trader, 1 to 9.
    """

    number: Ints
    lane: Ints
    ground: Ints
    rank: Ints


class LivedNation:
    """A nation that goes on living while a policy looks at it."""

    def __init__(self, opening: Opening, folder: Path | None = None) -> None:
        """Begin on the evening before the first week; the opening stays as it is.

        Args:
            opening: How it begins.
            folder: Empty folder for the files that its systems send; None sends none.
        """
        self._opening = opening
        self._nation = opening.nation
        self._life = opening.fresh_life()
        self._asked = opening.first_week
        self._open: tuple[Block, Decisions] | None = None
        self._sent: dict[str, int] = {}
        past = opening.chronicle
        self._ledger = replace(past.ledger, found=past.ledger.found.copy())
        self._audited = past.audited
        self._post = None if folder is None else opening.post.copy(folder)
        self._files: Path | None = None
        self._truth: list[pa.Table] = []
        self._registered: list[tuple[Ints, Ints, pa.Array]] = []

    def weeks(self) -> Iterable[int]:
        """Return the weeks of the game, since 1970."""
        first = self._opening.first_week
        return range(first, first + self._opening.weeks)

    def history(self) -> History:
        """Return what a policy may read before its first week."""
        return self._opening.history

    def past(self) -> Path:
        """Return the folder of the files that were sent before the game."""
        return self._opening.post.root / HISTORY

    def registered(self, week: int) -> Mapping[str, pa.Table]:
        """Return what a week registered, first versions as text.

        Raises:
            CustomsDataError: The week before was not checked, or this one was asked for already.
        """
        if week != self._asked or self._open is not None:
            message = f"week {week}: expected week {self._asked}, each once and in order"
            raise CustomsDataError(message)
        days = days_of(self._nation, self._number(week))
        self._open = live_unseen(self._nation, self._life, days)
        block = self._open[0]
        tables = tables_of(self._nation, block, self._sent)
        for name, table in tables.items():
            self._sent[name] = self._sent.get(name, 0) + table.num_rows
        if self._post is not None:
            self._files = self._post.send(days, told_block(block), self._chronicle())
        trader = pc.fill_null(tables["tk"]["MA_DN"], "").combine_chunks()
        self._registered.append((numbers_of(block), block.batch.roster.registered, trader))
        return tables

    def sent(self, week: int) -> Path | None:
        """Return the folder of what other systems sent in the open week, if anything is sent."""
        self._this_week(week)
        return self._files

    def check(self, week: int, selection: Selection) -> pa.Table:
        """Carry out the choices and let those found out answer, from the next week on."""
        now = int(last_second_of(np.array([week]))[0])
        block, follow = looked_at(
            self._nation, self._this_week(week)[0], selection.where(~selection.is_audit), now
        )
        self._life.later = join([self._life.later, follow])
        seen = block.batch, block.lives, block.checks, standing(block)
        found = ledger_of(self._nation, *seen)
        self._ledger = join([self._ledger, found])
        self._catch(catches_of(found.scheme, found.found, found.trader))
        self._truth.append(truth_of(self._nation, self._life.states, block))
        told = self._audit(selection.where(selection.is_audit), now)
        put_on_record(self._nation, self._life, block, days_of(self._nation, self._number(week)))
        if self._post is not None:
            days = days_of(self._nation, self._number(week))
            self._post.keep(days, told_block(block), self._chronicle())
        answer_catches(self._nation, self._life, (self._number(week), now // DAY_SECONDS))
        self._open, self._asked = None, week + 1
        return pa.concat_tables([outcomes_of(self._nation, block), told])

    def _audit(self, chosen: Selection, now: int) -> pa.Table:
        """Carry audits out, enter them into the books, and return what they will tell."""
        books = self._audited
        is_open = self._ledger.is_open(now)
        is_open[books.item] = False
        held = len(books.audits)
        made = audit(self._nation, self._ledger, is_open, chosen, (held, now))
        self._audited = Audited(
            join([books.audits, made.audits]),
            np.concatenate([books.audit, made.audit + held]),
            np.concatenate([books.item, made.item]),
        )
        of = pick(self._ledger, made.item)
        self._catch(catches_of(of.scheme, made.known, of.trader))
        told = Audited(made.audits, made.audit, made.item)
        note_outcomes(self._nation, self._life.record, self._ledger, told)
        hit = np.isin(np.arange(len(made.audits)), made.audit)
        results = np.where(hit, AUDIT_HIT, AUDIT_MISS)
        self._life.record.note(events(made.audits.concluded, made.audits.trader, results))
        return made.outcomes

    def _chronicle(self) -> Chronicle:
        """Return what happened so far, as those who send files need it."""
        return replace(
            self._opening.chronicle,
            states=self._life.states,
            ledger=self._ledger,
            ranks=self._life.ranks,
            catches=self._life.catches,
            record=self._life.record,
            sanctions=self._life.sanctions.whole(),
            audited=self._audited,
            overdue=self._life.overdue.whole(),
            grants=self._life.lists.told(),
        )

    def practice(self, week: int) -> Practice:
        """Return what the legacy lanes of the open week would have been."""
        block, lanes = self._this_week(week)
        return Practice(numbers_of(block), lanes.final_lane, lanes.ground, lanes.rank)

    def losses(self, week: int) -> pa.Table:
        """Return the truth of the open week while nobody has looked; for the oracle only."""
        block, _ = self._this_week(week)
        return truth_of(self._nation, self._life.states, block)

    def write_truth(self, folder: Path) -> None:
        """Write the truth of all weeks lived, in the published format."""
        write_truth(folder, self._nation, self._life.states, self._truth)

    def judged(self) -> JudgedNation:
        """Return the nation as it turned out, ready to be scored."""
        with game_folder() as folder:
            self.write_truth(folder)
            truth = read_truth(folder)
        return joined(truth, self.declarations())

    def declarations(self) -> Declarations:
        """Return what was registered in the weeks lived, in the order of the numbers."""
        numbers, moments, codes = zip(*self._registered, strict=True)
        number, registered = np.concatenate(numbers), np.concatenate(moments)
        trader = pa.concat_arrays(codes)
        traders = pc.unique(trader).sort()
        place = pc.index_in(trader, traders).to_numpy(zero_copy_only=False).astype(np.int64)
        order = np.argsort(number)
        return Declarations(number[order], registered[order], place[order], traders)

    def _number(self, week: int) -> int:
        """Return the nation's own number of a week."""
        return week - self._opening.first_week + self._opening.played_from

    def _this_week(self, week: int) -> tuple[Block, Decisions]:
        if self._open is None or week != self._asked:
            message = f"week {week}: expected to be asked for what it registered before"
            raise CustomsDataError(message)
        return self._open

    def _catch(self, caught: Ints) -> None:
        both = np.concatenate([self._life.catches, caught])
        self._life.catches = np.unique(both, axis=0)
