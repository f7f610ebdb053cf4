"""Settles declarations: what is booked for them, from the assessment to the last debt."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import FAR
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import late_chances
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, next_working
from simulator.revenue import entries as book
from simulator.revenue.assessments import PAYABLE_DAYS, Assessments, Fines
from simulator.revenue.entries import Entries, entries, late_interest
from simulator.revenue.payers import (
    Payments,
    delays,
    gone_days,
    office_second,
)
from simulator.revenue.standing import Changes, Standing
from simulator.trade.batch import Batch
from simulator.trade.scheme_states import SchemeStates

FEE_VND = 20_000
# How much later than usual, and shares: assumptions.
_SUPPLEMENT_LATE_FACTOR, _DECISION_LATE_FACTOR = 2.0, 6.0
_INTEREST_LAG_SHARE, _INTEREST_LAG = 0.2, (1, 20)
_FINE_COLLECTED = 0.85


@dataclass(frozen=True, slots=True)
class Claims:
    """What is owed by declaration and tax, one position each; the ground of debts.

    Attributes:
        declaration, letter: As in Entries.
        amount_vnd: VND.
        due_day: Last day in time; settled_day: day of payment or writing off, FAR for never.
        extended_until: As in Payments; 0 for most.
    """

    declaration: Ints
    letter: Ints
    amount_vnd: Ints
    due_day: Ints
    settled_day: Ints
    extended_until: Ints


@dataclass(frozen=True, slots=True)
class Case:
    """Declarations to be settled, and who pays how."""

    nation: Nation
    states: SchemeStates
    batch: Batch
    standing: Standing
    payments: Payments
    cleared: Ints


def settle_clearance(case: Case, spared: Ints) -> tuple[list[Entries], Claims]:
    """Return what is booked for the taxes at clearance, and the claims they are.

    Args:
        case: Declarations.
        spared: What of their taxes is not collected, shape (n, LETTERS), VND.
    """
    standing, payments = case.standing, case.payments
    gross, net = standing.gross_vnd, standing.net_vnd
    row, letter = np.nonzero(gross)
    place = (row, letter)
    assessed = standing.assessed[row]
    at = (assessed + 1, assessed // DAY_SECONDS)
    own, owed = book.CLEARANCE, (net - spared)[row, letter]
    paid_day, booked = payments.paid_day[row], payments.booked[row]
    paid = np.where(paid_day < FAR, owed, 0)
    drawn = payments.is_drawn[row]
    parts = [
        entries(book.ASSESSED, own, place, gross[row, letter], at),
        entries(book.EXEMPT, own, place, (gross - net)[row, letter], at),
        entries(book.PAID, own, place, np.where(drawn, 0, paid), (booked, paid_day)),
        entries(book.DRAWN, own, place, np.where(drawn, paid, 0), (booked, paid_day)),
        _fees(case),
    ]
    until = payments.extended_until[row]
    extended_at = office_second(case.batch.roster.key[row], "extended at", payments.due_day[row])
    put_off = np.where(until > 0, owed, 0)
    parts.append(entries(book.EXTENDED, own, place, put_off, (extended_at, until)))
    interest = late_interest(paid, payments.interest_from[row], np.minimum(paid_day, 10**6))
    late = np.flatnonzero(interest)
    where, times = (row[late], letter[late]), (booked[late], paid_day[late])
    parts += _interest(case, (where, interest[late], times), own, drawn[late])
    claims = Claims(row, letter, owed, payments.due_day[row], paid_day, until)
    return parts, claims


def _fees(case: Case) -> Entries:
    """Return the customs fee of each cleared declaration (Circular 14/2021: 20,000 VND)."""
    rows = np.flatnonzero(case.standing.stands)
    second = case.cleared[rows]
    none = np.full(len(rows), book.NO_LETTER, dtype=np.int64)
    amount = np.full(len(rows), FEE_VND, dtype=np.int64)
    return entries(
        book.FEE, book.CLEARANCE, (rows, none), amount, (second, second // DAY_SECONDS)
    )  # fmt: skip


def _interest(
    case: Case, charged: tuple[tuple[Ints, Ints], Ints, tuple[Ints, Ints]], turn: Ints | int,
    drawn: Bools,
) -> list[Entries]:  # fmt: skip
    """Return late interest and its payment, for some with another transfer days later."""
    place, amount, times = charged
    key = keyed.derive(case.batch.roster.key[place[0]], "interest", np.asarray(turn) + 0 * place[0])
    later = keyed.happens(key, "interest later", _INTEREST_LAG_SHARE)
    lag = np.where(later & ~drawn, keyed.integers(key, "interest after", *_INTEREST_LAG), 0)
    day = times[1] + lag
    again = office_second(key, "interest booked", day)
    paid_at = (np.where(lag > 0, again, times[0]), day)
    return [
        entries(book.INTEREST, turn, place, amount, times),
        entries(book.INTEREST_PAID, turn, place, np.where(drawn, 0, amount), paid_at),
        entries(book.INTEREST_DRAWN, turn, place, np.where(drawn, amount, 0), times),
    ]


def settle_supplements(
    case: Case, more: Changes, annulled: Ints, chance: Floats | float
) -> tuple[list[Entries], Claims]:
    """Return what is booked for supplementary tax: adjustment, payment, late interest.

    Supplementary tax keeps the due date of the declaration, so interest runs from it; what a
    decision assesses is a debt only after its own ten days.

    Args:
        case: Declarations.
        more: Increases (positive), VND.
        annulled: Second at which the decision behind each is annulled, NEVER for most.
        chance: Chance that it is ever paid, one for all or one each.
    """
    row, payments = more.declaration, case.payments
    paid_day, booked = _supplement_days(case, more, annulled, chance)
    known_day, turn = more.known // DAY_SECONDS, more.turn
    place, amount = (row, more.letter), more.delta_vnd
    paid = np.where(paid_day < FAR, amount, 0)
    interest = late_interest(paid, payments.interest_from[row], np.minimum(paid_day, 10**6))
    ends = np.where(annulled != NEVER, amount, 0)
    by_trader: Bools = np.zeros(len(row), dtype=bool)
    parts = [
        entries(book.ADJUSTED, turn, place, amount, (more.known, known_day)),
        entries(book.PAID, turn, place, paid, (booked, paid_day)),
        entries(book.WRITTEN_OFF, turn, place, ends, (annulled, annulled // DAY_SECONDS)),
        *_interest(case, (place, interest, (booked, paid_day)), turn, by_trader),
    ]
    settled = np.where(annulled != NEVER, annulled // DAY_SECONDS, paid_day)
    due = np.maximum(known_day + PAYABLE_DAYS, payments.due_day[row])
    return parts, Claims(row, more.letter, amount, due, settled, np.zeros_like(due))


def _supplement_days(
    case: Case, more: Changes, annulled: Ints, chance: Floats | float
) -> tuple[Ints, Ints]:
    """Return when supplements are paid, FAR for never, and the second at which that is booked."""
    row = more.declaration
    trader = case.batch.deals.trader[row]
    key = keyed.derive(case.batch.roster.key[row], "supplement", more.turn)
    known_day, decided = more.known // DAY_SECONDS, more.turn == book.DECISION
    slowly = np.where(decided, _DECISION_LATE_FACTOR, _SUPPLEMENT_LATE_FACTOR)
    late = keyed.happens(key, "supplement late", late_chances(case.nation, trader) * slowly)
    soon = np.where(decided, keyed.integers(key, "pays after", 1, PAYABLE_DAYS), 0)
    late_days = PAYABLE_DAYS + delays(case.nation, trader, key, "supplement delay")
    paid_day = next_working(known_day + np.where(late, late_days, soon))
    paid_day = np.where(late | decided, paid_day, known_day)
    never = ~keyed.happens(key, "collected", chance) | (annulled != NEVER)
    never |= paid_day >= gone_days(case.nation, case.states, trader)
    paid_day = np.where(never, FAR, paid_day)
    later = office_second(key, "supplement booked", paid_day)
    return paid_day, np.where(paid_day == known_day, more.known + 5, later)


def settle_fines(case: Case, fines: Fines) -> list[Entries]:
    """Return fines and their payments; one that will be annulled is not paid until then."""
    row = fines.declaration
    trader, key = case.batch.deals.trader[row], keyed.derive(case.batch.roster.key[row], "fine")
    day = fines.decided // DAY_SECONDS
    late = keyed.happens(key, "late", 5 * late_chances(case.nation, trader))
    days = np.where(late, 10 + delays(case.nation, trader, key, "delay"), 0)
    paid_day = day + days + keyed.integers(key, "days", 1, PAYABLE_DAYS)
    pays = keyed.happens(key, "collected", _FINE_COLLECTED)
    pays &= fines.annulled == NEVER
    pays &= paid_day < gone_days(case.nation, case.states, trader)
    none = np.full(len(row), book.NO_LETTER, dtype=np.int64)
    booked = office_second(key, "booked", paid_day)
    paid = np.where(pays, fines.amount_vnd, 0)
    ends = np.where(fines.annulled != NEVER, fines.amount_vnd, 0)
    own, place = book.DECISION, (row, none)
    return [
        entries(book.FINE, own, place, fines.amount_vnd, (fines.decided, day)),
        entries(book.PAID, own, place, paid, (booked, paid_day)),
        entries(
            book.WRITTEN_OFF, own, place, ends, (fines.annulled, fines.annulled // DAY_SECONDS)
        ),
    ]


def assessed_changes(assessed: Assessments) -> tuple[Changes, Ints]:
    """Return assessment decisions by declaration and tax, and when each is annulled."""
    cell = assessed.declaration * 10 + assessed.letter
    found, first, place = np.unique(cell, return_index=True, return_inverse=True)
    total = np.zeros(len(found), dtype=np.int64)
    np.add.at(total, place, assessed.amount_vnd)
    turn = np.full(len(found), book.DECISION, dtype=np.int64)
    changes = Changes(found // 10, found % 10, total, assessed.decided[first], turn)
    return changes, assessed.annulled[first]


def collectable(nation: Nation, batch: Batch, assessed: Assessments) -> Floats:
    """Return the lowest share that the ways behind each decided declaration let customs collect."""
    shares = [kind.collectable_share for kind in nation.mechanisms]
    worst = np.ones(len(batch))
    share = nation.of_kind(batch.planted.mechanism[assessed.item], shares, 1.0)
    np.minimum.at(worst, assessed.declaration, share)
    return worst
