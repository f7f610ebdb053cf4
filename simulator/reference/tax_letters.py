"""The taxes of goods items by their letters: which is which, what is forgiven, what is evaded."""

from dataclasses import replace

import numpy as np

from simulator.kernel.arrays import Bools, Ints
from simulator.reference.agreements import MFN
from simulator.reference.assessment import Duties, Taxed, assess
from simulator.reference.exchange import ExchangeRates
from simulator.reference.regimes import IMPORT, IS_EXEMPTED
from simulator.reference.tariff import Tariff

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


def split_evaded(
    law: tuple[Tariff, ExchangeRates], true: Taxed, told: Taxed, regime: Ints, evaded_vnd: Ints
) -> Ints:
    """Return the duty evaded of items by tax, shape (n, LETTERS), VND.

    The shares are those of the taxes on what is true less those on what is declared; where papers
    show no difference (goods that were sold, kept or on no paper), those of full taxation; where
    there is none either, all is VAT. The sum of a row is exactly what the item evades.

    Args:
        law: Tariff and exchange rates.
        true: Items as they are.
        told: The same items as declared.
        regime: Position in REGIMES, shape (n,).
        evaded_vnd: Duty evaded, VND, shape (n,).
    """
    is_import = true.direction == IMPORT

    def taxes(taxed: Taxed) -> Ints:
        return item_amounts(assess(*law, taxed), is_import)

    weights = after_exemption(taxes(true), regime) - after_exemption(taxes(told), regime)
    weights = np.maximum(weights, 0)
    hidden = ~weights.any(axis=1)
    plain, nothing = np.full(len(regime), MFN), np.zeros(len(regime), dtype=bool)
    weights[hidden] = taxes(replace(true, schedule=plain, is_vat_free=nothing))[hidden]
    weights[~weights.any(axis=1), VAT] = 1
    part = evaded_vnd / weights.sum(axis=1)
    parts = np.floor(weights * part[:, None]).astype(np.int64)
    largest = weights.argmax(axis=1)
    parts[np.arange(len(parts)), largest] += evaded_vnd - parts.sum(axis=1)
    result: Ints = parts
    return result
