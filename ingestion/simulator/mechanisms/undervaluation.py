"""Persistent undervaluation: the invoice shown to customs is lower than the one that is paid.

Actors: commercial importers of dutiable goods. Motive: duty and VAT are shares of the value.
Method: prices that hug a reference below the market, the rest is paid aside. Evaded: duties on the
true value less those on the declared one.
"""

from typing import TYPE_CHECKING, ClassVar

from ingestion.simulator.actors.traders import COMMERCIAL
from ingestion.simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from ingestion.simulator.mechanisms.planning import (
    Plan,
    draw_schemes,
    imports_lines,
    leaning_of,
    takes_part,
)
from ingestion.simulator.mechanisms.prices import hugging_price
from ingestion.simulator.trade.regimes import IMPORT, TAXATION, TAXED

if TYPE_CHECKING:
    from ingestion.simulator.nation import Nation


class Undervaluation(Mechanism):
    """Declares less than was paid."""

    name: ClassVar[str] = "undervaluation"
    seen_by = (0.13, 0.0, 0.01, 0.02, 0.0, 0.0, 0.5, 0.6)
    visible_by = ("documents", "audit")

    def plan(self, nation: "Nation") -> Schemes:
        """Return schemes of commercial firms, the more the higher their goods' duty."""
        dutiable = imports_lines(nation, nation.goods.mfn_bp >= 500)  # noqa: PLR2004
        leaning = leaning_of(nation) * dutiable * (nation.traders.trade == COMMERCIAL)
        return draw_schemes(nation, Plan(self.name, 0.075, leaning, mean_days=420.0))

    def act(self, nation: "Nation", case: Case) -> Deed:
        """Declare a price that hugs the reference."""
        taxed = (case.direction == IMPORT) & (TAXATION[case.regime] == TAXED)
        takes = taxed & takes_part(case.key, self.name, case.share, case.caught, case.is_covered)
        depth = 0.28 + 0.5 * case.parameters[:, 0]
        price = hugging_price(nation, case, self.name, depth)
        takes &= price < case.unit_price_e4 * 0.97
        return truthful(case, takes, unit_price_e4=price)
