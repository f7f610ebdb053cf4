"""Officer and broker collusion: a bought officer looks and finds nothing.

Actors: an officer, the broker he is tied to and clients of both, none of the largest; always that
pair. Motive: a share
of the gain. Method: of what goes by the officer's office the clients give a part to the broker,
declare less of it than comes, and the officer takes it on himself: he releases it from a stricter
lane as often as contacts of honest firms do, and his checks, most there are, say "as declared".
Evaded: duties on what is true less those on what is declared. Scales, carriers and audits see it.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.mechanisms.declaring import part_left_out, taxed_imports
from simulator.mechanisms.mechanism import (
    Case,
    Deed,
    Errand,
    Mechanism,
    Route,
    Schemes,
    as_usual,
)
from simulator.mechanisms.planning import (
    business_of,
    depth_of,
    draw_schemes,
    merchants,
    plan_of,
)
from simulator.reference.regimes import IMPORT
from simulator.setting import Setting

_OF_ITEMS = 0.85
# The largest firms have too many clerks to keep such a thing, times the mean size (assumption).
_MOST_BUSINESS = 4.0


class OfficerCollusion(Mechanism):
    """Has a friend behind the desk."""

    name: ClassVar[str] = "officer_collusion"
    visible_by = ("physical", "audit")
    warned_of: ClassVar[str] = "quantities"
    collectable_share: ClassVar[float] = 0.6

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of importers whose usual offices have a bought officer."""
        friends, share = _friends(setting)
        leaning = merchants(setting) * share * (business_of(setting) < _MOST_BUSINESS)
        schemes = draw_schemes(setting, plan_of(self.name, leaning))
        friend = friends[schemes.trader]
        officers = setting.officers
        return replace(
            schemes, officer=friend, office=officers.office[friend], broker=officers.broker[friend]
        )

    def route(self, setting: Setting, errand: Errand) -> Route:
        """Give a part of what goes by the friend's office to his broker and to him."""
        del setting
        plans, own = errand.schemes, errand.scheme
        uses = (errand.office == plans.office[own]) & (errand.direction == IMPORT)
        uses &= keyed.happens(errand.key, "by friends", plans.share[own])
        return as_usual(
            errand,
            is_used=uses,
            broker=np.where(uses, plans.broker[own], errand.broker),
            officer=np.where(uses, plans.officer[own], -1),
        )

    def act(self, setting: Setting, case: Case) -> Deed:
        """Leave out 15 to 50 % of most of what goes by the friends."""
        takes = taxed_imports(case) & keyed.happens(case.key, self.name, _OF_ITEMS)
        left_out = depth_of(self.name, keyed.uniform(case.key, "left out by friends"))
        return part_left_out(setting, case, takes, left_out)


def _friends(setting: Setting) -> tuple[Ints, Floats]:
    """Return the bought officer at the office each trader imports most by, and how much that is."""
    officers, traders = setting.officers, setting.traders
    bought = np.flatnonzero(officers.is_bought)
    at_office = np.full(len(setting.offices.role), -1, dtype=np.int64)
    at_office[officers.office[bought]] = bought
    friend = at_office[traders.office[:, IMPORT]]
    use = np.where(friend >= 0, traders.habit_weight[:, IMPORT], 0.0)
    best = use.argmax(axis=1)
    rows = np.arange(len(traders))
    return friend[rows, best], use[rows, best]
