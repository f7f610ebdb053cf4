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


@pytest.mark.parametrize(
    ("name", "method", "chance"),
    [
        # Half of what papers show is seen there, and of what is meant two fifths of that.
        ("undervaluation", "documents", 0.2),
        # Its own factor takes the place of that of all that are meant: a price is asked for.
        ("broker_cartel", "value consultation", 0.6 * 0.75),
        # The better of two sights counts: goods opened, not papers beside them.
        ("mistake", "physical whole", 0.8 * 0.6),
        ("mistake", "laboratory", 0.3 * 3.1),
        ("misclassification", "laboratory", 0.3 * 3.1),
        # Nothing is seen more surely than always.
        ("short_quantity", "audit", 0.25 * 2.5),
        ("transit_diversion", "physical whole", 0.0),
    ],
)
def test_how_well_a_method_sees_a_mechanism(name, method, chance) -> None:
    kind = next(one for one in MECHANISMS if one.name == name)
    assert kind.seen_by[METHODS.index(method)] == pytest.approx(chance)


def test_factors_are_of_mechanisms_that_there_are() -> None:
    assert {name for name, _ in FACTORS} <= {MEANT, *(kind.name for kind in MECHANISMS)}


def test_a_mechanism_that_the_table_does_not_know_is_seen_as_usual() -> None:
    meant = chances_of("new", ("documents",), is_meant=True)
    honest = chances_of("new", ("documents",), is_meant=False)
    assert meant[0] < honest[0] == chances_by_sight()[0, 0]
    assert chances_of("new", (), is_meant=True) == (0.0,) * len(METHODS)


def test_three_percent_are_hardly_seen_and_half_mostly() -> None:
    small, third, half, whole = visibility(np.array([0.03, 0.3, 0.5, 1.0])).tolist()
    assert small == pytest.approx(0.022, abs=0.001)
    assert small < third < 0.8 < half < whole
