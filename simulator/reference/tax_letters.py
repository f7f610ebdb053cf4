"""The taxes of goods items by their letters: which is which, and what a regime forgives of them."""

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.assessment import Duties
from simulator.reference.regimes import IS_EXEMPTED

# Import duty, export duty, the three kinds of trade defence, excise, environment tax, VAT.
LETTERS = ("N", "X", "B", "G", "C", "T", "M", "V")
IMPORT_DUTY, EXPORT_DUTY, DEFENCE, EXCISE, ENVIRONMENT, VAT = (
    LETTERS.index(letter) for letter in ("N", "X", "B", "T", "M", "V")
)


def letters_of(duties: Duties, is_import: Bools) -> tuple[Ints, ...]:
    """Return the position in LETTERS of each levy of items, in the order of `Duties.levies`."""
    return (
        np.where(is_import, IMPORT_DUTY, EXPORT_DUTY),
        DEFENCE + np.maximum(duties.defence_kind, 0),
        *(np.full(len(is_import), letter) for letter in (EXCISE, ENVIRONMENT, VAT)),
    )


def item_amounts(duties: Duties, is_import: Bools) -> Ints:
    """Return the taxes of items before exemption, shape (n, LETTERS), VND."""
    amounts = np.zeros((len(is_import), len(LETTERS)), dtype=np.int64)
    rows = np.arange(len(is_import))
    for levy, letter in zip(duties.levies(), letters_of(duties, is_import), strict=True):
        amounts[rows, letter] += levy.amount_vnd
    return amounts


def is_forgiven(regime: Ints, letter: Ints) -> Bools:
    """Return which taxes are not to be paid: processing and equipment owe VAT alone.

    Args:
        regime: Position in REGIMES.
        letter: Position in LETTERS, broadcast with `regime`.
    """
    forgiven: Bools = IS_EXEMPTED[regime] & (letter != VAT)
    return forgiven


def after_exemption(amounts: Ints, regime: Ints) -> Ints:
    """Return what is to be paid of taxes.

    Args:
        amounts: Before exemption, shape (n, LETTERS), VND.
        regime: Position in REGIMES of each row.
    """
    return np.where(is_forgiven(regime[:, None], np.arange(len(LETTERS))), 0, amounts)
