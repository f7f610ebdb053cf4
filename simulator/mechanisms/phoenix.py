"""Phoenix firms: a firm evades, closes when it is caught, and comes back under another name.

Actors: firms with a reserved successor that shares owner or address. Motive: debts and history die
with the firm. Method: undervaluation without caution, as deep after a catch as before; the firm
closes and its deals go on under the successor until that one is caught too. Evaded: duties on what
is true less those on what is declared. Little is collected.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.actors.kinds import FAR
from simulator.mechanisms.declaring import discounted, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, leaning_of, plan_of
from simulator.setting import Setting


class Phoenix(Mechanism):
    """Evades, closes and is re-born."""

    name: ClassVar[str] = "phoenix"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "prices"
    collectable_share: ClassVar[float] = 0.15
    dies_when_caught: ClassVar[bool] = True

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of firms that have a successor in reserve and no end of their own."""
        traders = setting.traders
        leaning = leaning_of(setting) * (traders.successor >= 0) * (traders.closed_day >= FAR)
        schemes = draw_schemes(setting, plan_of(self.name, leaning))
        # It ends with the heir: caught once more.
        return replace(schemes, end_day=np.full(len(schemes), setting.last_day + 1))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare prices well below the level; of listed goods just above the list."""
        takes = takes_part(case, self.name, taxed_imports(case), is_shy=False)
        depth = depth_of(self.name, case.parameters[:, 0])
        careless = replace(case, caught=np.zeros_like(case.caught))
        return discounted(setting, careless, self.name, takes, depth)
