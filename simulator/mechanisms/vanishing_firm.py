"""Vanishing firms: a new firm imports a lot for some months and is gone before any assessment.

Actors: firms that are founded, trade for some months and close. Most such firms are honest and
failed. Motive: gains that nobody can collect any more. Method: deep undervaluation as long as the
firm is there, and nothing after it is gone. Evaded: duties on what is true less those on what is
declared. Almost nothing is collected.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.mechanisms.declaring import discounted, takes_part, taxed_imports
from simulator.mechanisms.mechanism import Case, Deed, Mechanism, Schemes
from simulator.mechanisms.planning import depth_of, draw_schemes, merchants, plan_of
from simulator.setting import Setting

_BRIEF_DAYS = 330


class VanishingFirm(Mechanism):
    """Is gone before the assessment."""

    name: ClassVar[str] = "vanishing_firm"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "prices"
    collectable_share: ClassVar[float] = 0.03
    vanishes: ClassVar[bool] = True

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of firms that close within a year of their founding."""
        traders = setting.traders
        brief = traders.closed_day - traders.founded_day < _BRIEF_DAYS
        leaning = merchants(setting) * brief
        begins = np.maximum(traders.founded_day, setting.first_day)
        schemes = draw_schemes(setting, plan_of(self.name, leaning), begins)
        return replace(schemes, end_day=traders.closed_day[schemes.trader] + 1)

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare prices well below the level; of listed goods just above the list."""
        takes = takes_part(case, self.name, taxed_imports(case), is_shy=False)
        depth = depth_of(self.name, case.parameters[:, 0])
        return discounted(setting, case, self.name, takes, depth)
