"""The models ask nothing of DuckDB alone: Sail, which speaks Spark, makes the same rows."""

import shutil

import duckdb
import pytest

from data_contracts.loading import contracts_of
from tests.compare_homes import contents, contents_of_sail, differences
from tests.integration.test_marts_of_messages import built_of_messages
from tests.processes import customs
from warehouse.layout import Layout

pytestmark = pytest.mark.full


def differences_on_sail(layout):
    done = customs("build", "--target", "sail", "--home", layout.home)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(layout.build_path), read_only=True) as built:
        made = {mart: content for mart, content in contents(built).items() if content[""][1]}
    return made, differences(made, contents_of_sail(layout))


def test_sail_makes_every_mart_of_a_nation(nation_home, tmp_path):
    layout = Layout(tmp_path / "home")
    shutil.copytree(nation_home, layout.home, ignore=shutil.ignore_patterns("landing", "published"))
    made, found = differences_on_sail(layout)
    assert set(made) == {mart.name for mart in contracts_of("mart")}
    assert found == []


def test_sail_makes_every_mart_of_messages_whose_numbers_change(tmp_path):
    assert differences_on_sail(Layout(built_of_messages(tmp_path).home))[1] == []
