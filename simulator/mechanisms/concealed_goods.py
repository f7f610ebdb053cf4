"""Concealed goods among declared ones: a box holds something that is on no paper.

Actors: importers of cheap, bulky goods. Motive: the whole duty on dear goods, or a prohibition.
Method: a small part of the load is something else; the declared goods are true. Evaded: duties on
the hidden goods, worth 0.3 to 2 times the declared item.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats
from simulator.kernel.keyed import Keys
from simulator.mechanisms.declaring import (
    hidden_behind,
    one_item_each,
    takes_part,
    taxed_imports,
)
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import draw_schemes, merchants, plan_of
from simulator.setting import Setting


def hidden_worths(key: Keys) -> Floats:
    """Return what hidden goods are worth as a share of the declared item's value, 0.3 to 2."""
    return 0.3 + 1.7 * keyed.uniform(key, "hidden worth")


class ConcealedGoods(Mechanism):
    """Hides goods behind declared ones."""

    name: ClassVar[str] = "concealed_goods"
    visible_by = ("physical",)
    warned_of: ClassVar[str] = "hidden goods"
    collectable_share: ClassVar[float] = 0.8

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of small importers."""
        return draw_schemes(setting, plan_of(self.name, merchants(setting)))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Tell the truth about what is told, and hide the rest."""
        fitting = taxed_imports(case) & one_item_each(case, "hidden behind")
        takes = takes_part(case, self.name, fitting)
        by_mass = setting.goods.is_mass[case.line]
        mass = np.where(by_mass, case.kg_e2, np.maximum(np.rint(case.kg_e2 * 0.96), 1.0))
        worth = hidden_worths(case.key)
        return hidden_behind(setting, case, takes, worth, kg_e2=mass.astype(np.int64))
