"""Cartels of brokers: brokers at several offices share their clients, without any officer.

Actors: a few brokers, wherever they are, and their clients, many of one chapter. Motive: each
office and each broker sees a small part only, so that no price looks usual anywhere. Method: the
declarations of a client go by up to three of the brokers, by lot, all from one price list: a
discount for each chapter.
Evaded: duties on what is true less those on what is declared.
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
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
    dutiable_share,
    leaning_of,
    plan_of,
    trades_as,
)
from simulator.setting import Setting

_BROKERS_A_CARTEL, _FEWEST, _MEMBER_SHARE = 60, 2, 0.1
_MOST_BROKERS = 3


class BrokerCartel(Mechanism):
    """Declares by several brokers from one list."""

    name: ClassVar[str] = "broker_cartel"
    visible_by = ("documents", "audit")
    warned_of: ClassVar[str] = "prices"

    def plan(self, setting: Setting) -> Schemes:
        """Return schemes of clients of the members; a cartel is one group."""
        cartel = _cartels(setting)
        broker = setting.traders.broker
        own = np.where(broker >= 0, cartel[np.maximum(broker, 0)], -1)
        leaning = (0.2 + leaning_of(setting)) * (own >= 0) * dutiable_share(setting, 500)
        leaning = leaning * trades_as(setting, COMMERCIAL) * setting.traders.is_ordinary
        leaning *= by_common_chapter(setting, own)
        schemes = draw_schemes(setting, plan_of(self.name, leaning))
        return replace(schemes, group=len(setting.brokers) + own[schemes.trader])

    def route(self, setting: Setting, errand: Errand) -> Route:
        """Declare by a few members of the cartel, other ones of each client."""
        cartel = _cartels(setting)
        order = np.argsort(cartel, kind="stable")
        wanted = errand.schemes.group[errand.scheme] - len(setting.brokers)
        first = np.searchsorted(cartel[order], wanted)
        count = np.searchsorted(cartel[order], wanted, side="right") - first
        turn = keyed.integers(errand.key, "turn", 0, np.minimum(count, _MOST_BROKERS))
        return as_usual(errand, broker=order[first + (errand.scheme + turn) % count])

    def act(self, setting: Setting, case: Case) -> Deed:
        """Declare a discount that depends on the cartel and the chapter."""
        cartel = _cartels(setting)[setting.traders.broker[case.trader]]
        chapter = cartel * 100 + setting.goods.hs2[case.line]
        which = keyed.derive(setting.root("cover"), "cartel list", chapter)
        takes = takes_part(case, self.name, taxed_imports(case))
        depth = depth_of(self.name, keyed.uniform(which, "discount"))
        return discounted(setting, case, self.name, takes, depth, has_own_list=True)


def _cartels(setting: Setting) -> Ints:
    """Return the cartel to which each broker belongs, -1 for most, shape (brokers,)."""
    count = len(setting.brokers)
    key = keyed.identities(setting.root("cartels"), count)
    cartels = max(_FEWEST, count // _BROKERS_A_CARTEL)
    member = keyed.happens(key, "is a member", _MEMBER_SHARE)
    # Two at least in each, so that there is somebody to share with.
    turn = np.argsort(keyed.uniform(key, "turn"), kind="stable")
    member[turn[: 2 * cartels]] = True
    cartel = keyed.integers(key, "cartel", 0, cartels)
    cartel[turn[: 2 * cartels]] = np.arange(2 * cartels) // 2
    return np.where(member, cartel, -1)
