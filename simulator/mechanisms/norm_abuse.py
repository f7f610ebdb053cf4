"""Processing-norm abuse: duty-free material is imported beyond what the products need, and sold.

Actors: processing and export-production firms. Motive: material without duty and VAT on the home
market. Method: the consumption norm in the settlement report is higher than the real one; the
difference, of each material another, leaves the factory. Evaded: 0.03 to 0.15 times WHOLE, less
after catches.
"""

from typing import ClassVar

from simulator.actors.kinds import EXPORT_PRODUCTION, PROCESSING
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.mechanisms.declaring import duty_of, takes_part
from simulator.mechanisms.mechanism import (
    AFTER_REPORT,
    Case,
    Deed,
    Mechanism,
    Schemes,
    truthful,
)
from simulator.mechanisms.planning import depth_of, draw_schemes, leaning_of, plan_of, trades_as
from simulator.reference.regimes import IMPORT, IS_EXEMPTED, IS_PROCESSING
from simulator.setting import Setting

# What is diverted after each catch, against before.
DIVERTED_AFTER_CATCH = 0.8
# The exponents of the lot of each material, of who diverts most and of who diverts least.
_MOST, _LEAST = 0.4, 2.5


def diverted_part(seed: int, parameters: Floats, trader: Ints, line: Ints) -> Floats:
    """Return what is diverted of a covered import before any catch: shares, shape (n,).

    Each firm has its own share of each material: one for all would be told by the norms alone.
    """
    own = keyed.derive(keyed.root(seed, "norm abuse"), "trader", trader)
    lot = keyed.uniform(keyed.derive(own, "of", line), "diverted")
    return depth_of("norm_abuse", lot ** (_LEAST * (_MOST / _LEAST) ** parameters[:, 0]))


class NormAbuse(Mechanism):
    """Imports duty-free for the home market."""

    name: ClassVar[str] = "norm_abuse"
    visible_by = ("audit",)
    shows = AFTER_REPORT
    warned_of: ClassVar[str] = "exemptions"
    collectable_share: ClassVar[float] = 0.55

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of processing and export-production firms."""
        leaning = leaning_of(setting) * trades_as(setting, PROCESSING, EXPORT_PRODUCTION)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Import as declared; a share of it is diverted."""
        exempted = (case.direction == IMPORT) & IS_EXEMPTED[case.regime]
        takes = takes_part(case, self.name, exempted & IS_PROCESSING[case.regime])
        part = diverted_part(setting.seed, case.parameters, case.trader, case.line)
        diverted = part * DIVERTED_AFTER_CATCH**case.caught
        return truthful(case, takes, hidden_vnd=duty_of(setting, case, diverted))
