"""Chances to see what differs: one table for the simulator and the judge."""

import numpy as np
import pytest

from benchmark.kinds import KINDS, chance_table
from simulator.mechanisms.loading import MECHANISMS
from simulator.mechanisms.mechanism import METHODS
from simulator.reference.detection import SIGHTS, chances_by_sight, chances_of, visibility


def test_the_judge_sees_with_the_chances_of_the_simulator() -> None:
    table = chances_by_sight()
    for place, sight in enumerate(SIGHTS):
        for kind, method in (("scanner", "scanner"), ("audit", "audit"), ("documents",) * 2):
            judged = chance_table()[KINDS.index(kind), 1 << place]
            assert judged == table[SIGHTS.index(sight), METHODS.index(method)]


def test_every_mechanism_is_seen_by_what_it_is_visible_by_and_nothing_else() -> None:
    table = chances_by_sight()
    for kind in MECHANISMS:
        sights = [SIGHTS.index(sight) for sight in kind.visible_by]
        seen = np.array(kind.seen_by)
        assert ((seen >= 0) & (seen <= 1)).all()
        assert not seen[table[sights].max(axis=0) == 0].any()
        assert seen[METHODS.index("audit")] > 0


def test_chances_of_published_mechanisms_stand_in_the_tables() -> None:
    for kind in MECHANISMS:
        own = chances_of(kind.name, kind.visible_by, is_meant=kind.intent)
        assert tuple(kind.seen_by) == own, kind.name


def test_a_mechanism_that_the_table_does_not_know_is_seen_as_usual() -> None:
    meant = chances_of("new", ("documents",), is_meant=True)
    honest = chances_of("new", ("documents",), is_meant=False)
    assert meant[0] < honest[0] == chances_by_sight()[0, 0]
    assert chances_of("new", (), is_meant=True) == (0.0,) * len(METHODS)


def test_three_percent_are_hardly_seen_and_half_mostly() -> None:
    small, third, half, whole = visibility(np.array([0.03, 0.3, 0.5, 1.0])).tolist()
    assert small == pytest.approx(0.022, abs=0.001)
    assert small < third < 0.8 < half < whole
