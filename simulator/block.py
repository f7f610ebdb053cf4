"""A block of days: everything that is registered on them and what comes of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.cargo.consignments import Consignments, consign
from simulator.cargo.shipments import Shipments
from simulator.chronicle.follow_ups import more_found
from simulator.chronicle.life import Chronicle
from simulator.control.course import course_of
from simulator.control.inspections import Checks, Findings, look
from simulator.control.lanes import Decisions
from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, pick
from simulator.mechanisms.mechanism import PHYSICAL_PART, PHYSICAL_WHOLE, SCANNER
from simulator.nation import Nation
from simulator.reference import regimes
from simulator.reference.declaration_kinds import REDECLARED, SHARING_KINDS
from simulator.trade.batch import Batch, declare
from simulator.trade.goods_items import per_usd
from simulator.trade.masses import Masses, weigh
from simulator.trade.roster import draw_roster
from simulator.trade.telling import Planted

# Of imports that move on under seal, those whose bill is changed to transit: of goods that arrive
# and of goods that are taken off on the way (assumptions).
_CHANGED_SHARE, _DIVERTED_CHANGED_SHARE = 0.06, 0.18


@dataclass(frozen=True, slots=True)
class Block:
    """What is registered on some days, and its life.

    `legalised` are items behind which goods lay that were declared after a notice; `before` is what
    was irregular about each of them.
    """

    batch: Batch
    legalised: Ints
    before: Planted
    decisions: Decisions
    checks: Checks
    findings: Findings
    lives: Lives
    masses: Masses
    shipments: Shipments
    consignments: Consignments

    @property
    def remains(self) -> Bools:
        """Whether each declaration is neither refused nor cancelled, cleared or not yet."""
        result: Bools = (self.lives.cancelled == NEVER) & ~self.decisions.is_refused
        return result


def make_block(nation: Nation, chronicle: Chronicle, days: Ints) -> Block:
    """Return a block of consecutive days; the same whatever else is produced."""
    roster = draw_roster(nation.clock, days, chronicle.due(days))
    batch = declare(nation, chronicle.states, roster)
    rank = chronicle.rank_of(nation, batch.deals.trader, roster.day)
    course = course_of(nation, batch, rank)
    batch, checks = course.batch, course.checks
    hidden = batch.planted.hidden_worth.copy()
    hidden[course.legalised] = course.before.hidden_worth
    masses, findings = weigh_all(nation, batch, hidden), look(nation, batch, checks)
    shipments = ship(batch, course.lives, masses)
    shipments = looked(shipments, course.lives, (checks, findings), roster.registered)
    return Block(
        batch=batch,
        legalised=course.legalised,
        before=course.before,
        decisions=course.decisions,
        checks=checks,
        findings=findings,
        lives=course.lives,
        masses=masses,
        shipments=shipments,
        consignments=consign(nation.surroundings, shipments),
    )


def weigh_all(nation: Nation, batch: Batch, hidden_worth: Floats) -> Masses:
    """Return what declarations weigh, with all that came beside the goods that they declare.

    Args:
        nation: The nation.
        batch: Declarations.
        hidden_worth: Value of goods hidden behind each item, declared after a notice or not, as a
            share of its own.
    """
    return weigh(nation, batch, hidden_worth + _worth_found(nation, batch))


def _worth_found(nation: Nation, batch: Batch) -> Floats:
    """Return what importers find behind each item and declare later, as a share of its value."""
    rows, usd = more_found(nation, batch.roster, batch.deals, batch.scheme)
    first = np.searchsorted(batch.owner, rows)
    per = per_usd(nation, batch.roster.day[rows], batch.deals.currency[rows])
    worth = np.zeros(len(batch.owner))
    worth[first] = usd * per * 100 / np.maximum(batch.true.value_e2[first], 1)
    return worth


def _are_done(lives: Lives, checks: Checks) -> Bools:
    """Return which checks come to their end before their declaration is cancelled."""
    cancelled = lives.cancelled[checks.declaration]
    done: Bools = (cancelled == NEVER) | (cancelled > checks.ended)
    return done


def _opened(lives: Lives, checks: Checks) -> Ints:
    """Return when the goods of each declaration were first opened; -1 for never."""
    result = np.full(len(lives.cancelled), -1, dtype=np.int64)
    opens = np.isin(checks.method, (PHYSICAL_PART, PHYSICAL_WHOLE))
    rows = np.flatnonzero(opens & _are_done(lives, checks))[::-1]
    result[checks.declaration[rows]] = checks.begun[rows]
    return result


def looked(
    shipments: Shipments, lives: Lives, looks: tuple[Checks, Findings], since: Ints
) -> Shipments:
    """Return shipments whose goods are opened and scanned by checks, and held until then.

    Nothing is looked at once a declaration is cancelled.

    Args:
        shipments: The declarations that the checks are of.
        lives: Their lives.
        looks: The checks, and what they find.
        since: Second of each declaration from which it is known that they come.
    """
    checks, findings = looks
    seen = replace(shipments, opened=_opened(lives, checks))
    seen = _with_images(seen, lives, checks, findings)
    return _held(seen, pick(checks, _are_done(lives, checks)), since)


def _with_images(
    shipments: Shipments, lives: Lives, checks: Checks, findings: Findings
) -> Shipments:
    """Return shipments with the checks by scanner that they go through: an image is of a check."""
    count = len(shipments)
    begun, ended = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    rows = np.flatnonzero((checks.method == SCANNER) & _are_done(lives, checks))
    begun[checks.declaration[rows]] = checks.begun[rows]
    ended[checks.declaration[rows]] = checks.ended[rows]
    suspect = np.zeros(count, dtype=bool)
    found = findings.check[np.isin(findings.check, rows)]
    suspect[checks.declaration[found]] = True
    return replace(shipments, scanned_from=begun, scanned_until=ended, is_suspect=suspect)


def _held(shipments: Shipments, checks: Checks, since: Ints) -> Shipments:
    """Return shipments that control keeps until its last look at the goods has ended.

    In a nation that lives alone clearance waits for that as well. Play, whose checks come after the
    week, alone has goods that would have left before a hold ends.
    """
    until = np.full(len(shipments), NEVER, dtype=np.int64)
    rows = np.flatnonzero(np.isin(checks.method, (SCANNER, PHYSICAL_PART, PHYSICAL_WHOLE)))
    np.maximum.at(until, checks.declaration[rows], checks.ended[rows])
    return replace(shipments, held_from=np.where(until >= 0, since, NEVER), held_until=until)


def _taken_off(batch: Batch) -> Floats:
    """Return which share of its mass leaves each declaration's bonded trip on the way."""
    kg = batch.true.kg_e2.astype(np.float64)
    taken = np.bincount(batch.owner, batch.planted.taken_off * kg, minlength=len(batch))
    whole = np.bincount(batch.owner, kg, minlength=len(batch))
    share: Floats = taken / whole
    return share


