"""The simulated nation as `benchmark.play.game` plays it: looked at by a policy, and answering.

Control is the policy's alone: every declaration is green until it is chosen at the end of its week.
Checks begin after that, see what such checks see in the simulator, and are known when they end. Who
is found out answers from the next week on, as under legacy control. Everything is keyed: two
policies face the same nation until their choices differ.
"""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import DAY_SECONDS, Bools, Ints, last_second_of
from benchmark.kinds import methods_of_kinds
from benchmark.nation import JudgedNation, joined
from benchmark.outside import Declarations
from benchmark.play.audits import audit
from benchmark.play.opening import History, Opening
from benchmark.play.post import HISTORY
from benchmark.play.tables import numbers_of, outcomes_of, tables_of
from benchmark.selection import Selection
from benchmark.truth import read_truth
from data_contracts.errors import CustomsDataError
from simulator.block import Block, ship, weigh
from simulator.cargo.consignments import consign
from simulator.chronicle.audits import Audited
from simulator.chronicle.follow_ups import again_after_cancelling, of_schemes, routine
from simulator.chronicle.ledger import ledger_of
from simulator.chronicle.living import Chronicle, Life, answer_catches, days_of, use_lists
from simulator.control.inspections import (
    CHECKS,
    Checks,
    Findings,
    in_office_hours,
    look,
    plan_checks,
)
from simulator.control.lanes import GREEN, RED, Decisions, decide
from simulator.control.legalising import legalised_items, without
from simulator.control.lifecycle import NEVER, live, withdraws_after_red
from simulator.kernel import keyed
from simulator.kernel.arrays import join, pick
from simulator.mechanisms.mechanism import AUDIT, PHYSICAL_WHOLE, SCANNER
from simulator.nation import Nation
from simulator.reference.declaration_kinds import SECOND
from simulator.trade.batch import Batch, declare
from simulator.trade.deals import draw_deals
from simulator.trade.roster import FollowUps, Roster, draw_roster
from simulator.trade.roster import numbers_of as running_numbers
from simulator.truth import truth_of, write_truth

