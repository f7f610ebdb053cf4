"""A week of a played nation: what it registers when nobody looks, and what checks of it bring."""

from dataclasses import replace

import numpy as np

from benchmark.arrays import DAY_SECONDS, Bools, Ints
from benchmark.kinds import methods_of_kinds
from benchmark.play.tables import numbers_of
from benchmark.selection import Selection
from simulator.block import Block, looked, ship, weigh_all
from simulator.cargo.consignments import consign
from simulator.chronicle.follow_ups import (
    again_after_cancelling,
    of_schemes,
)
from simulator.chronicle.ledger import claims_of
from simulator.chronicle.life import Life
from simulator.chronicle.living import (
    complete,
    keep_overdue,
    note_findings,
    rank_anew,
    register,
    sanction,
)
from simulator.control.inspections import (
    CHECKS,
    Checks,
    Findings,
    look,
    plan_checks,
)
from simulator.control.lanes import GREEN, RED, Decisions, decide
from simulator.control.legalising import legalised_items, without
from simulator.control.lifecycle import (
    NEVER,
    Lives,
    cancelled_after,
    live,
    surely_stands,
    withdraws_after_red,
)
from simulator.control.overdue import overdue_of
from simulator.kernel.arrays import join, pick
from simulator.mechanisms.mechanism import AUDIT, PHYSICAL_WHOLE, SCANNER
from simulator.nation import Nation
from simulator.reference.declaration_kinds import SECOND
from simulator.trade.batch import Batch, declare
from simulator.trade.roster import FollowUps, Roster, draw_roster
from simulator.trade.roster import numbers_of as running_numbers

_ANNOUNCED = (SCANNER, PHYSICAL_WHOLE)


def live_unseen(nation: Nation, life: Life, days: Ints) -> tuple[Block, Decisions]:
    """Let a week register what it does when nobody looks, and note what follows from it.

    Returns:
        The week, and what the legacy lanes would have been.
    """
    first = draw_roster(nation.clock, days, life.later)
    earliest = int(days[0]) * DAY_SECONDS
    lived, deals, scheme, ordinary = register(nation, life, first, days, earliest)
    batch = declare(nation, life.states, lived)
    _, quiet, lives = _unlooked(nation, life, batch)
    nothing = np.empty(0, dtype=np.int64)
    new = join(
        [
            ordinary,
            again_after_cancelling(nation, batch, quiet, lives),
            of_schemes(nation, batch, nothing, np.empty(0)),
        ]
    )
    whole = complete(nation, life, first, (days, new))
    late = overdue_of(lived, deals, new, surely_stands(nation, lived.key, deals.trader, scheme))
    fresh = np.isin(late.key, first.key)
    late.number[fresh] = running_numbers(whole, late.key[fresh])
    keep_overdue(life, late)
    both = join([life.later, new])
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
    today = np.full(len(block.batch), now // DAY_SECONDS)
    legalised = legalised_items(nation, block.batch, told & ~withdraws, today)
    batch = without(block.batch, legalised)
    lives = replace(
        lives,
        cancelled=np.where(withdraws, cancelled_after(batch.roster.key, now + 1), lives.cancelled),
        withdraws=withdraws,
    )
    wanted[is_refused | withdraws] = False
    moment = np.full(len(batch), now + 1, dtype=np.int64)
    checks = plan_checks(nation, batch, moment, wanted)
    findings = look(nation, batch, checks)
    shipments = looked(block.shipments, lives, (checks, findings), moment)
    # Who withdraws leaves what has not gone where it is. What the week sent of its goods stands:
    # nothing of it moves because they are opened later.
    shipments = replace(
        shipments,
        opened=block.shipments.opened,
        held_from=np.where(withdraws, moment, shipments.held_from),
        held_until=np.where(withdraws, NEVER, shipments.held_until),
    )
    seen = replace(
        block, batch=batch, legalised=legalised, before=pick(block.batch.planted, legalised),
        decisions=red, checks=checks, findings=findings, lives=lives,
        shipments=shipments,
    )  # fmt: skip
    return seen, _following(nation, seen, legalised, now)


def put_on_record(nation: Nation, life: Life, block: Block, days: Ints) -> None:
    """Sanction what the checks of a week claim, and rank by what all of it tells."""
    batch, checks, stands = block.batch, block.checks, standing(block)
    looked_at = batch.deals.trader[np.unique(checks.declaration)]
    life.record.note_checks(np.bincount(looked_at, minlength=len(nation.traders)).astype(float))
    note_findings(nation, life.record, batch, checks, stands)
    sanction(nation, life, claims_of(nation, batch, block.lives, checks, stands))
    rank_anew(nation, life, (batch.roster, batch.deals), days)


def told_block(block: Block) -> Block:
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
    lanes, quiet, lives = _unlooked(nation, life, batch)
    checks, masses = _no_checks(), weigh_all(nation, batch, batch.planted.hidden_worth)
    nothing = np.empty(0, dtype=np.int64)
    shipments = ship(batch, lives, masses)
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


def _unlooked(nation: Nation, life: Life, batch: Batch) -> tuple[Decisions, Decisions, Lives]:
    """Return the legacy lanes without their lot; those of a week unseen; what then happens."""
    rank = life.rank_of(nation, batch.deals.trader, batch.roster.day)
    lanes, green = decide(nation, batch, rank, 0.0), np.full(len(batch), GREEN)
    quiet = replace(lanes, lane=green, final_lane=green)
    return lanes, quiet, live(nation, batch, quiet, _no_checks())


def _no_checks() -> Checks:
    none = np.empty(0, dtype=np.int64)
    return Checks(none, none, none, none, none, none.astype(np.uint64))


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
