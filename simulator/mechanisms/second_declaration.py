"""Second declaration after an inspection notice: what would be found is declared in a hurry.

Actors: importers that hide goods. Motive: to turn a find into a late declaration. Method: when the
lane is red, a non-trade declaration for the hidden goods follows within days. Evaded: duties on the
goods that stay hidden when no notice comes.
"""

from typing import ClassVar

from simulator.actors.kinds import COMMERCIAL
from simulator.kernel import keyed
from simulator.mechanisms.declaring import (
    hidden_behind,
    one_item_each,
    takes_part,
    taxed_imports,
)
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import Plan, draw_schemes, leaning_of, trades_as
from simulator.setting import Setting


class SecondDeclaration(Mechanism):
    """Legalises hidden goods once a check is announced."""

    name: ClassVar[str] = "second_declaration"
    visible_by = ("physical",)
    collectable_share: ClassVar[float] = 0.8
    declares_again_after_notice: ClassVar[float] = 0.75

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        leaning = leaning_of(setting) * trades_as(setting, COMMERCIAL)
        plan = Plan(self.name, 0.025, leaning, mean_days=240.0, item_share=(0.2, 0.6))
        return draw_schemes(setting, plan)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Tell the truth about what is told, and hide the rest."""
        fitting = taxed_imports(case) & one_item_each(case, "legalised")
        takes = takes_part(case, self.name, fitting)
        worth = 0.2 + 0.8 * keyed.uniform(case.key, "hidden worth")
        return hidden_behind(setting, case, takes, worth)