def ship(batch: Batch, lives: Lives, masses: Masses) -> Shipments:
    """Return what moves for each declaration; chains share a bill, the rest have their own.

    Nobody looks at the goods yet.
    """
    roster, deals, count = batch.roster, batch.deals, len(batch)
    shares = np.isin(roster.kind, SHARING_KINDS)
    bill_key = np.where(shares, roster.deal_key, roster.key)
    first = np.searchsorted(batch.owner, np.arange(count))
    # What is refused is not registered: nobody may ask to move it.
    is_bonded = regimes.IS_BONDED[deals.regime] & ((lives.cleared >= 0) | (lives.cancelled >= 0))
    # Goods that enter and never pay: an export would be charged nothing.
    is_taken_on = is_bonded & (deals.direction == regimes.IMPORT)
    taken_off = np.where(is_taken_on, _taken_off(batch), 0.0)
    changes = np.where(taken_off > 0, _DIVERTED_CHANGED_SHARE, _CHANGED_SHARE)
    return Shipments(
        key=roster.key,
        number=(np.array([1, 3])[deals.direction]) * 10_000_000_000 + roster.number,
        trader=deals.trader,
        office=np.where(roster.kind == REDECLARED, roster.parent_office, deals.office),
        country=batch.sent_from,
        line=batch.declared.line[first],
        direction=deals.direction,
        transport=deals.transport,
        registered=roster.registered,
        cleared=lives.cleared,
        opened=np.full(count, -1, dtype=np.int64),
        gross_kg_e2=masses.gross_kg_e2,
        true_gross_kg_e2=masses.true_gross_kg_e2,
        is_bonded=is_bonded,
        scanned_from=np.full(count, -1, dtype=np.int64),
        scanned_until=np.full(count, -1, dtype=np.int64),
        is_suspect=np.zeros(count, dtype=bool),
        held_from=np.full(count, NEVER, dtype=np.int64),
        held_until=np.full(count, NEVER, dtype=np.int64),
        taken_off=taken_off,
        bill_key=bill_key,
        bill_serial=np.where(roster.kind == REDECLARED, roster.parent_number, roster.chain_number),
        **_bills(batch, masses, bill_key),
        bill_edited=is_taken_on & keyed.happens(roster.key, "edited", changes),
    )


def _bills(batch: Batch, masses: Masses, bill_key: keyed.Keys) -> dict[str, Any]:
    """Return the fields that are equal on one bill: sums over the chain that shares it."""
    roster, count = batch.roster, len(batch)
    place = np.arange(count)
    lead = place.copy()
    chained = np.flatnonzero(roster.branches > 1)
    order = chained[np.lexsort((roster.branch[chained], bill_key[chained]))]
    if len(order):
        starts = np.flatnonzero(
            np.concatenate([[True], bill_key[order][1:] != bill_key[order][:-1]])
        )
        lengths = np.diff(np.append(starts, len(order)))
        lead[order] = np.repeat(order[starts], lengths)

    def whole(values: Ints) -> Ints:
        total = np.bincount(lead, values, minlength=count)
        return np.rint(total[lead]).astype(np.int64)

    return {
        "leads": (lead == place) & (roster.kind != REDECLARED),
        "bill_registered": np.where(
            roster.kind == REDECLARED, roster.parent_registered, roster.registered[lead]
        ),
        "bill_part": roster.branch - 1,
        "bill_parts": roster.branches,
        "bill_kg_e2": whole(masses.gross_kg_e2),
        "bill_true_kg_e2": whole(masses.true_gross_kg_e2),
        "bill_m3_e2": whole(masses.m3_e2),
        "bill_packages": whole(masses.packages),
    }
