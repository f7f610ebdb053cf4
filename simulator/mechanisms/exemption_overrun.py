"""Exemption overrun: equipment beyond the exempted list is imported under it.

Actors: firms with an exemption list for their project. Motive: duty and VAT. Method: the
line of the list is used again after its quantity is taken up, or for goods that are none of it.
Evaded: the duty on what goes beyond.
"""

from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL, EXPORT_PRODUCTION, PROCESSING
from simulator.mechanisms.declaring import duty_of, takes_part
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import (
    Plan,
    business_of,
    draw_schemes,
    leaning_of,
    trades_as,
)
from simulator.reference.regimes import position
from simulator.setting import Setting


class ExemptionOverrun(Mechanism):
    """Imports more than its exemption list allows."""

    name: ClassVar[str] = "exemption_overrun"
    visible_by = ("documents", "audit")

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of foreign-invested and export-producing firms."""
        leaning = (
            leaning_of(setting)
            * business_of(setting)
            * trades_as(setting, EXPORT_PRODUCTION, PROCESSING, COMMERCIAL)
        )
        plan = Plan(self.name, 0.06, leaning, mean_days=500.0, item_share=(0.5, 0.9))
        return draw_schemes(setting, plan)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare under the list what goes beyond it."""
        fitting = np.isin(case.regime, (position("A43"), position("G12"), position("G13")))
        takes = takes_part(case, self.name, fitting)
        beyond = 0.3 + 0.5 * case.parameters[:, 0]
        return truthful(case, takes, hidden_vnd=duty_of(setting, case, beyond))
