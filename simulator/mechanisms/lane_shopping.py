"""Lane shopping: the same goods are declared until a lane comes that nobody looks behind.

Actors: importers that declare less than comes. Motive: to keep the gain of the short declaration.
Method: a red lane is often answered by cancelling before the goods are opened and declaring
them some days later, mostly at another office. Evaded: duties on what is true less those on what is
declared.
"""

from typing import ClassVar

from simulator.kernel import keyed
from simulator.mechanisms.declaring import part_left_out, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, merchants, plan_of
from simulator.setting import Setting


class LaneShopping(Mechanism):
    """Cancels a red declaration and tries again elsewhere."""

    name: ClassVar[str] = "lane_shopping"
    visible_by = ("physical", "audit")
    warned_of: ClassVar[str] = "quantities"
    redeclares_after_red: ClassVar[float] = 0.55

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        return draw_schemes(setting, plan_of(self.name, merchants(setting)))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Leave out a part."""
        takes = takes_part(case, self.name, taxed_imports(case))
        left_out = depth_of(self.name, keyed.uniform(case.key, "left out"))
        return part_left_out(setting, case, takes, left_out)
