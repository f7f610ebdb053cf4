"""Opening a release: months under fixed names, the office's zone, locked, also for a second connection."""

import duckdb
import pytest

from tests.integration.built_marts import ROWS, lake_settings, make_build
from warehouse import opening
from warehouse.publish import publish
from warehouse.reading import open_release
from warehouse.release import current_release

ITEMS = "select count(*) from marts.fct_goods_item_version"
ZONE = "select current_setting('TimeZone')"


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    settings = lake_settings(tmp_path_factory.mktemp("opening"))
    layout = make_build(settings)
    publish(settings, roles=["analyst"])
    return layout


@pytest.fixture
def release(layout):
    return current_release(layout, "analyst")


def test_the_statements_attach_every_month_read_only(release):
    statements = opening.attach_statements(release)
    assert len(statements) == 4
    assert statements[0].endswith("as month_2026_01 (read_only, hidden)")
    assert statements[-1].endswith("as month_undated (read_only, hidden)")


def test_a_connection_of_somebody_else_is_prepared_and_a_second_one_shares_it(release):
    path = str(release / opening.HUB_FILE)
    first = duckdb.connect(path, read_only=True, config=dict(opening.CONNECTION_CONFIG))
    opening.prepare(first, release)
    second = duckdb.connect(path, read_only=True, config=dict(opening.CONNECTION_CONFIG))
    opening.prepare(second, release)
    for connection in (first, second):
        assert connection.execute(ITEMS).fetchone() == (ROWS,)
        assert connection.execute(ZONE).fetchone() == ("Asia/Ho_Chi_Minh",)
        with pytest.raises(duckdb.Error, match="locked"):
            connection.execute("set enable_external_access = true")
        connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('/etc/hostname')",
        "attach ':memory:' as mine",
        "copy (select 1) to '/tmp/customs-never.csv'",
        "insert into marts.dim_customs_office select * from marts.dim_customs_office",
        "set threads = 8",
    ],
)
def test_the_projects_own_connection_reaches_nothing_else_either(layout, statement):
    with open_release(layout, "analyst") as reader, pytest.raises(duckdb.Error):
        reader.execute(statement)


def test_a_month_with_another_name_is_never_attached():
    for name in ("2026-1", "2026-01'; drop", "../2026-01", ""):
        with pytest.raises(ValueError, match="not a month"):
            opening.month_catalog(name)
