"""False or re-used certificates of origin: goods without a right to preference get one on paper.

Actors: importers of dutiable goods for which they hold no certificate: their origin has no
agreement, or they do not meet its rule. Motive: the preferential rate. Method: a forged certificate
a deal, or one number shown again and again, for an origin that has an agreement. Evaded: duties on
what is true less those on what is declared.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.mechanisms.declaring import takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import draw_schemes, merchants, one_of, plan_of
from simulator.reference.certificates import certificate_of, standing_certificate
from simulator.setting import Setting

_AGAIN_SHARE = 0.5


def _claimed_origins(setting: Setting, parameters: Floats) -> Ints:
    """Return the country whose certificates each scheme shows, a friend in ASEAN."""
    return one_of(np.flatnonzero(setting.countries.asean), parameters[:, 0])


def _uses_again(parameters: Floats) -> Bools:
    """Return which schemes show one number again and again; the others forge one a deal."""
    again: Bools = parameters[:, 1] < _AGAIN_SHARE
    return again


class FalseCertificate(Mechanism):
    """Shows a certificate that does not belong to the goods."""

    name: ClassVar[str] = "false_certificate"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "origin"
    forges_certificates: ClassVar[bool] = True

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms with dutiable goods."""
        return draw_schemes(setting, plan_of(self.name, merchants(setting, dutiable_bp=500)))

    def shown_again(self, setting: Setting, parameters: Floats) -> Ints:
        """Return the scheme's friend where it shows one number again and again."""
        return np.where(_uses_again(parameters), _claimed_origins(setting, parameters), -1)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Claim the origin of the scheme's friend, with its certificate."""
        claimed = _claimed_origins(setting, case.parameters)
        best = setting.tariff.best_preference(case.line, claimed, case.day)
        has_a_use = (case.certificate == 0) & (best >= 0) & (claimed != case.origin)
        takes = takes_part(case, self.name, taxed_imports(case) & has_a_use)
        forged = certificate_of(case.deal_key, best, claimed)
        own = setting.traders.key[case.trader]
        used_again = standing_certificate(own, case.day, best, claimed)
        return truthful(
            case,
            takes,
            origin=claimed,
            schedule=np.where(best >= 0, best, case.schedule),
            certificate=np.where(_uses_again(case.parameters), used_again, forged),
        )
