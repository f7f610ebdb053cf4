"""The guarded door: answers exactly, refuses everything else, leaves every file as it was."""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import typer
from typer.testing import CliRunner

from data_contracts.errors import CustomsDataError
from orchestration.cli import audit as audit_command
from tests.architecture.tree import REPOSITORY
from tests.audit_record import last_line
from tests.data.sql_attacks import ATTACKS
from tests.integration.built_marts import ROWS, lake_settings, published
from warehouse.audit import AuditLog
from warehouse.door import QueryRefusedError
from warehouse.layout import Layout
from warehouse.opening import HUB_FILE
from warehouse.reading import query
from warehouse.release import current_release

SECRET_CELL = "update marts.dim_customs_office set office_name = 'not a number: tuyệt mật'"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    home = tmp_path_factory.mktemp("door")
    # Hundreds are refused here on purpose.
    return published(home, SECRET_CELL, refusal_delay_seconds=0, queries_per_role=8)


def customs(settings, *arguments, **environment):
    """Run the real command, as a terminal would."""
    program = "from orchestration.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments, "--home", str(settings.home)],
        env={**os.environ, "CUSTOMS_REFUSAL_DELAY_SECONDS": "0", **environment},
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )


def hashes(layout):
    files = [path for path in layout.home.rglob("*") if path.is_file()]
    changing = {layout.logs, layout.locks}
    kept = [path for path in files if not changing.intersection(path.parents)]
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
    done = command("--json", sql)
    assert done.exit_code == 0, (done, done.exception)
    (row,) = json.loads(done.output)["rows"]
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


def refuse_all(attacks, settings, layout):
    file = current_release(layout, "analyst") / HUB_FILE

    def passes(attack):
        try:
            query(layout, settings, "analyst", attack.replace("{file}", str(file)))
        except QueryRefusedError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        passed = list(pool.map(passes, attacks))
    return [attack for attack, through in zip(attacks, passed, strict=True) if through]


def test_no_attack_passes_the_door_and_every_file_stays_as_it_was(settings, layout):
    # The gate alone judges all of them in tests/unit; each eighth goes the whole way here.
    before = hashes(layout)
    assert refuse_all(ATTACKS[::8], settings, layout) == []
    assert hashes(layout) == before


@pytest.mark.full
def test_no_attack_of_all_passes_the_door(settings, layout):
    before = hashes(layout)
    assert refuse_all(ATTACKS, settings, layout) == []
    assert hashes(layout) == before
    assert len(ATTACKS) > 300


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


def test_every_statement_is_in_the_record_before_and_after(settings, layout):
    query(layout, settings, "analyst", "select count(*) from marts.fct_duty_tax")
    with pytest.raises(QueryRefusedError):
        query(layout, settings, "analyst", "drop table marts.fct_duty_tax")
    log = AuditLog.of(layout)
    assert log.verify().lines > 3
    lines = [json.loads(line) for line in log.path.read_text().splitlines()[-3:]]
    assert [line["event"] for line in lines] == ["statement", "outcome", "statement"]
    assert lines[0]["admitted"]
    assert lines[0]["tables"] == ["marts.fct_duty_tax"]
    assert (lines[1]["done"], lines[1]["rows"]) == (True, 1)
    assert not lines[2]["admitted"]
    assert lines[2]["sql"] == "drop table marts.fct_duty_tax"


def test_a_statement_too_long_to_run_is_recorded_by_hash_and_head(settings, layout):
    sql = "select '" + "đ" * 5_000_000 + "'"
    size = AuditLog.of(layout).path.stat().st_size
    with pytest.raises(QueryRefusedError, match="at most 20,000 characters"):
        query(layout, settings, "analyst", sql)
    line = last_line(layout)
    assert line["sql_sha256"] == hashlib.sha256(sql.encode()).hexdigest()
    assert (line["sql_characters"], line["sql"]) == (len(sql), sql[:1000])
    assert AuditLog.of(layout).path.stat().st_size - size < 10_000


def test_who_asks_before_anything_is_published_is_recorded_too(tmp_path):
    settings = lake_settings(tmp_path)
    with pytest.raises(CustomsDataError, match="run customs publish"):
        query(Layout(tmp_path), settings, "analyst", "select 1")
    assert last_line(Layout(tmp_path))["sql"] == "select 1"


def test_bytes_that_are_no_utf8_get_a_message_and_are_recorded(settings, layout):
    done = customs(settings, "sql", b"select '\xff\xfe'")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"customs: the statement is not UTF-8: its character 9 cannot be read\n"
    assert last_line(layout)["sql"] == "select '\udcff\udcfe'"


def test_seconds_without_end_are_wrong_use_and_recorded(settings, layout):
    done = customs(settings, "sql", "--json", "--seconds", "5000000000", "select 17")
    assert done.returncode == 2
    assert "from 1 to 3600 s" in json.loads(done.stdout)["message"]
    assert last_line(layout)["sql"] == "select 17"


ASCII = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}


def test_a_terminal_that_is_not_utf8_gets_a_message_and_json_all_the_same(settings, layout):
    sql = "select 'Đà Nẵng' as n"
    told = customs(settings, "sql", sql, **ASCII)
    assert told.returncode == 1
    assert b"writes ascii" in told.stderr
    assert b"--json" in told.stderr
    assert told.stdout == b""
    assert (last_line(layout)["event"], last_line(layout)["done"]) == ("outcome", True)
    done = customs(settings, "sql", "--json", sql, **ASCII)
    assert json.loads(done.stdout)["rows"] == [["Đà Nẵng"]]
    plain = customs(settings, "sql", sql, LANG="C", LC_ALL="")
    assert "Đà Nẵng" in plain.stdout.decode()


def test_the_record_is_verified_and_a_cut_tail_shows(tmp_path):
    layout = Layout(tmp_path / "home")
    layout.ensure()
    log = AuditLog.of(layout)
    for number in range(3):
        log.append("statement", sql=f"select {number}")
    app = typer.Typer()
    audit_command.register(app)

    def verify():
        return CliRunner().invoke(app, ["audit", "verify", "--json", "--home", str(layout.home)])

    whole = verify()
    assert json.loads(whole.output)["lines"] == 3
    log.path.write_text("".join(log.path.read_text().splitlines(keepends=True)[:2]))
    assert "the last 1 of 3 lines are gone" in str(verify().exception)
