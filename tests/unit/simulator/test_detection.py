"""Chances to see what differs: one table for the simulator and the judge."""

from itertools import product

import numpy as np
import pytest

from benchmark.kinds import chance_table, methods_of_kinds
from simulator.mechanisms.loading import MECHANISMS
from simulator.mechanisms.mechanism import METHODS
from simulator.reference.detection import (
    MEANT,
    SIGHTS,
    chances_by_sight,
    chances_of,
    visibility,
)
from simulator.reference.lists import rows_of

CHANCES = {
    (row["sight"], row["method"]): float(row["chance"]) for row in rows_of("detection_chances.csv")
}
FACTORS = {
    (row["mechanism"], row["method"]): float(row["factor"])
    for row in rows_of("detection_factors.csv")
}


def test_the_judge_sees_by_the_best_method_of_a_kind_and_the_best_sight() -> None:
    for kind, methods in enumerate(methods_of_kinds()):
        looks = [METHODS[method] for method in methods]
        for mask in range(2 ** len(SIGHTS)):
            sights = [sight for place, sight in enumerate(SIGHTS) if mask >> place & 1]
            seen = (CHANCES.get(pair, 0.0) for pair in product(sights, looks))
            assert chance_table()[kind, mask] == max(seen, default=0.0)


def test_every_mechanism_is_seen_by_what_it_is_visible_by_and_nothing_else() -> None:
    table = chances_by_sight()
    for kind in MECHANISMS:
        sights = [SIGHTS.index(sight) for sight in kind.visible_by]
        seen = np.array(kind.seen_by)
        assert ((seen >= 0) & (seen <= 1)).all()
        assert not seen[table[sights].max(axis=0) == 0].any()
        assert seen[METHODS.index("audit")] > 0


def test_no_look_at_the_border_sees_what_is_done_on_the_way_from_it() -> None:
    diversion = next(kind for kind in MECHANISMS if kind.name == "transit_diversion")
    border, audit = np.array(diversion.seen_by[:-1]), diversion.seen_by[-1]
    assert not border.any()
    assert audit > 0


def test_a_mechanism_is_seen_by_its_own_factors_and_else_by_those_of_all_that_are_meant() -> None:
    assert {name for name, _ in FACTORS} <= {MEANT, *(kind.name for kind in MECHANISMS)}
    for kind, (place, method) in product(MECHANISMS, enumerate(METHODS)):
        best = max(CHANCES.get((sight, method), 0.0) for sight in kind.visible_by)
        usual = FACTORS.get((MEANT, method), 1.0) if kind.intent else 1.0
        chance = min(best * FACTORS.get((kind.name, method), usual), 1.0)
        assert kind.seen_by[place] == pytest.approx(chance), (kind.name, method)


def test_a_mechanism_that_the_table_does_not_know_is_seen_as_usual() -> None:
    meant = chances_of("new", ("documents",), is_meant=True)
    honest = chances_of("new", ("documents",), is_meant=False)
    assert meant[0] < honest[0] == chances_by_sight()[0, 0]
    assert chances_of("new", (), is_meant=True) == (0.0,) * len(METHODS)


def test_three_percent_are_hardly_seen_and_half_mostly() -> None:
    small, third, half, whole = visibility(np.array([0.03, 0.3, 0.5, 1.0])).tolist()
    assert small == pytest.approx(0.022, abs=0.001)
    assert small < third < 0.8 < half < whole
