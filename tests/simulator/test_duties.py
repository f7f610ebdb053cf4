"""Duties on every item equal an independent computation from the tariff files."""

import pytest

from simulator.arguments import SimulationArguments
from simulator.world import run
from tests.simulator.conftest import DAYS, FIRST, SCALE
from tests.simulator.duties import TABLES, DutyComparison, compare_duties
from tests.simulator.invariants import sections
from tests.simulator.outside_world import RULES, OutsideWorld

WITH_SAFEGUARD = 4
_PLANTED = sections(RULES.parent / "planted" / "duties.sql")


def _counts(section: str, word: str) -> dict[str, int]:
    (line,) = [line for line in section.splitlines() if line.startswith(f"-- {word}:")]
    listed = line.removeprefix(f"-- {word}:").strip()
    return {tax: int(lines) for tax, lines in (pair.split() for pair in listed.split(",") if pair)}


@pytest.mark.parametrize("section", _PLANTED, ids=lambda section: section.split()[2])
def test_planted_tax_lines_are_judged(section):
    world = OutsideWorld(None, None)
    world.plant(TABLES, section)
    found = compare_duties(world)
    assert found.compared == _counts(section, "lines")
    assert found.different == _counts(section, "wrong")


@pytest.fixture(scope="module")
def compared(outside) -> DutyComparison:
    """Every tax line of the tiny nation beside the one computed anew."""
    return compare_duties(outside)


def test_the_tariff_is_complete(outside):
    assert outside.lacks(TABLES) == ()


def test_every_tax_line_equals_the_tariff_files_computed_anew(compared):
    assert compared.different == {}, compared.examples
    assert min(compared.compared.get(tax, 0) for tax in "NV") > 1_000


@pytest.mark.parametrize("tax", list("NXVTMGC"))
def test_every_kind_of_tax_is_on_some_item(compared, tax):
    assert compared.compared.get(tax, 0) > 0


@pytest.mark.full
def test_a_safeguard_duty_equals_the_tariff_files_computed_anew(tmp_path):
    """In another nation: few lines are under a safeguard, and a tiny nation has few lines."""
    sources, out = ("vcis_extract", "reference"), tmp_path / "nation"
    run(
        SimulationArguments(
            out=out, first_date=FIRST, days=DAYS, scale=SCALE, seed=WITH_SAFEGUARD, only=sources
        )
    )
    found = compare_duties(OutsideWorld(out, tmp_path))
    assert found.compared.get("B", 0) > 0
    assert found.different == {}, found.examples
