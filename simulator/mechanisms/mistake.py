"""Honest mistakes: somebody types the wrong thing.

Actors: anybody. Motive: none. Method: a slip in code, quantity, price or origin. Evaded: duties on
what is true less those on what is declared; half of them cost the trader money.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats
from simulator.kernel.rounding import one_at_least
from simulator.mechanisms.mechanism import (
    Case,
    Deed,
    Mechanism,
    Schemes,
    no_schemes,
    truthful,
)
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import IMPORT, UNDER_LIST
from simulator.setting import Setting

# Sd of ln of a slipped price; the share that is told by another unit or currency, and the factor of
# these; which part of the quantity is miscounted, and by how much more at most (assumptions).
_PRICE_SIGMA, _OTHER_UNIT_SHARE, _OTHER_UNIT = 0.25, 0.2, (1.6, 5.0)
_COUNT = (0.05, 0.55)


class Mistake(Mechanism):
    """Tells one thing wrong, by accident."""

    name: ClassVar[str] = "mistake"
    intent: ClassVar[bool] = False
    visible_by = ("documents", "physical", "audit")
    collectable_share: ClassVar[float] = 0.95

    def plan(self, setting: Setting) -> Schemes:
        """Return no schemes: mistakes are drawn item by item."""
        del setting
        return no_schemes()

    def act(self, setting: Setting, case: Case) -> Deed:
        """Slip in the price, the quantity, the code or the origin."""
        kind = keyed.choose(case.key, "slip", (30, 35, 22, 13))
        price = np.where(kind == 0, case.unit_price_e4 * _slips(case), case.unit_price_e4)
        lost = _COUNT[0] + _COUNT[1] * keyed.uniform(case.key, "how many") ** 2
        by_count: Floats = np.where(keyed.happens(case.key, "lost count", 0.5), 1 - lost, 1 + lost)
        counted = in_whole_units(setting.goods, case.line, case.quantity_e2 * by_count)
        sibling = setting.goods.sibling[case.line]
        slips_code = (kind == 2) & (sibling >= 0)  # noqa: PLR2004
        # Under an exemption list the code is checked against its line.
        slips_code &= case.regime != UNDER_LIST
        other = setting.traders.country[
            case.trader, case.direction, keyed.integers(case.key, "slipped origin", 0, 6)
        ]
        no_paper = case.certificate == 0
        slips_origin = (kind == 3) & no_paper & (case.direction == IMPORT)  # noqa: PLR2004
        deed = truthful(
            case,
            np.ones(len(case), dtype=bool),
            unit_price_e4=one_at_least(price),
            quantity_e2=np.where(kind == 1, counted, case.quantity_e2),
            line=np.where(slips_code, sibling, case.line),
            origin=np.where(slips_origin, other, case.origin),
        )
        changed = (
            (deed.unit_price_e4 != case.unit_price_e4)
            | (deed.quantity_e2 != case.quantity_e2)
            | (deed.line != case.line)
            | (deed.origin != case.origin)
        )
        return replace(deed, takes_part=changed)


def _slips(case: Case) -> Floats:
    """Return by which factor the price of each item slips: a little, or by another unit."""
    little = np.exp(_PRICE_SIGMA * keyed.normal(case.key, "slipped price"))
    low, high = _OTHER_UNIT
    factor = low * (high / low) ** keyed.uniform(case.key, "factor of the unit")
    factor = np.where(keyed.happens(case.key, "smaller unit", 0.5), factor, 1 / factor)
    by_unit = keyed.happens(case.key, "by another unit", _OTHER_UNIT_SHARE)
    slips: Floats = np.where(by_unit, factor, little)
    return slips
