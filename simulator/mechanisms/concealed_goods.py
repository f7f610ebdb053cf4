"""Concealed goods among declared ones: a box holds something that is on no paper.

Actors: importers of cheap, bulky goods. Motive: the whole duty on dear goods.
Method: a small part of the load is something else, 3 to 12 times as dear by mass; what is declared
is true, but for the mass of what is counted, told 4 % less: the box weighs more than it should.
Evaded: 1,000,000 VND and 0.3 to 2 times WHOLE.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.mechanisms.declaring import (
    hidden_behind,
    one_item_each,
    takes_part,
    taxed_imports,
)
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, imports_lines, merchants, plan_of
from simulator.setting import Setting


def hidden_worths(key: Keys) -> Floats:
    """Return what hidden goods are worth as a share of the declared item's value, 0.3 to 2."""
    return depth_of("concealed_goods", keyed.uniform(key, "hidden worth"))


# Behind less nothing is hidden (assumption).
_LEAST_KG_E2, _MOST_USD_A_KG = 4_000, 12.0


class ConcealedGoods(Mechanism):
    """Hides goods behind declared ones."""

    name: ClassVar[str] = "concealed_goods"
    visible_by = ("physical",)
    warned_of: ClassVar[str] = "hidden goods"
    collectable_share: ClassVar[float] = 0.8

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of importers, the more of their goods are cheap."""
        goods = setting.goods
        cheap = np.exp(goods.log_price) < _MOST_USD_A_KG * goods.kg_per_unit
        leaning = merchants(setting) * imports_lines(setting, cheap)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Tell the truth about what is told, but for some of its mass, and hide the rest."""
        fitting = (
            taxed_imports(case)
            & one_item_each(case, "hidden behind")
            & _is_cheap_bulk(setting, case)
        )
        takes = takes_part(case, self.name, fitting)
        by_mass = setting.goods.is_mass[case.line]
        mass = np.where(by_mass, case.kg_e2, one_at_least(case.kg_e2 * 0.96))
        worth = hidden_worths(case.key)
        return hidden_behind(setting, case, takes, worth, kg_e2=mass)


def _is_cheap_bulk(setting: Setting, case: Case) -> Bools:
    """Return which items are a load of at least 40 kg that costs 12 USD a kilogram at most."""
    rate = setting.rates.on(case.day, case.currency) / setting.rates.on(case.day, 0 * case.day)
    usd = case.quantity_e2 / 100 * case.unit_price_e4 / 10_000 * rate
    cheap: Bools = usd * 100 <= _MOST_USD_A_KG * case.kg_e2
    return cheap & (case.kg_e2 >= _LEAST_KG_E2)
