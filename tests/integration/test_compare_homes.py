"""Two homes are told apart by one value, one row or one column, wherever it stands."""

import duckdb
import pytest

from tests.compare_homes import BUILD, compare, contents_of_home

ROWS = [(1, "A", 10), (2, "B", 20), (2, "B", 20), (None, "C", None)]


def home(folder, rows=tuple(ROWS), kind="integer", table="fct_thing"):
    (folder / "build").mkdir(parents=True)
    with duckdb.connect(str(folder / "build" / "customs.duckdb")) as connection:
        connection.execute("create schema marts")
        columns = f"number {kind}, code varchar, value_vnd integer"
        connection.execute(f"create table marts.{table} ({columns})")
        for row in rows:
            connection.table(f"marts.{table}").insert(row)
    return folder


def test_the_order_of_rows_is_no_difference(tmp_path):
    assert compare(home(tmp_path / "a"), home(tmp_path / "b", ROWS[::-1])) == []


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"rows": [(1, "A", 10), (2, "B", 20), (2, "B", 21), (None, "C", None)]}, ["value_vnd"]),
        ({"rows": ROWS[1:]}, ["code, number, value_vnd"]),
        ({"rows": [*ROWS, ROWS[0]]}, ["code, number, value_vnd"]),
        ({"rows": [(1, "B", 20), (2, "A", 10), (2, "B", 20), (None, "C", None)]}, ["which values"]),
        ({"kind": "bigint"}, ["number"]),
        ({"table": "fct_other"}, ["fct_other: in one only", "fct_thing: in one only"]),
    ],
    ids=["value", "fewer", "more", "mixed", "type", "table"],
)
def test_a_planted_difference_is_told(tmp_path, planted, told):
    lines = compare(home(tmp_path / "a"), home(tmp_path / "b", **planted))
    assert len(lines) == len(told)
    assert all(part in line for line, part in zip(lines, told, strict=True))


def test_every_release_of_a_home_is_looked_into(nation_home):
    places = contents_of_home(nation_home)
    assert set(places) == {BUILD, "analyst", "management", "restricted"}
    # Names stand in one of the releases only, so they are not the same tables read three times.
    built, restricted = places[BUILD]["dim_trader"], places["restricted"]["dim_trader"]
    assert built["trader_name"] == restricted["trader_name"]
    assert built["trader_id"] != places["analyst"]["dim_trader"]["trader_id"]
