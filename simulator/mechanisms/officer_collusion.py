"""Officer and broker collusion: a bought officer looks and finds nothing.

Actors: an officer, a broker and its client. Motive: a share of the gain. Method: less is declared
than comes, always at the friend's office; checks by the friend find nothing. Evaded: duties on what
is left out; audits see it.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.kernel import keyed
from simulator.mechanisms.declaring import part_left_out, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import (
    Plan,
    draw_schemes,
    leaning_of,
    one_of,
    trades_as,
)
from simulator.setting import Setting


class OfficerCollusion(Mechanism):
    """Has a friend behind the desk."""

    name: ClassVar[str] = "officer_collusion"
    visible_by = ("physical", "audit")
    collectable_share: ClassVar[float] = 0.6

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes tied to a bought officer and his office."""
        bought = np.flatnonzero(setting.officers.is_bought)
        leaning = leaning_of(setting) * trades_as(setting, COMMERCIAL)
        schemes = draw_schemes(setting, Plan(self.name, 0.02, leaning, mean_days=500.0))
        if not len(bought):
            return schemes
        friend = one_of(bought, schemes.parameters[:, 1])
        return replace(schemes, officer=friend, office=setting.officers.office[friend])

    def act(self, setting: Setting, case: Case) -> Deed:
        """Leave out 15 to 50 %."""
        takes = takes_part(case, self.name, taxed_imports(case))
        left_out = 0.15 + 0.35 * keyed.uniform(case.key, "left out by friends")
        return part_left_out(setting, case, takes, left_out)
