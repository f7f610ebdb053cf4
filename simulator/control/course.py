"""The course of declarations through control: lane, checks, and what becomes of them."""

from dataclasses import dataclass

from simulator.control.inspections import Checks, plan_checks, wanted_methods
from simulator.control.lanes import Decisions, decide
from simulator.control.legalising import legalised_items, noticed, without
from simulator.control.lifecycle import Lives, live
from simulator.kernel.arrays import Ints, pick
from simulator.nation import Nation
from simulator.trade.batch import Batch
from simulator.trade.telling import Planted


@dataclass(frozen=True, slots=True)
class Course:
    """What control does with a batch, and what its traders do then.

    Attributes:
        batch: The declarations; what was legalised is in order.
        legalised: Items behind which goods lay that were declared after a notice.
        before: What was irregular about each of them.
        decisions, checks, lives: Of the declarations.
    """

    batch: Batch
    legalised: Ints
    before: Planted
    decisions: Decisions
    checks: Checks
    lives: Lives


def course_of(nation: Nation, batch: Batch, rank: Ints) -> Course:
    """Return the course of declarations whose traders have these ranks, 1 to 9, shape (n,)."""
    decisions = decide(nation, batch, rank, nation.random_arm)
    told = noticed(nation, batch, decisions)
    legalised = legalised_items(nation, batch, told, batch.roster.day)
    before, batch = pick(batch.planted, legalised), without(batch, legalised)
    checks = plan_checks(nation, batch, decisions.decided, wanted_methods(nation, batch, decisions))
    lives = live(nation, batch, decisions, checks)
    return Course(batch, legalised, before, decisions, checks, lives)
