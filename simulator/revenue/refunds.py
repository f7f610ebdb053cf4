"""Tax that is owed less than was told: refunded where it is paid, else not collected.

How a claim is handled decides how long it takes: refunded first within 6 working days, or checked
before within 40 days (Law 38/2019/QH14, article 75); which ones are checked is an assumption.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import FAR
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import DAY_SECONDS, next_working
from simulator.reference.published_lists import limit_of
from simulator.reference.tax_letters import LETTERS
from simulator.revenue import entries as book
from simulator.revenue.entries import Entries, entries
from simulator.revenue.payers import office_second
from simulator.revenue.settlement import Case, Claims
from simulator.revenue.standing import Changes

_CHECKED_SHARE, _REFUNDED_DAYS, _CHECKED_DAYS = 0.35, (4, 9), (12, limit_of("KT_TRUOC") + 1)


@dataclass(frozen=True, slots=True)
class Spared:
    """Tax of clearance that is not collected.

    Attributes:
        amounts_vnd: By declaration and tax, shape (n, LETTERS), VND.
        entries: What is booked for it.
        claims: The parts that end without payment.
        rest: Decreases that are left to be refunded.
    """

    amounts_vnd: Ints
    entries: Entries
    claims: Claims
    rest: Changes


def handling(key: Keys) -> tuple[Bools, Ints]:
    """Return which claims are checked before they are decided, and after how many days that is."""
    checked = keyed.happens(key, "checked first", _CHECKED_SHARE)
    soon = keyed.integers(key, "refunded after", *_REFUNDED_DAYS)
    return checked, np.where(checked, keyed.integers(key, "checked for", *_CHECKED_DAYS), soon)


def claim_keys(roster_key: Keys, turn: Ints) -> Keys:
    """Return the identities of claims by declaration and event."""
    return keyed.derive(roster_key, "refund", turn)


def spare(case: Case, less: Changes) -> Spared:
    """Return what is not collected of taxes that a decrease takes away before they are paid.

    Args:
        case: Declarations.
        less: Decreases (negative), VND.
    """
    row = less.declaration
    key = claim_keys(case.batch.roster.key[row], less.turn)
    day = next_working(less.known // DAY_SECONDS + handling(key)[1])
    is_open: Bools = day < case.payments.paid_day[row]
    rows = np.flatnonzero(is_open)
    row, letter, day = row[rows], less.letter[rows], day[rows]
    owed = case.standing.net_vnd
    amount = _within(row * len(LETTERS) + letter, -less.delta_vnd[rows], owed[row, letter])
    total = np.zeros_like(owed)
    np.add.at(total, (row, letter), amount)
    booked = office_second(key[rows], "not collected at", day)
    until = case.payments.extended_until[row]
    return Spared(
        amounts_vnd=total,
        entries=entries(book.UNCOLLECTED, less.turn[rows], (row, letter), amount, (booked, day)),
        claims=Claims(row, letter, amount, case.payments.due_day[row], day, until),
        rest=pick(less, ~is_open),
    )


def refund(case: Case, less: Changes, spared: Ints) -> Entries:
    """Return refunds of what was paid beyond what is owed; who has not paid gets none.

    Args:
        case: Declarations.
        less: Decreases (negative), VND.
        spared: What is not collected, shape (n, LETTERS), VND.
    """
    row, letter = less.declaration, less.letter
    paid_day = case.payments.paid_day[row]
    paid = np.where(paid_day < FAR, (case.standing.net_vnd - spared)[row, letter], 0)
    amount = _within(row * len(LETTERS) + letter, -less.delta_vnd, paid)
    key = claim_keys(case.batch.roster.key[row], less.turn)
    known_day = less.known // DAY_SECONDS
    asked = np.where(paid_day < FAR, np.maximum(known_day, paid_day), known_day)
    day = next_working(asked + handling(key)[1])
    booked = office_second(key, "refunded at", day)
    return entries(book.REFUNDED, less.turn, (row, letter), amount, (booked, day))


def _within(cell: Ints, wanted: Ints, most: Ints) -> Ints:
    """Return amounts cut so that those of one cell do not exceed its `most` together."""
    order = np.argsort(cell, kind="stable")
    sums = np.cumsum(wanted[order]) - wanted[order]
    starts = np.searchsorted(cell[order], cell[order])
    before = sums - sums[starts]
    result = np.empty_like(wanted)
    result[order] = np.clip(most[order] - before, 0, wanted[order])
    return result
