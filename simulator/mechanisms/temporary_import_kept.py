"""Temporary import never re-exported: goods enter without duty for a while and stay.

Actors: firms that import under G11-G14. Motive: duty and VAT. Method: no re-export follows and the
deadline passes; nothing is wrong yet when they come. Evaded: WHOLE.
"""

from typing import ClassVar

import numpy as np

from simulator.mechanisms.declaring import duty_of
from simulator.mechanisms.mechanism import (
    AFTER_DEADLINE,
    Case,
    Deed,
    Mechanism,
    Schemes,
    truthful,
)
from simulator.mechanisms.planning import business_of, draw_schemes, merchants, plan_of
from simulator.reference.declaration_kinds import RE_EXPORT
from simulator.reference.regimes import IMPORT, IS_TEMPORARY
from simulator.setting import Setting


class TemporaryImportKept(Mechanism):
    """Keeps what should leave again."""

    name: ClassVar[str] = "temporary_import_kept"
    visible_by = ("audit",)
    shows = AFTER_DEADLINE
    warned_of: ClassVar[str] = "exemptions"
    collectable_share: ClassVar[float] = 0.5
    suppressed_kinds = (RE_EXPORT,)

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of commercial firms."""
        leaning = merchants(setting) * business_of(setting)
        return draw_schemes(setting, plan_of(self.name, leaning))

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare the temporary import truly and keep the goods."""
        takes = (case.direction == IMPORT) & IS_TEMPORARY[case.regime]
        return truthful(case, takes, hidden_vnd=duty_of(setting, case, np.ones(len(case))))
