"""Transit diversion: imports under seal leave the route, and fewer arrive, or none.

Actors: importers that move bonded goods between offices. Motive: duty and VAT on goods that never
left. Method: a long stop off the approved route, the seal opened and closed again, mostly with an
alarm (each firm as often as it is clumsy), less weight on arrival; one in five takes all of it and
never arrives; in two of ten the carrier's bill is changed to transit later. Evaded: 0.3 to 0.9
times WHOLE, the part that is taken off; WHOLE where nothing arrives. Nothing is wrong yet where
control looks at the border: goods and papers are whole when the lorry sets out.
"""

from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.mechanisms.declaring import duty_of
from simulator.mechanisms.mechanism import AFTER_TRIP, Case, Deed, Mechanism, Schemes, truthful
from simulator.mechanisms.planning import business_of, depth_of, draw_schemes, merchants, plan_of
from simulator.reference.regimes import IMPORT, IS_BONDED
from simulator.setting import Setting

_ALL = 0.2


class TransitDiversion(Mechanism):
    """Takes goods off a bonded trip."""

    name: ClassVar[str] = "transit_diversion"
    visible_by = ("audit",)
    shows = AFTER_TRIP
    warned_of: ClassVar[str] = "exemptions"
    collectable_share: ClassVar[float] = 0.45

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        return draw_schemes(setting, plan_of(self.name, merchants(setting) * business_of(setting)))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare truly; a part of an import's load is taken off on the way."""
        diverts = keyed.happens(case.declaration_key, "diverted", case.share)
        takes = IS_BONDED[case.regime] & (case.direction == IMPORT) & diverts
        taken = depth_of(self.name, keyed.uniform(case.declaration_key, "taken off"))
        taken = np.where(keyed.happens(case.declaration_key, "never arrives", _ALL), 1.0, taken)
        return truthful(case, takes, hidden_vnd=duty_of(setting, case, taken), taken_off=taken)
