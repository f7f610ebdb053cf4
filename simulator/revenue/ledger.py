"""The money of a block of declarations: what is booked, corrected, decided and still open."""

from dataclasses import dataclass

import numpy as np

from simulator.control.beliefs import as_believed, taken_back
from simulator.control.inspections import Checks, Findings
from simulator.control.lifecycle import NEVER, Lives
from simulator.control.overdue import due_days
from simulator.control.self_correction import found_at
from simulator.kernel.arrays import Ints, join, pick
from simulator.nation import Nation
from simulator.papers.paper import Paper
from simulator.reference.tax_letters import LETTERS, after_exemption
from simulator.revenue.assessments import Assessments, Fines, assess_findings, fines_of
from simulator.revenue.claims import TaxClaims, claims_of
from simulator.revenue.corrections import Corrections, correct
from simulator.revenue.debts import Debts, debts_of
from simulator.revenue.entries import Entries
from simulator.revenue.payers import Payments, gone_days, pay
from simulator.revenue.refunds import refund, spare
from simulator.revenue.returns import returned
from simulator.revenue.settlement import (
    Case,
    Claims,
    assessed_changes,
    collectable,
    settle_clearance,
    settle_fines,
    settle_supplements,
)
from simulator.revenue.standing import (
    Changes,
    Standing,
    changes_of,
    stand,
)
from simulator.trade.batch import Batch
from simulator.trade.scheme_states import SchemeStates


@dataclass(frozen=True, slots=True)
class Settlement:
    """The money of a block.

    Attributes:
        standing: What the declarations owe.
        payments: How the taxes at clearance are paid.
        corrections, assessments, fines: What is told or decided afterwards.
        entries: Everything that is booked, whenever.
        debts: What is open at the ends of months, the nation's last day included.
        claims: What traders ask for.
    """

    standing: Standing
    payments: Payments
    corrections: Corrections
    assessments: Assessments
    fines: Fines
    entries: Entries
    debts: Debts
    claims: TaxClaims


def settle(
    nation: Nation, states: SchemeStates, paper: Paper, lives: Lives, seen: tuple[Checks, Findings]
) -> Settlement:
    """Return the money of declarations; a pure function of what they are.

    Args:
        nation: The nation.
        states: Who was re-born when.
        paper: First versions of all declarations of a block.
        lives: Their lives.
        seen: The checks and what they found.
    """
    batch = paper.batch
    standing = stand(nation, batch, lives)
    believed = as_believed(nation, batch, *seen)
    kept = pick(seen[1], taken_back(believed, *seen) == NEVER)
    found = found_at(batch, lives, seen[0], kept)
    corrections = correct(nation, (batch, believed), standing, lives, found)
    decided = assess_findings(nation, believed, standing, found, corrections.item)
    fines = fines_of(nation, batch, lives, seen)
    times = (standing.assessed, lives.cleared, due_days(batch.roster.day, batch.deals.term))
    payments = pay(nation, states, batch, times)
    case = Case(nation, states, batch, standing, payments, lives.cleared)
    changes = [standing.changes, told_changes(batch, corrections)]
    back = [*changes, returned(nation, batch, standing, lives)]
    spared = spare(case, _signed(join(back), -1))
    parts, claims = settle_clearance(case, spared.amounts_vnd)
    more, claimed = _increases(case, join(changes), decided)
    less = refund(case, spared.rest, spared.amounts_vnd)
    booked = join([*parts, *more, spared.entries, less, *settle_fines(case, fines)])
    return Settlement(
        standing=standing,
        payments=payments,
        corrections=corrections,
        assessments=decided,
        fines=fines,
        entries=booked,
        debts=_open(case, join([claims, spared.claims, *claimed])),
        claims=claims_of(batch, standing, lives, booked),
    )


def _increases(
    case: Case, changes: Changes, decided: Assessments
) -> tuple[list[Entries], list[Claims]]:
    """Return what is booked and claimed for corrections upwards and for decisions."""
    told = _signed(changes, 1)
    never = np.full(len(told.declaration), NEVER, dtype=np.int64)
    parts, claims = settle_supplements(case, told, never, 1.0)
    by_decision, annulled = assessed_changes(decided)
    chance = collectable(case.nation, case.batch, decided)[by_decision.declaration]
    more, claimed = settle_supplements(case, by_decision, annulled, chance)
    return [*parts, *more], [claims, claimed]


def told_changes(batch: Batch, corrections: Corrections) -> Changes:
    """Return what corrections change by declaration and tax."""
    regime = batch.deals.regime[corrections.declaration]
    delta = corrections.after.amounts_vnd - corrections.before.amounts_vnd
    delta = after_exemption(delta, regime)
    case = corrections.declaration * 10 + corrections.turn
    found, first, place = np.unique(case, return_index=True, return_inverse=True)
    total = np.zeros((len(found), len(LETTERS)), dtype=np.int64)
    np.add.at(total, place, delta)
    parts = [changes_of(found[:0], total[:0], found[:0], 0)]
    for turn in np.unique(found % 10).tolist():
        rows = np.flatnonzero(found % 10 == turn)
        lodged = corrections.lodged[first[rows]]
        parts.append(changes_of(found[rows] // 10, total[rows], lodged, turn))
    return join(parts)


def _signed(changes: Changes, sign: int) -> Changes:
    """Return the increases (1) or the decreases (-1)."""
    return pick(changes, np.sign(changes.delta_vnd) == sign)


def _open(case: Case, claims: Claims) -> Debts:
    nation = case.nation
    trader = case.batch.deals.trader
    late = np.flatnonzero(claims.settled_day > claims.due_day)
    claims = pick(claims, late)
    gone: Ints = gone_days(nation, case.states, trader[claims.declaration])
    return debts_of(claims, gone, (nation.written_from, nation.last_day))
