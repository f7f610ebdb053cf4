"""The faulty profile breaks every invariant somewhere, and broken files are read all the same."""

import pytest

from simulator.arguments import SimulationArguments
from simulator.world import run
from tests.simulator.conftest import DAYS, FIRST, SCALE
from tests.simulator.invariants import CHECK_COUNT, all_rules, check
from tests.simulator.outside_world import OutsideWorld

pytestmark = pytest.mark.full

PROFILE = "all"


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> OutsideWorld:
    """The same tiny nation as the clean one, sent with every fault there is."""
    out = tmp_path_factory.mktemp("broken") / "nation"
    run(
        SimulationArguments(
            out=out, first_date=FIRST, days=DAYS, scale=SCALE, seed=3, faults=PROFILE
        )
    )
    return OutsideWorld(out, tmp_path_factory.mktemp("judge"), is_broken=True)


@pytest.mark.parametrize("invariant", range(1, CHECK_COUNT + 1))
def test_every_invariant_is_broken_on_purpose(broken, outside, invariant):
    rules = [rule for rule in all_rules() if rule.invariant == invariant]
    found = [check(broken, rule) for rule in rules if check(outside, rule).holds]
    assert [finding.rule.name for finding in found if not finding.holds]


def test_some_files_are_cut_or_in_another_encoding(broken):
    broken.load(("tk", "hang", "thue", "sukien", "dn"))
    assert broken.refused


def test_some_records_are_of_the_test_office(broken):
    broken.load(("tk",))
    offices = broken.connection.table("tk_distinct").filter("MA_HQ = '88AB'")
    assert offices.aggregate("count(*)").fetchall()[0][0] > 0


def test_some_units_are_missing(broken, outside):
    missing = []
    for world in (outside, broken):
        world.load(("hang",))
        units = world.connection.table("hang_distinct").filter("MA_DVT1 is null")
        missing += units.aggregate("count(*)").fetchall()[0]
    assert missing[0] == 0 < missing[1]
