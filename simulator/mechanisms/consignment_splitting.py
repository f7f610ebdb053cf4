"""Consignment splitting: a large deal is declared in pieces that each stay below a sum.

Actors: importers whose deals at times come near the sum from which control looks twice, or above it
(`reference.value_control`). Motive: nobody consults the value of a small declaration. Method: the
goods of one invoice come in as many declarations as it takes, days apart, near equal, each below
the sum and each with a shaded price. Evaded: duties on what is true less those on what is declared.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel.arrays import Bools, Floats
from simulator.mechanisms.declaring import discounted, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, merchants, plan_of
from simulator.reference.regimes import IMPORT
from simulator.reference.value_control import LARGE_DECLARATION_VND
from simulator.setting import ITEMS_A_DECLARATION, Setting

# Only who has large deals is told by it: no rate of a day (assumption).
_VND_PER_USD = 25_000
# What the whole of uneven pieces is at least, measured by the smallest of them: a little less than
# the smallest to the largest one of `trade.pieces`, 0.92 to 1.08.
_REACHES = 0.83


class ConsignmentSplitting(Mechanism):
    """Declares one deal in pieces."""

    name: ClassVar[str] = "consignment_splitting"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "prices"
    most_pieces: ClassVar[int] = 9

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms with deals large enough to be split."""
        leaning = merchants(setting) * _large_deals(setting)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Shade the price of what comes in pieces because the deal is large."""
        takes = takes_part(case, self.name, taxed_imports(case) & _is_split(setting, case))
        depth = depth_of(self.name, case.parameters[:, 0])
        return discounted(setting, case, self.name, takes, depth)


def _is_split(setting: Setting, case: Case) -> Bools:
    """Return which items are of a deal that reaches the sum, in a piece that stays below it.

    Small deals come in pieces too, as room allows: they are declared as they are.
    """
    rate = setting.rates.on(case.day, case.currency) / 100
    value = case.quantity_e2 / 100 * (case.unit_price_e4 / 10_000) * rate
    _, place = np.unique(case.declaration_key, return_inverse=True)
    piece_vnd = np.bincount(place, value)[place]
    split: Bools = (case.pieces > 1) & (piece_vnd < LARGE_DECLARATION_VND)
    split &= case.pieces * piece_vnd > _REACHES * LARGE_DECLARATION_VND
    return split


def _large_deals(setting: Setting) -> Floats:
    """Return how near the usual deals of each trader lie to those worth splitting, 0 to 1."""
    usd = np.exp(setting.traders.log_volume[:, IMPORT]).mean(axis=(1, 2))
    usual = usd * ITEMS_A_DECLARATION * _VND_PER_USD
    share: Floats = np.clip(usual / LARGE_DECLARATION_VND, 0.0, 1.0)
    return share
