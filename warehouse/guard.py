"""The gate in front of published data: one SELECT over the published tables, or nothing.

It judges DuckDB's own syntax tree, so there is no second parser to disagree with, and it lets
through only what it knows: kinds of nodes and functions are the lists of `guard.json`. Left out
there on purpose is what reads files, settings, the catalogue or other statements, and what turns a
short text into gigabytes (repeat, lpad, range, generate_series, format). A read-only file and a
locked configuration are not enough: measured on DuckDB 2.0.0, `COPY (SELECT 1) TO` the opened file
still overwrites it, a temporary macro peels views, and table functions reach the catalogue.

Only DuckDB and the standard library are imported, so that Superset, which has an environment of its
own, loads this very file.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

# 100,000 nested subqueries crash the parser; this many characters cannot nest that deep.
MAXIMUM_CHARACTERS = 20_000
PUBLISHED_SCHEMA = "marts"
PUBLISHED_CATALOG = "hub"
DESCRIBING_TABLES = frozenset({"columns", "tables"})

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
_SERIALISE = (
    "select json_serialize_sql(?::varchar, skip_null := true, skip_empty := true,"
    " skip_default := true)"
)
_INTERNAL_VIEWS = "select lower(view_name) from duckdb_views() where internal"


class RefusedStatementError(ValueError):
    """The statement is not one SELECT over the published tables; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement that passed: the tables and functions it names, each sorted."""

    tables: tuple[str, ...]
    functions: tuple[str, ...]


def check_statement(sql: str) -> CheckedStatement:
    """Return what `sql` reads, if it is one SELECT over published tables.

    Args:
        sql: The statement as it came, at most `MAXIMUM_CHARACTERS` long.

    Raises:
        RefusedStatementError: Anything else: several statements, another kind of statement, one
            that cannot be parsed, an unknown table or a function outside the list.
    """
    if len(sql) > MAXIMUM_CHARACTERS or "\0" in sql:
        message = f"a statement has at most {MAXIMUM_CHARACTERS} characters and no NUL"
        raise RefusedStatementError(message)
    with duckdb.connect(config={"threads": 1}) as parser:
        _check_kind(parser, sql)
        nodes = list(_nodes(_syntax_tree(parser, sql)))
        internal = {str(name) for (name,) in parser.execute(_INTERNAL_VIEWS).fetchall()}
    for node in nodes:
        _check_node(node)
    common = _common_table_names(nodes, internal)
    tables = {_table(node, common) for node in nodes if node.get("type") == "BASE_TABLE"}
    functions = {_function(node) for node in nodes if "function_name" in node}
    return CheckedStatement(tuple(sorted(tables - {""})), tuple(sorted(functions)))


def _check_kind(parser: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = parser.extract_statements(sql)
    except duckdb.Error as error:
        # The parser speaks of the statement only, never of data.
        message = f"the statement cannot be parsed: {str(error).splitlines()[0]}"
        raise RefusedStatementError(message) from error
    if len(statements) != 1:
        message = f"expected one statement, found {len(statements)}"
        raise RefusedStatementError(message)
    try:
        kind = statements[0].type
    except ValueError as error:  # a kind that DuckDB's own Python does not know
        message = "only SELECT is allowed, found another kind of statement"
        raise RefusedStatementError(message) from error
    if kind != duckdb.StatementType.SELECT:
        message = f"only SELECT is allowed, found {kind.name}"
        raise RefusedStatementError(message)


def _syntax_tree(parser: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    try:
        row = parser.execute(_SERIALISE, [sql]).fetchone()
        tree = json.loads(row[0]) if row else {}
    except (duckdb.Error, RecursionError, ValueError) as error:
        message = "the statement is nested too deep or cannot be read"
        raise RefusedStatementError(message) from error
    if tree.get("error", True) or len(tree.get("statements", ())) != 1:
        message = "the statement is not a plain SELECT"
        raise RefusedStatementError(message)
    return tree


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            yield entry
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)


def _check_node(node: dict[str, Any]) -> None:
    kind = node.get("type")
    if isinstance(kind, str) and kind not in _allowed()["nodes"]:
        message = f"{kind} is not allowed; only SELECT over published tables is"
        raise RefusedStatementError(message)
    if "at_clause" in node:
        message = "AT is not allowed: a release has one state"
        raise RefusedStatementError(message)
    if kind == "TABLE_FUNCTION" and _function(node["function"]) != "unnest":
        message = "unnest is the only table function allowed"
        raise RefusedStatementError(message)


def _common_table_names(nodes: list[dict[str, Any]], internal: set[str]) -> set[str]:
    """Return the names of the CTEs; a CTE may not borrow the name of an internal view.

    Otherwise `with a as (from duckdb_views), duckdb_views as (select 1)` would read the catalogue:
    the first mention binds before the second exists.
    """
    maps = (node["cte_map"].get("map", ()) for node in nodes if "cte_map" in node)
    names = {str(entry["key"]).lower() for entries in maps for entry in entries}
    for name in sorted(names):
        if name in internal or not _PLAIN_NAME.fullmatch(name):
            message = f"{name!r} cannot name a common table expression"
            raise RefusedStatementError(message)
    return names


def _table(node: dict[str, Any], common: set[str]) -> str:
    """Return `schema.table` of a table that may be read, '' for a CTE."""
    path = [str(part).lower() for part in node["qualified_name"]["path"]]
    if len(path) == 1 and path[0] in common:
        return ""
    if len(path) == 3 and path[0] == PUBLISHED_CATALOG:  # noqa: PLR2004
        path = path[1:]
    match path:
        case ["marts", name]:
            return f"{PUBLISHED_SCHEMA}.{name}"
        case ["information_schema", name] if name in DESCRIBING_TABLES:
            return f"information_schema.{name}"
    message = (
        f"table {'.'.join(path)!r} is not published; read {PUBLISHED_SCHEMA}.<table>, "
        "or information_schema.tables and information_schema.columns for what there is"
    )
    raise RefusedStatementError(message)


def _function(node: dict[str, Any]) -> str:
    path = [str(part).lower() for part in node["qualified_name"]["path"]]
    if len(path) == 1 and path[0] in _allowed()["functions"]:
        return path[0]
    message = f"function {'.'.join(path)!r} is not on the list of allowed functions"
    raise RefusedStatementError(message)


@cache
def _allowed() -> dict[str, frozenset[str]]:
    lists = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    functions = (name for group in lists["functions"].values() for name in group)
    return {"nodes": frozenset(lists["nodes"]), "functions": frozenset(functions)}
