"""Entries of the accounting system: what is booked for a declaration and a tax."""

from dataclasses import dataclass

import numpy as np

from simulator.kernel.arrays import Ints
from simulator.kernel.rounding import half_up
from simulator.reference.published_lists import late_payment_rates

# Payments of interest are booked apart from those of the tax itself.
LABELS = (
    "AD", "DC", "NOP", "HOAN", "MIEN", "XOA", "GH", "BL", "PHAT", "CN", "LP", "NOP", "BL", "KT",
)  # fmt: skip
(
    ASSESSED, ADJUSTED, PAID, REFUNDED, EXEMPT, WRITTEN_OFF, EXTENDED, DRAWN, FINE, INTEREST, FEE,
    INTEREST_PAID, INTEREST_DRAWN, UNCOLLECTED,
) = range(14)  # fmt: skip
NO_LETTER = -1
# Events of a declaration; one number keeps the entries of each apart.
CLEARANCE, FIRST_VERSION, SECOND_VERSION, WITHDRAWAL, OWN_WILL, ON_REQUEST, DECISION, RETURN = (
    range(8)
)
_LETTERS = 10
_LATE_PAYMENT_RATES = late_payment_rates()


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries, one position each.

    Attributes:
        declaration: Position in the block.
        letter: Position in LETTERS; NO_LETTER where there is none.
        kind: Position in LABELS; it gives the sign.
        turn: Event that brought it: CLEARANCE … RETURN.
        amount_vnd: Above 0.
        booked: Local second; value_day: days since 1970.
    """

    declaration: Ints
    letter: Ints
    kind: Ints
    turn: Ints
    amount_vnd: Ints
    booked: Ints
    value_day: Ints

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.declaration)


def entries(
    kind: int, turn: Ints | int, place: tuple[Ints, Ints], amount: Ints, times: tuple[Ints, Ints]
) -> Entries:
    """Return entries of one kind; those without an amount are left out.

    Args:
        kind: Position in LABELS.
        turn: Event of each, or of all.
        place: Declaration and letter of each.
        amount: VND.
        times: Second of booking and value day of each.
    """
    kept = np.flatnonzero(amount > 0)
    turns = np.broadcast_to(np.asarray(turn, dtype=np.int64), amount.shape)
    return Entries(
        declaration=place[0][kept],
        letter=place[1][kept],
        kind=np.full(len(kept), kind, dtype=np.int64),
        turn=turns[kept],
        amount_vnd=amount[kept],
        booked=times[0][kept],
        value_day=times[1][kept],
    )


def late_interest(amount: Ints, interest_from: Ints, paid_day: Ints) -> Ints:
    """Return late interest, VND, at the published rate of each day (`luatxp`, CHAM_NOP).

    The day after `interest_from` is the first that counts, the day of payment the last one.
    """
    rates = np.zeros_like(amount)
    for first, last, rate_bp in _LATE_PAYMENT_RATES:
        days = np.minimum(paid_day, last) - np.maximum(interest_from, first - 1)
        rates += rate_bp * np.maximum(days, 0)
    return half_up(amount * rates, 10_000)


def slots(booked: Entries) -> Ints:
    """Return a number below 10,000 that tells the entries of one declaration apart."""
    return (booked.turn * len(LABELS) + booked.kind) * _LETTERS + booked.letter + 1
