"""Classification in a lower-duty sibling: the goods get a code of the same chapter that costs less.

Actors: importers whose goods have such a sibling. Motive: the gap between the rates. Method: the
code of the sibling, of the same heading where that has one, with a description that fits both.
Evaded: duties by the true line less those by the declared one.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.mechanisms.declaring import takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import draw_schemes, imports_lines, leaning_of, plan_of
from simulator.reference.goods import in_whole_units
from simulator.setting import Setting

_PIECE_SPREAD = 0.03


class Misclassification(Mechanism):
    """Declares the code of a cheaper sibling."""

    name: ClassVar[str] = "misclassification"
    visible_by = ("documents", "physical", "audit")
    warned_of: ClassVar[str] = "codes"

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of traders whose lines have a cheaper sibling."""
        leaning = leaning_of(setting) * imports_lines(setting, setting.goods.sibling >= 0)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare the sibling line; the price follows its unit."""
        sibling = setting.goods.sibling[case.line]
        fitting = taxed_imports(case) & (sibling >= 0)
        takes = takes_part(case, self.name, fitting)
        line = np.where(sibling >= 0, sibling, case.line)
        quantity = same_goods_in(setting, case, line)
        price = np.rint(case.unit_price_e4 * (case.quantity_e2 / quantity))
        return truthful(
            case,
            takes,
            line=line,
            quantity_e2=quantity,
            unit_price_e4=np.maximum(price, 1.0).astype(np.int64),
        )


def same_goods_in(setting: Setting, case: Case, line: Ints) -> Ints:
    """Return the quantity of the same goods in the unit of another line, by their mass.

    Pieces of the other line vary in mass as much as honest ones do (sd 3 %).
    """
    goods = setting.goods
    spread = np.where(
        goods.is_mass[line], 0.0, _PIECE_SPREAD * keyed.normal(case.key, "mass of a sibling")
    )
    kg_e2 = case.kg_e2 * np.exp(-spread)
    same_unit = goods.unit1[case.line] == goods.unit1[line]
    count = np.maximum(np.rint(kg_e2 / goods.kg_per_unit[line]), 1.0)
    return np.where(same_unit, case.quantity_e2, in_whole_units(goods, line, count))
