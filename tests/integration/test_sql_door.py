"""The guarded door: answers exactly, refuses everything else, leaves every file as it was."""

import hashlib
import json
import time
from decimal import Decimal

import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli import sql as sql_command
from tests.data.sql_attacks import ATTACKS
from tests.integration.built_marts import ROWS, change_build, lake_settings, make_build
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.opening import HUB_FILE
from warehouse.publish import publish
from warehouse.reading import QueryLimits, QueryRefusedError, query
from warehouse.release import current_release

SECRET_CELL = "update marts.dim_customs_office set office_name = 'not a number: tuyệt mật'"
RUNAWAY = (
    "select count(*) from marts.fct_goods_item a, marts.fct_goods_item b, marts.fct_goods_item c, "
    "marts.fct_goods_item d, marts.fct_goods_item e where a.item_number * b.item_number "
    "+ c.item_number * d.item_number + e.item_number = -1"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    settings = lake_settings(tmp_path_factory.mktemp("door"))
    layout = make_build(settings)
    change_build(layout, SECRET_CELL)
    publish(settings)
    return settings


@pytest.fixture(scope="module")
def layout(settings):
    return Layout(settings.home)


@pytest.fixture(scope="module")
def command(settings):
    """A function that runs `customs sql` with some arguments."""
    app = typer.Typer()
    sql_command.register(app)

    def run(*arguments):
        return CliRunner().invoke(app, ["--home", str(settings.home), *arguments])

    return run


def hashes(layout):
    files = [path for path in layout.home.rglob("*") if path.is_file()]
    kept = [path for path in files if layout.logs not in path.parents]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def test_json_has_columns_rows_count_and_release_and_decimals_to_the_digit(command):
    sql = "select 12345678901234567890.123456::decimal(38, 6) as amount, 7::hugeint as n"
    done = command("--json", sql)
    assert done.exit_code == 0
    assert '"rows":[[12345678901234567890.123456,7]]' in done.output
    answer = json.loads(done.output, parse_float=Decimal)
    assert answer["columns"] == ["amount", "n"]
    assert (answer["row_count"], answer["release"]) == (1, 1)


def test_json_tells_times_with_offset_and_null_for_what_is_no_number(command):
    sql = "select timestamptz '2026-01-01 07:00:00+07' as t, 'nan'::double as x, date '2026-01-02'"
    (row,) = json.loads(command("--json", sql).output)["rows"]
    assert row[0] == "2026-01-01T07:00:00+07:00"
    assert row[1:] == [None, "2026-01-02"]


def test_two_columns_of_one_name_and_no_rows_are_answered(command):
    answer = json.loads(command("--json", "select 1 as a, 2 as a where false").output)
    assert answer == {"columns": ["a", "a"], "rows": [], "row_count": 0, "release": 1}


def test_people_get_a_table_whose_text_cannot_steer_the_terminal(command):
    done = command("select chr(27) || '[31m' as word, 5 as number union all select 'b', 1234")
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert "2 rows from release 1 of analyst" in done.output
    assert done.output.splitlines()[3].endswith("1234")


def test_each_role_reads_its_own_release(command):
    sql = "select count(*) as n from marts.fct_declaration where trader_id like '0109%'"
    restricted = json.loads(command("--json", "--role", "restricted", sql).output)
    analyst = json.loads(command("--json", "--role", "analyst", sql).output)
    assert restricted["rows"] == [[ROWS - ROWS // 4]]
    assert analyst["rows"] == [[0]]
    assert isinstance(command("--role", "management", sql).exception, QueryRefusedError)


def test_an_unknown_role_is_wrong_use(command):
    assert command("--role", "everyone", "select 1").exit_code == 2


def test_no_attack_passes_the_command_and_every_file_stays_as_it_was(command, layout):
    before = hashes(layout)
    passed = []
    for attack in ATTACKS:
        file = current_release(layout, "analyst") / HUB_FILE
        done = command("--json", "--", attack.replace("{file}", str(file)))
        if not isinstance(done.exception, QueryRefusedError):
            passed.append((attack[:80], done.output))
    assert passed == []
    assert len(ATTACKS) > 100
    assert hashes(layout) == before


def test_messages_show_no_content_of_a_cell(settings, layout):
    for sql in (
        "select cast(office_name as integer) from marts.dim_customs_office",
        "select strptime(office_name, '%Y') from marts.dim_customs_office",
        "select cast(office_name as date) from marts.dim_customs_office order by 1",
    ):
        with pytest.raises(QueryRefusedError) as refused:
            query(layout, settings, "analyst", sql)
        assert "tuyệt mật" not in str(refused.value)
        assert "not a number" not in str(refused.value)


def test_an_unknown_column_is_named(settings, layout):
    with pytest.raises(QueryRefusedError, match="trader_tax_code"):
        query(layout, settings, "analyst", "select trader_tax_code from marts.fct_declaration")


def test_a_query_that_takes_too_long_is_stopped(settings, layout):
    started = time.monotonic()
    with pytest.raises(QueryRefusedError, match="longer"):
        query(layout, settings, "analyst", RUNAWAY, limits=QueryLimits(seconds=1))
    assert time.monotonic() - started < 20


def test_a_query_that_takes_too_much_memory_is_stopped(settings, layout):
    sql = (
        "with recursive r as (select 'xxxxxxxxxxxxxxxx' as x, 1 as n union all "
        "select x || x, n + 1 from r where n < 40) select max(length(x)) from r"
    )
    limits = QueryLimits(memory_mb=256, seconds=20)
    with pytest.raises(QueryRefusedError, match=r"memory|longer"):
        query(layout, settings, "analyst", sql, limits=limits)


def test_too_many_rows_are_refused_and_not_cut_off(settings, layout):
    limits = QueryLimits(maximum_rows=ROWS - 1)
    sql = "select * from marts.fct_duty_tax"
    with pytest.raises(QueryRefusedError, match="more than 59 rows"):
        query(layout, settings, "analyst", sql, limits=limits)
    assert query(layout, settings, "analyst", sql).row_count == ROWS


def test_a_large_result_is_refused(settings, layout):
    sql = "select a.*, b.* from marts.fct_goods_item a, marts.fct_goods_item b, marts.fct_duty_tax"
    with pytest.raises(QueryRefusedError, match="more than 1 MB"):
        query(layout, settings, "analyst", sql, limits=QueryLimits(maximum_mb=1))


def test_every_statement_is_in_the_record_before_and_after(settings, layout):
    query(layout, settings, "analyst", "select count(*) from marts.fct_duty_tax")
    with pytest.raises(QueryRefusedError):
        query(layout, settings, "analyst", "drop table marts.fct_duty_tax")
    log = AuditLog.of(layout)
    log.verify()
    lines = [json.loads(line) for line in log.path.read_text().splitlines()[-3:]]
    assert [line["event"] for line in lines] == ["statement", "outcome", "statement"]
    assert lines[0]["admitted"]
    assert lines[0]["tables"] == ["marts.fct_duty_tax"]
    assert (lines[1]["done"], lines[1]["rows"]) == (True, 1)
    assert not lines[2]["admitted"]
    assert lines[2]["sql"] == "drop table marts.fct_duty_tax"
