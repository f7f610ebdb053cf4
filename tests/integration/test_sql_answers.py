"""What analysts expect of the door: names, durations, tables that are told, hints, every type."""

import json

import pytest

from tests.integration.built_marts import ROWS, published
from warehouse.door import QueryRefusedError
from warehouse.reading import query
from warehouse.release import current_release


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    # Some are refused here on purpose.
    home = tmp_path_factory.mktemp("answers")
    return published(home, roles=["analyst"], refusal_delay_seconds=0)


def test_an_interval_is_text_for_people_and_seconds_in_json(command):
    sql = (
        "select timestamp '2026-01-03 02:02:06.5' - timestamp '2026-01-02 01:00:00' as waited, "
        "[interval 90 minute] as l, interval '-1 hour' as ago, interval 0 second as none, {'a': "
        "interval 2 day} as s"
    )
    (row,) = json.loads(command("--json", sql).output)["rows"]
    assert row == [90126.5, [5400], -3600, 0, {"a": 172800}]
    shown = command(sql).output.splitlines()[2]
    assert "1 day 01:02:06.5" in shown
    assert '["01:30:00"]' in shown
    assert "-01:00:00" in shown
    assert '{"a":"2 days 00:00:00"}' in shown


def test_months_are_text_for_people_and_in_json_since_they_have_no_length(command):
    sql = (
        "select interval 1 month as m, age(date '2026-03-03', date '2025-01-01') as age, "
        "[interval '-14 months', interval 30 day] as l, {'INTERVAL': interval '1 month 02:00:00', "
        "'b': '1 month'} as s, map {interval 1 month: 1, interval 1 day: 2} as keys, "
        "row(interval 1 year, 'x') as r, null::interval as nothing, [null::interval] as nothings, "
        "interval 30 day as days, 'INTERVAL' as word"
    )
    (row,) = json.loads(command("--json", sql).output)["rows"]
    assert row == [
        "1 month",
        "1 year 2 months 2 days",
        ["-1 year -2 months", 2592000],
        {"INTERVAL": "1 month 02:00:00", "b": "1 month"},
        {"1 month": 1, "86400": 2},
        ["1 year", "x"],
        None,
        [None],
        2592000,
        "INTERVAL",
    ]
    shown = command(sql).output.splitlines()[2].split("  ")
    assert [cell for cell in shown if cell][:2] == ["1 month", "1 year 2 months 2 days"]


def test_durations_come_in_the_order_that_was_asked_for(settings, layout):
    sql = "select i, to_months(i::int) from range(20000) t(i) order by i desc"
    rows = query(layout, settings, "analyst", sql).rows
    assert [row[0] for row in rows] == list(range(19999, -1, -1))
    assert {type(text) for _, text in rows[:-1]} == {str}


def test_a_table_is_found_by_its_name_alone_and_listed_once(settings, layout):
    assert query(layout, settings, "analyst", "select count(*) from fct_duty_tax").rows == [(ROWS,)]
    listed = "select table_name from information_schema.tables"
    tables = [name for (name,) in query(layout, settings, "analyst", listed).rows]
    manifest = json.loads((current_release(layout, "analyst") / "manifest.json").read_text())
    assert sorted(tables) == sorted(manifest["tables"])
    assert [name for (name,) in query(layout, settings, "analyst", "show tables").rows] == sorted(
        tables
    )
    columns = "select count(*) from information_schema.columns where table_name = 'fct_duty_tax'"
    ((count,),) = query(layout, settings, "analyst", columns).rows
    assert count == len(manifest["tables"]["fct_duty_tax"]["columns"])


def test_describe_summarize_and_explain_are_answered(settings, layout, command):
    described = query(layout, settings, "analyst", "describe fct_duty_tax").rows
    assert ("declaration_number", "VARCHAR") in [row[:2] for row in described]
    summed = query(layout, settings, "analyst", "summarize fct_duty_tax")
    assert len(summed.rows) == len(described)
    plan = command("explain select count(*) from fct_duty_tax").output
    assert "Seq Scan" in plan
    assert "�" not in plan


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("pivot (from values ('a', 1), ('b', 2), ('a', 3)) t(k, v) on k in ('a', 'b') using sum(v)",
         [(4, 2)]),
        ("unpivot (select 1 as a, 2 as b) on a, b into name n value v", [("a", 1), ("b", 2)]),
        ("select lpad('7', 3, '0'), printf('%03d', 7), format('{:,}', 1234567)",
         [("007", "007", "1,234,567")]),
        ("select count(*) from range(date '2026-01-01', date '2027-01-01', interval 1 month)",
         [(12,)]),
        ("select json_object('a', 1) ->> 'a', list_reduce([1, 2, 3], lambda a, b: a + b)",
         [("1", 6)]),
        ("with tables as (select 1 as n) select n from tables", [(1,)]),
    ],
)  # fmt: skip
def test_what_analysts_expect_is_answered(settings, layout, sql, rows):
    assert query(layout, settings, "analyst", sql).rows == rows


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select * from fct_declarations", "did you mean fct_declaration"),
        ("select * from marts.goods_item", "did you mean .*fct_goods_item"),
        ("select tradr_id from fct_declaration", "did you mean trader_id"),
        ("select d.tradr_id from fct_declaration d", "did you mean trader_id"),
        ("select hs6_code from fct_declaration", "it is a column of .*fct_goods_item"),
        ("select founded_yea from dim_trader", "did you mean founded_year\\?$"),
        ("select nothing_like_it from fct_declaration", '"nothing_like_it" not found'),
        ("select * from wholly_unknown_thing", "SHOW TABLES says what there is"),
        ("select to_char(registered_at, 'YYYY') from fct_declaration", "write strftime"),
        ("select nvl(trader_id, '') from fct_declaration", "write coalesce"),
        ("select sysdate from fct_declaration", "write current_date"),
    ],
)
def test_an_unknown_name_brings_what_may_be_meant(settings, layout, sql, told):
    with pytest.raises(QueryRefusedError, match=told):
        query(layout, settings, "analyst", sql)


VALUES = (
    "timestamp 'infinity'", "date '5000-01-01 (BC)'", "timestamptz '200000-01-01'", "'x'::blob",
    "time '24:00'", "timetz '10:00:00+07'", "uuid()", "123::hugeint", "'101'::bit",
    "map {1: 'a'}", "map {[1]: 'a'}",
    "map {date '2026-01-01': 1}", "union_value(a := 1)", "'a'::enum('a')", "[1, 2]::int[2]",
    "'{}'::json", "interval 9999999 day", "timestamp_ns '2026-01-01 00:00:00.123456789'", "null",
)  # fmt: skip


def test_a_value_of_any_type_is_answered_to_people_and_programs(command):
    sql = f"select {', '.join(VALUES)}"
    assert command(sql).exit_code == 0
    (row,) = json.loads(command("--json", sql).output)["rows"]
    assert len(row) == len(VALUES)
