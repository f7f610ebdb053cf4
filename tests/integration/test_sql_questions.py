"""Honest questions over a whole nation, for each role; what fails tells how, and no cell."""

import re
from contextlib import suppress

import duckdb
import pytest

from tests.data.sql_questions import DETAILS, FIGURES
from warehouse import guard, opening
from warehouse.guard import RefusedStatementError, check_statement
from warehouse.layout import Layout
from warehouse.query_process import describe
from warehouse.release import current_release

OF_ROLE = {"analyst": FIGURES + DETAILS, "restricted": FIGURES + DETAILS, "management": FIGURES}


@pytest.fixture(scope="module")
def open_role(nation_home):
    """A function that opens a role's release as the process of a statement does."""
    opened = {}

    def open_role(role):
        if role not in opened:
            release = current_release(Layout(nation_home), role)
            opened[role] = opening.open_hub(release, memory_mb=512, threads=1), release
        return opened[role]

    yield open_role
    for connection, _ in opened.values():
        connection.close()


def failure(connection, release, sql):
    """Return what the door tells of a statement that fails; '' when it is answered."""
    try:
        connection.execute(check_statement(sql).sql).fetchmany(9)
    except duckdb.Error as error:
        return describe(error, release)
    return ""


@pytest.mark.parametrize("role", OF_ROLE)
def test_every_honest_question_is_answered(open_role, role):
    connection, release = open_role(role)
    failures = {sql: failure(connection, release, sql) for sql in OF_ROLE[role]}
    assert {sql: told for sql, told in failures.items() if told} == {}


CALLS = (
    "{}", "{}, {}", "{}, 'x'", "'x', {}", "1, {}", "{}, 1", "date '2026-01-01', {}", "[1], {}",
    "'{\"a\": 1}', {}", "{}, 'x', 1", "'%', {}, 1", "{}, {}, {}", "now(), {}", "'a', 'b', {}",
)  # fmt: skip


def calls(name):
    """Return ways to call a function with a column: alone, and first and last among others."""
    return [f"{name}({arguments.replace('{}', 'office_name')})" for arguments in CALLS]


def shown_by_failures(connection, release, every):
    """Return what failures show of cells, and whether many failed; of the calls one in `every`."""
    names = connection.execute("select distinct office_name from dim_customs_office").fetchall()
    cells = [name for (name,) in names if name]
    assert cells
    plain = (name for name in sorted(guard._lists()["functions"]) if name.isidentifier())
    casts = [f"office_name::{kind}" for kind in guard._lists()["types"] if kind.isidentifier()]
    values = [*casts, *(call for name in plain for call in calls(name))][::every]
    shown, failed = [], 0
    for value in values:
        with suppress(RefusedStatementError):
            sql = f"select {value} from dim_customs_office"  # noqa: S608  on purpose
            told = failure(connection, release, sql)
            failed += bool(told)
            shown += [(sql, told) for cell in cells if cell in told]
    return shown, failed > len(values) // 4


def test_no_function_that_fails_shows_what_a_cell_holds(open_role):
    assert shown_by_failures(*open_role("analyst"), every=25) == ([], True)


@pytest.mark.full
def test_no_function_that_fails_in_any_way_shows_what_a_cell_holds(open_role):
    assert shown_by_failures(*open_role("analyst"), every=1) == ([], True)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select 1 from dual", "leave out FROM dual"),
        ('select * from agg_clearance_month where control_channel = "green"', "quotes: 'green'"),
        ("select trunc(month_date) from agg_clearance_month", r"write date_trunc\('month', d\)"),
        ("select date_sub(month_date, interval 1 day) from agg_clearance_month", "d [+] interval"),
        ("select decode(month_code, 'x', 1, 0) from agg_clearance_month", "write case when"),
        ("select now() - 30", "interval 30 day"),
        ("select month_date::int from agg_clearance_month", "these types cannot be cast"),
        ("select office_name::date from dim_customs_office", "try_cast makes such ones null"),
        ("select strptime(office_name, '%Y') from dim_customs_office", "try_strptime"),
        ("select (select month_code from agg_clearance_month)", "has several rows"),
        ("select json(office_name) from dim_customs_office", "json_valid says which"),
    ],
)
def test_what_fails_tells_what_to_write(open_role, sql, told):
    connection, release = open_role("analyst")
    assert re.search(told, failure(connection, release, sql))
