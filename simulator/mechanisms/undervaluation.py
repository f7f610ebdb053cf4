"""Persistent undervaluation: the invoice shown to customs is lower than the one that is paid.

Actors: commercial importers of dutiable goods. Motive: duty and VAT are shares of the value.
Method: prices that hug a reference below the market, the rest is paid aside. Evaded: duties on what
is true less those on what is declared.
"""

from typing import ClassVar

from simulator.mechanisms.declaring import discounted, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, merchants, plan_of
from simulator.setting import Setting


class Undervaluation(Mechanism):
    """Declares less than was paid."""

    name: ClassVar[str] = "undervaluation"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "prices"

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms, the more the higher their goods' duty."""
        return draw_schemes(setting, plan_of(self.name, merchants(setting, dutiable_bp=500)))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare a price that hugs the reference."""
        takes = takes_part(case, self.name, taxed_imports(case))
        depth = depth_of(self.name, case.parameters[:, 0])
        return discounted(setting, case, self.name, takes, depth)
