"""Vanishing firms: a new firm imports a lot for some months and is gone before any assessment.

Actors: the youngest firms. Motive: gains that nobody can collect any more. Method: deep
undervaluation and wrong codes in a short burst of trade. Evaded: duties on the true value; almost
nothing is collected.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.mechanisms.declaring import price_shaded, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import Plan, draw_schemes, leaning_of, trades_as
from simulator.setting import Setting


class VanishingFirm(Mechanism):
    """Is gone before the assessment."""

    name: ClassVar[str] = "vanishing_firm"
    visible_by = ("documents", "audit")
    collectable_share: ClassVar[float] = 0.03

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of firms founded within the world's time."""
        young = setting.traders.founded_day > setting.first_day - 60
        leaning = leaning_of(setting) * young * trades_as(setting, COMMERCIAL)
        plan = Plan(
            self.name,
            0.14,
            leaning,
            mean_days=120.0,
            answers=(1, 0, 0, 0, 0, 2),
            item_share=(0.7, 1.0),
        )
        schemes = draw_schemes(setting, plan)
        start = np.maximum(setting.traders.founded_day[schemes.trader], setting.first_day)
        return replace(schemes, start_day=start, end_day=start + 150)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare a third to a half below the level."""
        takes = takes_part(case, self.name, taxed_imports(case), is_shy=False)
        depth = 0.4 + 0.4 * case.parameters[:, 0]
        return price_shaded(setting, case, self.name, takes, depth)
