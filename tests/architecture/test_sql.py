"""The marts add exact numbers, and no SQL is glued together in Python."""

import re
from collections import ChainMap
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlglot import parse
from sqlglot.errors import ParseError

from data_contracts.loading import contracts_of
from data_contracts.statements import files_beside, statements_beside
from tests.architecture.tree import HOUSES, REPOSITORY, tracked_files

FLOAT = re.compile(r"\b(double|float|real|float8|float4)\b", re.IGNORECASE)
SUM = re.compile(r"\b(?:sum|avg|stddev\w*|var_\w+)\s*\(", re.IGNORECASE)
GLUED = re.compile(
    r"""(?:\bf["']{1,3}|["']\s*\+\s*["']{1,3})"""
    r"""\s*(?:select|insert into|update|delete from|with)\s""",
    re.IGNORECASE,
)
NAMED = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
# A build of the same lake gives the same marts, so that it need not be made twice.
CLOCK = re.compile(
    r"\b(current_(?:date|time|timestamp)|get_current_\w+|localtime\w*|(?:now|today|random|uuid)\(\))",
    re.IGNORECASE,
)
# A probability and a margin are what the model gave: never added up in a mart.
MEASURED_BY_A_MODEL = {"margin", "probability"}


def float_sums(sql: str) -> list[str]:
    """Return the sums over binary floats in a model's text."""
    calls = (_call(sql, match.start(), match.end()) for match in SUM.finditer(sql))
    return [call for call in calls if FLOAT.search(call)]


def _call(sql: str, start: int, inside: int) -> str:
    depth, end = 1, inside
    while depth and end < len(sql):
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        end += 1
    return sql[start:end]


def glued_sql(python: str) -> list[str]:
    """Return the places where a Python text glues an SQL statement."""
    return [match.group(0) for match in GLUED.finditer(python)]


def test_no_mart_sums_floats():
    models = [path for path in tracked_files() if "dbt_project/models" in str(path)]
    found = {p.name: float_sums(p.read_text()) for p in models if p.suffix == ".sql"}
    assert {name: sums for name, sums in found.items() if sums} == {}


def test_no_model_looks_at_a_clock_or_draws_lots():
    texts = [path for path in tracked_files() if "dbt_project" in str(path)]
    found = {p.name: CLOCK.findall(p.read_text()) for p in texts if p.suffix == ".sql"}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize("text", ["current_date - 1", "now()", "GET_CURRENT_TIMESTAMP()"])
def test_a_planted_look_at_a_clock_is_caught(text):
    assert CLOCK.search(text)


def test_a_planted_float_sum_is_caught():
    assert float_sums("select sum(cast(invoice_amount as double)) from items")
    assert float_sums("select avg(round(a / b, 2)::float) from items")
    assert not float_sums("select sum(cast(invoice_amount as decimal(22, 4))) from items")


def test_every_amount_of_a_mart_is_exact():
    inexact = [
        (contract.name, field.name)
        for contract in contracts_of("mart")
        for field in contract.fields
        if FLOAT.search(field.sql_type) and field.name not in MEASURED_BY_A_MODEL
    ]
    assert inexact == []


def test_no_sql_is_glued_in_python():
    found = {}
    for path in tracked_files():
        relative = path.relative_to(REPOSITORY)
        if relative.suffix == ".py" and relative.parts[0] in HOUSES:
            places = glued_sql(path.read_text(encoding="utf-8"))
            if places:
                found[str(relative)] = places
    assert found == {}


def statement_files(files: Iterable[Path]) -> list[Path]:
    """Return the files of SQL that is no model and no test's."""
    sql = (path.relative_to(REPOSITORY) for path in files if path.suffix == ".sql")
    return [path for path in sql if path.parts[0] not in {"dbt_project", "tests"}]


def wrong_statements(file: Path) -> dict[str, str]:
    """Return what is wrong with the statements of a file by their names: '' when nothing is."""
    module = file.with_name(f"{file.name.split('.')[0]}.py")
    if not module.is_file():
        return {str(file): "no module is beside it"}
    text = file.read_text()
    dialect = "sqlite" if "SQLite" in text.split("\n", 1)[0] else "duckdb"
    run, names = statements_beside(str(module)), NAMED.findall(text)
    twice = [name for name in names if all_names(module).count(name) > 1]
    found = "" if names else "no statement has a name"
    return {str(file): f"{twice} stand twice" if twice else found} | {
        f"{file} {name}": unread(run[name], dialect)
        or ("" if f'"{name}"' in module.read_text() else "not run")
        for name in names
    }


def all_names(module: Path) -> list[str]:
    """Return the names of a module's statements, as often as they stand."""
    return [name for file in files_beside(module) for name in NAMED.findall(file.read_text())]


def unread(sql: str, dialect: str) -> str:
    """Return what is wrong with the text of a statement, '' when nothing is."""
    try:
        parse(sql, dialect=dialect)
    except ParseError as error:
        return str(error)
    return ""


def test_every_statement_is_sql_that_the_module_beside_it_runs():
    found = [wrong_statements(REPOSITORY / file) for file in statement_files(tracked_files())]
    wrong = dict(ChainMap(*found))
    assert len(wrong) > 40
    assert {name: problem for name, problem in wrong.items() if problem} == {}


@pytest.mark.parametrize(
    ("sql", "module", "problem"),
    [
        ("-- name: one\nselect 1", 'SQL["one"]', ""),
        ("-- name: one\nselect 1", "", "not run"),
        ("-- name: one\nselect from where", 'SQL["one"]', "Expected"),
        ("select 1", 'SQL["one"]', "no statement has a name"),
        ("select 1", None, "no module is beside it"),
    ],
)
def test_a_planted_statement_is_judged(tmp_path, sql, module, problem):
    (tmp_path / "planted.sql").write_text(sql)
    if module is not None:
        (tmp_path / "planted.py").write_text(module)
    found = "".join(wrong_statements(tmp_path / "planted.sql").values())
    assert found.startswith(problem)
    assert bool(found) == bool(problem)


def test_a_statement_that_stands_in_two_files_of_a_module_is_caught(tmp_path):
    for name in ("planted.sql", "planted.more.sql"):
        (tmp_path / name).write_text("-- name: one\nselect 1")
    (tmp_path / "planted.py").write_text('SQL["one"]')
    assert (
        "stand twice"
        in wrong_statements(tmp_path / "planted.more.sql")[str(tmp_path / "planted.more.sql")]
    )


@pytest.mark.parametrize("text", ['f"select {column} from t"', '"x" + "select 1"'])
def test_planted_glued_sql_is_caught(text):
    assert glued_sql(text)
