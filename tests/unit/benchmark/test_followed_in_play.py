"""What a played week registers of what follows within it."""

from datetime import date
from pathlib import Path

import numpy as np

from benchmark.judgement import Capacity
from benchmark.kinds import PHYSICAL
from benchmark.play.game import play
from benchmark.play.nation import LivedNation
from benchmark.play.opening import open_nation
from benchmark.selection import checks
from simulator.arguments import SimulationArguments


class Watcher:
    """Chooses nothing, and keeps the block of each week as it is registered."""

    name = "watcher"

    def __init__(self, nation):
        self.nation, self.rosters = nation, []

    def learn(self, outcomes):
        pass

    def choose(self, week):
        self.rosters.append(self.nation._open[0].batch.roster)
        nothing = np.full(0, week.now)
        return checks(nothing, PHYSICAL, nothing, nothing)


def test_what_follows_within_a_week_names_what_it_follows():
    """Every follow-up names the number of a declaration of its parent's second."""
    nation = LivedNation(
        open_nation(
            SimulationArguments(
                out=Path(),
                first_date=date(2025, 3, 5),
                days=56,
                scale=0.001,
                seed=5,
                warmup_days=70,
            )
        )
    )
    policy = Watcher(nation)
    play(nation, policy, Capacity(None, 0))
    rosters = policy.rosters
    known = {
        pair
        for one in rosters
        for pair in zip(one.number.tolist(), one.registered.tolist(), strict=True)
    }
    first = min(one.registered.min() for one in rosters)
    followed = [
        pair
        for one in rosters
        for pair in zip(one.parent_number.tolist(), one.parent_registered.tolist(), strict=True)
        if pair[1] >= first
    ]
    assert len(followed) > 10
    assert set(followed) <= known
    assert all(len(np.unique(one.number)) == len(one) for one in rosters)
