"""Second declaration after an inspection notice: what would be found is declared in a hurry.

Actors: importers that hide goods. Motive: to turn a find into a late declaration. Method: goods lie
behind declared ones; when the lane is red, three in four declare them within days under a non-trade
regime and pay for them. Evaded: 1,000,000 VND and 0.2 to 1 times WHOLE; nothing once it is
legalised.
"""

from typing import ClassVar

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats
from simulator.kernel.keyed import Keys
from simulator.mechanisms.declaring import (
    hidden_behind,
    one_item_each,
    takes_part,
    taxed_imports,
)
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, merchants, plan_of
from simulator.reference import regimes
from simulator.setting import Setting

# What is declared again: it makes good, and hides nothing itself.
_LEGALISING = regimes.position("H11")


def hidden_worths(key: Keys) -> Floats:
    """Return what hidden goods are worth as a share of the item's value, 0.2 to 1."""
    return depth_of("second_declaration", keyed.uniform(key, "hidden worth"))


class SecondDeclaration(Mechanism):
    """Legalises hidden goods once a check is announced."""

    name: ClassVar[str] = "second_declaration"
    visible_by = ("physical",)
    warned_of: ClassVar[str] = "hidden goods"
    collectable_share: ClassVar[float] = 0.8
    declares_again_after_notice: ClassVar[float] = 0.75

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        return draw_schemes(setting, plan_of(self.name, merchants(setting)))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Tell the truth about what is told, and hide the rest."""
        fitting = taxed_imports(case) & (case.regime != _LEGALISING)
        fitting &= one_item_each(case, "legalised")
        takes = takes_part(case, self.name, fitting)
        return hidden_behind(setting, case, takes, hidden_worths(case.key))
