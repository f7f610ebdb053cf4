"""That data are simulated goes with them from the landed files into every role's release."""

import pytest

from ingestion.land import land_files
from orchestration.operations.build import SCORE_MART, build
from tests.builders import hang, tk, write_csv
from tests.unit.simulator.nation import simulate
from warehouse.engine import build_connection
from warehouse.layout import Layout
from warehouse.publish import ROLES, publish
from warehouse.reading import open_release
from warehouse.settings import LakeSettings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024)
    simulate(folder / "world", days=2, only=("reference",))
    land_files(settings, "reference", [folder / "world" / "reference"])
    real = [("tk", tk(NGAY_DK="2025-03-01 01:15:00")), ("hang", hang())]
    for name, row in real:
        land_files(settings, "vcis_extract", [write_csv(folder / f"{name}_20250301_1.csv", [row])])
    build(settings)
    return settings


def notes(settings):
    published = publish(settings)
    found = {}
    for role in ROLES:
        with open_release(Layout(settings.home), role) as reader:
            rows = reader.execute("select simulated_sources from marts.dim_release").fetchall()
        found[role] = (published[role].manifest.simulated_sources, rows)
    return found


def test_only_the_source_with_simulated_files_is_told_and_by_every_role(settings):
    expected = (["reference"], [("reference",)])
    assert notes(settings) == dict.fromkeys(ROLES, expected)


def test_a_partial_build_says_of_its_sources_what_the_whole_one_said(settings):
    build(settings, select=SCORE_MART)
    assert notes(settings)["management"][0] == ["reference"]


def test_the_build_itself_names_no_release(settings):
    with build_connection(Layout(settings.home), settings, read_only=True) as connection:
        rows = connection.execute(
            "select release_number, published_at, as_of_date::varchar from marts.dim_release"
        ).fetchall()
    assert rows == [(0, None, "2025-03-01")]
