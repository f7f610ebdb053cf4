"""Short-declared quantity or weight: more comes than the paper says.

Actors: importers of bulky or counted goods. Motive: duty and VAT on what is left out. Method: less
quantity and net mass on the declaration; the carrier's bill, the weighbridge and the gate still
weigh what is there. Evaded: duties on the missing quantity.
"""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from simulator import keyed
from simulator.actors.kinds import COMMERCIAL
from simulator.mechanisms.declaring import part_left_out, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import (
    Plan,
    draw_schemes,
    dutiable_share,
    leaning_of,
    trades_as,
)

if TYPE_CHECKING:
    from simulator.nation import Nation


class ShortQuantity(Mechanism):
    """Declares less than comes."""

    name: ClassVar[str] = "short_quantity"
    seen_by = (0.04, 0.08, 0.16, 0.4, 0.02, 0.0, 0.0, 0.25)
    visible_by = ("physical",)

    def plan(self, nation: "Nation") -> Schemes:
        """Return schemes of importers, the more the higher the duty."""
        dutiable = dutiable_share(nation, 300)
        leaning = leaning_of(nation) * (0.2 + dutiable) * trades_as(nation, COMMERCIAL)
        return draw_schemes(nation, Plan(self.name, 0.03, leaning, mean_days=300.0))

    def act(self, nation: "Nation", case: Case) -> Deed:
        """Leave out 8 to 45 %, less after a catch."""
        takes = takes_part(case, self.name, taxed_imports(case))
        left_out = (0.08 + 0.3 * case.parameters[:, 0]) * np.exp(
            0.25 * keyed.normal(case.key, self.name)
        )
        left_out = np.clip(left_out * 0.8**case.caught, 0.03, 0.5)
        return part_left_out(nation, case, takes, left_out)
