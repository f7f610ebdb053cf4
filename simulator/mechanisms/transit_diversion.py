"""Transit diversion: goods under seal leave the route, and others arrive, or none.

Actors: firms that move bonded goods between offices. Motive: duty and VAT on goods that never left.
Method: a long stop off the route, the seal opened and closed again, less weight on arrival. Evaded:
the duty on the goods taken off.
"""

from typing import ClassVar

from simulator.actors.kinds import COMMERCIAL
from simulator.kernel import keyed
from simulator.mechanisms.declaring import duty_of
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import (
    Plan,
    business_of,
    draw_schemes,
    leaning_of,
    trades_as,
)
from simulator.reference.regimes import IS_BONDED
from simulator.setting import Setting


class TransitDiversion(Mechanism):
    """Takes goods off a bonded trip."""

    name: ClassVar[str] = "transit_diversion"
    visible_by = ("physical",)
    collectable_share: ClassVar[float] = 0.45
    diverts: ClassVar[bool] = True

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        leaning = leaning_of(setting) * business_of(setting) * trades_as(setting, COMMERCIAL)
        plan = Plan(self.name, 0.035, leaning, mean_days=300.0, item_share=(0.5, 0.9))
        return draw_schemes(setting, plan)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare truly; a part of the load is taken off on the way."""
        takes = IS_BONDED[case.regime] & keyed.happens(case.declaration_key, "diverted", 0.6)
        taken = 0.3 + 0.6 * keyed.uniform(case.deal_key, "taken off")
        return truthful(case, takes, hidden_vnd=duty_of(setting, case, taken))
