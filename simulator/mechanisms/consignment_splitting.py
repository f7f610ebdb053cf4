"""Consignment splitting: one deal is declared in pieces that each stay below what is looked at.

Actors: small importers. Motive: value consultation and checks look at large declarations. Method:
the goods of one deal come in several declarations within days, each with a shaded price. Evaded:
duties on the true value of the pieces.
"""

from typing import ClassVar

from simulator.actors.kinds import COMMERCIAL
from simulator.mechanisms.declaring import price_shaded, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import Plan, draw_schemes, leaning_of, trades_as
from simulator.setting import Setting


class ConsignmentSplitting(Mechanism):
    """Declares one deal in pieces."""

    name: ClassVar[str] = "consignment_splitting"
    visible_by = ("documents", "audit")
    pieces: ClassVar[int] = 3

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        leaning = leaning_of(setting) * trades_as(setting, COMMERCIAL)
        return draw_schemes(setting, Plan(self.name, 0.03, leaning, mean_days=260.0))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Shade the price of every piece."""
        takes = takes_part(case, self.name, taxed_imports(case))
        depth = 0.2 + 0.4 * case.parameters[:, 0]
        return price_shaded(setting, case, self.name, takes, depth, below=0.98)
