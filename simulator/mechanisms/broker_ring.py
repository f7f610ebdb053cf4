"""Broker rings: the clients of one broker declare alike, from one price list.

Actors: a broker and several of its clients, mostly of one chapter. Motive: the broker sells cheap
clearance. Method: prices from the ring's own list, for each chapter a discount that all of them
have. Evaded: duties on what is true less those on what is declared.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.kernel import keyed
from simulator.kernel.arrays import pick
from simulator.mechanisms.declaring import discounted, takes_part, taxed_imports
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
    by_common_chapter,
    depth_of,
    draw_schemes,
    leaning_of,
    plan_of,
    trades_as,
)
from simulator.setting import Setting


class BrokerRing(Mechanism):
    """Declares from the list of a crooked broker."""

    name: ClassVar[str] = "broker_ring"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "prices"

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of the clients of a few brokers; a ring is one group of two at least."""
        count = len(setting.brokers)
        ring = keyed.happens(keyed.identities(setting.root("cover"), count), "ring", 0.1)
        broker = setting.traders.broker
        member = (broker >= 0) & ring[np.maximum(broker, 0)] & setting.traders.is_ordinary
        leaning = (0.2 + leaning_of(setting)) * member * trades_as(setting, COMMERCIAL)
        leaning *= by_common_chapter(setting, broker)
        schemes = draw_schemes(setting, plan_of(self.name, leaning))
        clients = np.bincount(broker[schemes.trader], minlength=count)
        schemes = pick(schemes, clients[broker[schemes.trader]] > 1)
        own = broker[schemes.trader]
        return replace(schemes, group=own, broker=own)

    def route(self, setting: Setting, errand: Errand) -> Route:
        """Declare everything by the ring's broker."""
        del setting
        return as_usual(errand, broker=errand.schemes.broker[errand.scheme])

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare the ring's price, a discount that depends on the ring and the chapter."""
        chapter = setting.traders.broker[case.trader] * 100 + setting.goods.hs2[case.line]
        which = keyed.derive(setting.root("cover"), "ring list", chapter)
        takes = takes_part(case, self.name, taxed_imports(case))
        depth = depth_of(self.name, keyed.uniform(which, "discount"))
        return discounted(setting, case, self.name, takes, depth, has_own_list=True)
