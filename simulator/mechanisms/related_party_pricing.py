"""Related-party pricing: a parent sells to its own daughter at a price that suits the group.

Actors: foreign-invested importers that buy from related sellers. Motive: profit moves to where it
is taxed less, and duty falls with it. Method: transfer prices somewhat below the level, valuation
code 7 declared openly. Evaded: duties on what is true less those on what is declared.
"""

from typing import ClassVar

from simulator.actors.kinds import COMMERCIAL, EXPORT_PRODUCTION
from simulator.mechanisms.declaring import discounted, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, plan_of, trades_as
from simulator.setting import Setting


class RelatedPartyPricing(Mechanism):
    """Buys from its own group below the market."""

    name: ClassVar[str] = "related_party_pricing"
    visible_by = ("audit",)
    warned_of: ClassVar[str] = "prices"
    collectable_share: ClassVar[float] = 0.6

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of traders with related sellers, the more of these the likelier."""
        related = setting.traders.is_related[:, 0].mean(axis=1)
        leaning = (
            related
            * trades_as(setting, COMMERCIAL, EXPORT_PRODUCTION)
            * setting.traders.is_ordinary
        )
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare the group's price in deals whose buyer and seller are related."""
        takes = takes_part(case, self.name, taxed_imports(case) & case.is_related)
        depth = depth_of(self.name, case.parameters[:, 0])
        return discounted(setting, case, self.name, takes, depth)