# What each kind of check does; a physical one means papers and goods, as a red lane does.


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
            self._files = self._post.send(days, _told_block(block), self._chronicle())
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
        found = ledger_of(self._nation, block.batch, block.lives, block.checks, standing(block))
        self._ledger = join([self._ledger, found])
        self._catch(found.scheme[found.found != NEVER], found.found[found.found != NEVER])
        self._truth.append(truth_of(self._nation, block))
        told = self._audit(selection.where(selection.is_audit), now)
        if self._post is not None:
            days = days_of(self._nation, self._number(week))
            self._post.keep(days, _told_block(block), self._chronicle())
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
        self._catch(self._ledger.scheme[made.item], made.known)
        return made.outcomes

    def _chronicle(self) -> Chronicle:
        """Return what happened so far, as those who send files need it."""
        return replace(
            self._opening.chronicle,
            states=self._life.states,
            ledger=self._ledger,
            ranks=self._life.ranks,
            catches=self._life.catches,
            audited=self._audited,
        )

    def practice(self, week: int) -> Practice:
        """Return what the legacy lanes of the open week would have been."""
        block, lanes = self._this_week(week)
        return Practice(numbers_of(block), lanes.final_lane, lanes.ground, lanes.rank)

    def losses(self, week: int) -> pa.Table:
        """Return the truth of the open week while nobody has looked; for the oracle only."""
        return truth_of(self._nation, self._this_week(week)[0])

    def write_truth(self, folder: Path) -> None:
        """Write the truth of all weeks lived, in the published format."""
        write_truth(folder, folder, self._nation, self._life.states, self._truth)

    def judged(self) -> JudgedNation:
        """Return the nation as it turned out, ready to be scored."""
        with tempfile.TemporaryDirectory(prefix="customs-game-") as folder:
            self.write_truth(Path(folder))
            truth = read_truth(Path(folder))
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

    def _catch(self, scheme: Ints, known: Ints) -> None:
        own = scheme >= 0
        pairs = np.stack([scheme[own], known[own] // DAY_SECONDS], axis=1)
        everything = np.concatenate([self._life.catches, pairs])
        self._life.catches = np.unique(everything, axis=0)


_ANNOUNCED = (SCANNER, PHYSICAL_WHOLE)
_LONGEST_CANCEL_DAYS = 15


def live_unseen(nation: Nation, life: Life, days: Ints) -> tuple[Block, Decisions]:
    """Let a week register what it does when nobody looks, and note what follows from it.

    Returns:
        The week, and what the legacy lanes would have been.
    """
    first = draw_roster(nation.clock, days, life.later)
    deals = draw_deals(nation, life.states, first)
    use_lists(nation, life, [(first, deals)], int(days[0]) * DAY_SECONDS)
    batch = declare(nation, life.states, first)
    lives = live(nation, batch, _unlooked(_lanes(nation, life, batch)), _no_checks())
    nothing = np.empty(0, dtype=np.int64)
    new = join(
        [
            routine(nation, first, batch.deals, batch.scheme),
            again_after_cancelling(nation, batch, _unlooked(_lanes(nation, life, batch)), lives),
            of_schemes(nation, batch, nothing, np.empty(0)),
        ]
    )
    whole = draw_roster(nation.clock, days, join([life.later, new]))
    both = join([life.later, _numbered(new, whole)])
    life.later = pick(both, both.day > days[-1])
    return _block(nation, life, whole)


def looked_at(nation: Nation, block: Block, chosen: Selection, now: int) -> tuple[Block, FollowUps]:
    """Carry out the checks of a week that has ended.

    Args:
        nation: The nation.
        block: The week as nobody looked.
        chosen: Checks of its declarations.
        now: Its last second; checks begin after it.

    Returns:
        The week with its checks, what they saw and who withdrew; what follows from being chosen.
    """
    lives, is_refused = block.lives, block.decisions.is_refused
    wanted = _wanted(block, chosen)
    told = wanted[:, _ANNOUNCED].any(axis=1) & ~is_refused
    told &= (lives.cancelled == NEVER) | (lives.cancelled > now)
    red = replace(block.decisions, final_lane=np.where(told, RED, GREEN))
    withdraws = withdraws_after_red(nation, block.batch, red) & (lives.cancelled == NEVER)
    legalised = legalised_items(nation, block.batch, told & ~withdraws)
    batch = without(block.batch, legalised)
    lives = replace(
        lives,
        cancelled=np.where(withdraws, _cancelled_after(batch, now), lives.cancelled),
        withdraws=withdraws,
    )
    wanted[is_refused | withdraws] = False
    moment = np.full(len(batch), now + 1, dtype=np.int64)
    checks = plan_checks(nation, batch, moment, wanted)
    seen = replace(
        block, batch=batch, legalised=legalised, before=pick(block.batch.planted, legalised),
        decisions=red, checks=checks, findings=look(nation, batch, checks), lives=lives,
    )  # fmt: skip
    return seen, _following(nation, seen, legalised, now)


def _told_block(block: Block) -> Block:
    """Return a block whose lanes say that nobody was chosen by a rule or by lot."""
    lanes = block.decisions
    none = np.zeros(len(lanes.lane), dtype=np.int64)
    return replace(block, decisions=replace(lanes, ground=none, is_random=none.astype(bool)))


def standing(block: Block) -> Findings:
    """Return what was found in declarations that stood."""
    of_check = block.checks.declaration[block.findings.check]
    return pick(block.findings, block.lives.cancelled[of_check] == NEVER)


def _block(nation: Nation, life: Life, whole: Roster) -> tuple[Block, Decisions]:
    batch = declare(nation, life.states, whole)
    lanes = _lanes(nation, life, batch)
    quiet, checks = _unlooked(lanes), _no_checks()
    nothing = np.empty(0, dtype=np.int64)
    lives, masses = live(nation, batch, quiet, checks), weigh(nation, batch)
    shipments = ship(batch, checks, lives, masses)
    block = Block(
        batch=batch,
        legalised=nothing,
        before=pick(batch.planted, nothing),
        decisions=quiet,
        checks=checks,
        findings=look(nation, batch, checks),
        lives=lives,
        masses=masses,
        shipments=shipments,
        consignments=consign(nation.surroundings, shipments),
    )
    return block, lanes


def _lanes(nation: Nation, life: Life, batch: Batch) -> Decisions:
    """Return what the legacy policy would decide, without its lot."""
    rank = life.rank_of(nation, batch.deals.trader, batch.roster.day)
    return decide(nation, batch, rank, 0.0)


def _unlooked(lanes: Decisions) -> Decisions:
    green = np.full(len(lanes.lane), GREEN)
    return replace(lanes, lane=green, final_lane=green)


def _no_checks() -> Checks:
    none = np.empty(0, dtype=np.int64)
    return Checks(none, none, none, none, none, none.astype(np.uint64))


def _numbered(new: FollowUps, whole: Roster) -> FollowUps:
    return replace(new, parent_number=running_numbers(whole, new.parent_key))


def _wanted(block: Block, chosen: Selection) -> Bools:
    """Return which methods are asked for, shape (declarations, CHECKS)."""
    numbers = numbers_of(block)
    order = np.argsort(numbers)
    wanted: Bools = np.zeros((len(numbers), CHECKS), dtype=bool)
    for kind, methods in enumerate(methods_of_kinds()):
        asked = chosen.number[chosen.kind == kind]
        rows = order[np.searchsorted(numbers, asked, sorter=order)]
        for method in methods:
            if method != AUDIT:
                wanted[rows, method] = True
    return wanted


def _cancelled_after(batch: Batch, now: int) -> Ints:
    """Return when each would withdraw: some days after the notice, in office hours."""
    slowly = keyed.exponential(batch.roster.key, "cancel days", 4.0)
    moment = now + 1 + ((0.15 + slowly) * DAY_SECONDS).astype(np.int64)
    return np.minimum(in_office_hours(moment), now + 1 + _LONGEST_CANCEL_DAYS * DAY_SECONDS)


def _following(nation: Nation, seen: Block, legalised: Ints, now: int) -> FollowUps:
    """Return the second declarations of the notified and the new ones of those who withdrew."""
    batch, today = seen.batch, now // DAY_SECONDS
    own = of_schemes(nation, batch, legalised, seen.before.hidden_worth)
    second = pick(own, own.kind == SECOND)
    delay = second.day - second.parent_registered // DAY_SECONDS
    second = replace(second, day=today + delay)
    # Only the withdrawals: who cancels for an ordinary reason is followed up in the week itself.
    only = replace(seen.decisions, is_refused=np.ones(len(batch), dtype=bool))
    again = again_after_cancelling(nation, batch, only, seen.lives)
    return join([second, again])
