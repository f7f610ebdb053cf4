"""Honest mistakes: somebody types the wrong thing.

Actors: anybody. Motive: none. Method: a slip in code, quantity, price or origin. Evaded: what the
slip saves; half of them cost the trader money, which is no loss.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats
from simulator.mechanisms.mechanism import (
    Case,
    Deed,
    Mechanism,
    Schemes,
    no_schemes,
    truthful,
)
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import IMPORT
from simulator.setting import Setting


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
        by_price = np.exp(0.25 * keyed.normal(case.key, "slipped price"))
        price = np.where(kind == 0, case.unit_price_e4 * by_price, case.unit_price_e4)
        by_count: Floats = np.where(keyed.happens(case.key, "lost count", 0.5), 0.9, 1.1)
        counted = in_whole_units(setting.goods, case.line, case.quantity_e2 * by_count)
        sibling = setting.goods.sibling[case.line]
        same_unit = (sibling >= 0) & (
            setting.goods.unit1[case.line] == setting.goods.unit1[sibling]
        )
        slips_code = (kind == 2) & same_unit  # noqa: PLR2004
        other = setting.traders.country[
            case.trader, case.direction, keyed.integers(case.key, "slipped origin", 0, 6)
        ]
        no_paper = case.certificate == 0
        slips_origin = (kind == 3) & no_paper & (case.direction == IMPORT)  # noqa: PLR2004
        deed = truthful(
            case,
            np.ones(len(case), dtype=bool),
            unit_price_e4=np.maximum(np.rint(price), 1.0).astype(np.int64),
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
