"""Short-declared quantity or weight: more comes than the paper says.

Actors: importers of dutiable goods. Motive: duty and VAT on what is left out. Method: less quantity
and net mass on the declaration; the carrier's bill, the weighbridge and the gate still weigh what
is there. Evaded: duties on what is true less those on what is declared.
"""

from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.kernel import keyed
from simulator.mechanisms.declaring import part_left_out, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import (
    depth_of,
    draw_schemes,
    dutiable_share,
    leaning_of,
    plan_of,
    trades_as,
)
from simulator.setting import Setting


class ShortQuantity(Mechanism):
    """Declares less than comes."""

    name: ClassVar[str] = "short_quantity"
    visible_by = ("physical",)
    warned_of: ClassVar[str] = "quantities"

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of importers, the more the higher the duty."""
        dutiable = dutiable_share(setting, 300)
        leaning = leaning_of(setting) * (0.2 + dutiable) * trades_as(setting, COMMERCIAL)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Leave out 8 to 38 %, unevenly, less after a catch; 3 to 50 % in all."""
        takes = takes_part(case, self.name, taxed_imports(case))
        left_out = depth_of(self.name, case.parameters[:, 0]) * np.exp(
            0.25 * keyed.normal(case.key, self.name)
        )
        left_out = np.clip(left_out * 0.8**case.caught, 0.03, 0.5)
        return part_left_out(setting, case, takes, left_out)
