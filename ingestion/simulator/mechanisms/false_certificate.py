"""False or re-used certificates of origin: goods without a right to preference get one on paper.

Actors: importers of dutiable goods from countries without an agreement, or whose goods do not meet
the rule. Motive: the preferential rate. Method: a forged certificate, or the number of an honest
one used again, for an origin that has an agreement. Evaded: duties at the true origin's rate.
"""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ingestion.simulator.actors.traders import COMMERCIAL
from ingestion.simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from ingestion.simulator.mechanisms.planning import (
    Plan,
    draw_schemes,
    imports_lines,
    leaning_of,
    takes_part,
    taxed_imports,
    trades_as,
)
from ingestion.simulator.trade.certificates import certificate_of, standing_certificate

if TYPE_CHECKING:
    from ingestion.simulator.nation import Nation


class FalseCertificate(Mechanism):
    """Shows a certificate that does not belong to the goods."""

    name: ClassVar[str] = "false_certificate"
    seen_by = (0.22, 0.0, 0.02, 0.04, 0.0, 0.0, 0.03, 0.6)
    visible_by = ("documents", "audit")

    def plan(self, nation: "Nation") -> Schemes:
        """Return schemes of commercial firms with dutiable goods."""
        dutiable = imports_lines(nation, nation.goods.mfn_bp >= 500)  # noqa: PLR2004
        leaning = leaning_of(nation) * dutiable * trades_as(nation, COMMERCIAL)
        return draw_schemes(nation, Plan(self.name, 0.05, leaning, mean_days=330.0))

    def act(self, nation: "Nation", case: Case) -> Deed:
        """Claim the origin of the scheme's friend, with its certificate."""
        friends = np.flatnonzero(nation.countries.asean)
        claimed = friends[np.floor(case.parameters[:, 0] * len(friends)).astype(np.int64)]
        best = nation.tariff.best_preference(case.line, claimed, case.day)
        takes = (
            taxed_imports(case) & (case.certificate == 0) & (best >= 0) & (claimed != case.origin)
        )
        takes &= takes_part(case.key, self.name, case.share, case.caught, case.is_covered)
        forged = certificate_of(case.deal_key, best, claimed)
        own = nation.traders.key[case.trader]
        used_again = standing_certificate(own, case.day, best, claimed)
        again = case.parameters[:, 1] < 0.5  # noqa: PLR2004
        return truthful(
            case,
            takes,
            origin=claimed,
            schedule=np.where(best >= 0, best, case.schedule),
            certificate=np.where(again, used_again, forged),
        )
