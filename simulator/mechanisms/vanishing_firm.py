"""Vanishing firms: a new firm imports a lot for some months and is gone before any assessment.

Actors: the youngest firms. Motive: gains that nobody can collect any more. Method: deep
undervaluation and wrong codes in a short burst of trade. Evaded: duties on the true value; almost
nothing is collected.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.mechanisms.declaring import price_shaded, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import Plan, draw_schemes, leaning_of, trades_as

if TYPE_CHECKING:
    from simulator.nation import Nation


class VanishingFirm(Mechanism):
    """Is gone before the assessment."""

    name: ClassVar[str] = "vanishing_firm"
    seen_by = (0.14, 0.0, 0.01, 0.02, 0.0, 0.0, 0.5, 0.5)
    visible_by = ("documents", "audit")
    collectable_share: ClassVar[float] = 0.03

    def plan(self, nation: "Nation") -> Schemes:
        """Return schemes of firms founded within the world's time."""
        young = nation.traders.founded_day > nation.first_day - 60
        leaning = leaning_of(nation) * young * trades_as(nation, COMMERCIAL)
        plan = Plan(
            self.name,
            0.14,
            leaning,
            mean_days=120.0,
            answers=(1, 0, 0, 0, 0, 2),
            item_share=(0.7, 1.0),
        )
        schemes = draw_schemes(nation, plan)
        start = np.maximum(nation.traders.founded_day[schemes.trader], nation.first_day)
        return replace(schemes, start_day=start, end_day=start + 150)

    def act(self, nation: "Nation", case: Case) -> Deed:
        """Declare a third to a half below the level."""
        takes = takes_part(case, self.name, taxed_imports(case), is_shy=False)
        depth = 0.4 + 0.4 * case.parameters[:, 0]
        return price_shaded(nation, case, self.name, takes, depth)
