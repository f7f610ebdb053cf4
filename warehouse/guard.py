"""The gate in front of published data: one question over the published tables, or nothing.

A question is a SELECT, or DESCRIBE, SUMMARIZE or EXPLAIN of one, or SHOW TABLES. The gate judges
DuckDB's own syntax tree, so there is no second parser to disagree with, and it lets through only
what it knows: kinds of nodes and functions are the lists of `guard.json`. Left out there on purpose
is what reads files, settings, the catalogue or other statements; what turns a short text into
gigabytes must show its bound (`guard_bounds`). A read-only file and a locked configuration are not
enough: measured on DuckDB 2.0.0, `COPY (SELECT 1) TO` the opened file still overwrites it, a
temporary macro peels views, and table functions reach the catalogue.

It runs inside the process that will answer (`query_process`), so that a text which crashes or
stalls the parser costs that process only.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data_contracts.statements import statements_beside
from warehouse.guard_bounds import bound_problem, text_problem

PUBLISHED_SCHEMA = "marts"
PUBLISHED_CATALOG = "hub"
DESCRIBING_TABLES = frozenset({"columns", "tables"})

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
# Signs by which DuckDB takes a name for a file or a pattern of files.
_FILE_SIGNS = frozenset("./\\:*?[]")
_EXPLAIN = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*explain\b", re.IGNORECASE | re.DOTALL)
_SQL = statements_beside(__file__)
# What a SELECT would answer, and what the door answers with a statement of its own.
_SHOWN_BY_DUCKDB = frozenset({"DESCRIBE", "SUMMARY"})
_SHOWN_HERE = frozenset({"tables", "__show_tables_expanded"})
_SERIALISE = (
    "select json_serialize_sql(?::varchar, skip_null := true, skip_empty := true,"
    " skip_default := true)"
)
# What a name without a schema can reach beside the published tables.
_INTERNAL_VIEWS = (
    "select lower(view_name) from duckdb_views() where internal"
    " and schema_name <> 'information_schema'"
)

Node = dict[str, Any]


class RefusedStatementError(ValueError):
    """The statement is not one question over the published tables; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStatement:
    """A statement that passed.

    Attributes:
        sql: What may run: the statement, or the door's own that answers it.
        is_select: It is a plain SELECT, which can be limited from outside.
        tables: The tables it names, sorted.
        functions: The functions it names, sorted.
    """

    sql: str
    is_select: bool
    tables: tuple[str, ...]
    functions: tuple[str, ...]


def check_statement(sql: str) -> CheckedStatement:
    """Return what may run of `sql`, if it is one question over published tables.

    Args:
        sql: The statement as it came, as long as `text_problem` allows.

    Raises:
        RefusedStatementError: Anything else: several statements, another kind of statement, one
            that cannot be parsed, an unknown table, a function outside the list or without bound.
    """
    if problem := text_problem(sql):
        raise RefusedStatementError(problem)
    question = _question(sql)
    root = _syntax_tree(question)["statements"][0]["node"]
    shown = root.get("from_table", {})
    is_show = shown.get("type") == "SHOW_REF"
    if is_show and shown.get("show_type") not in _SHOWN_BY_DUCKDB:
        return _shown_tables(shown)
    # Only at the root, where nothing can be built upon the answer.
    seen = root | {"from_table": shown["query"]} if is_show else root
    nodes = list(_nodes(seen))
    internal = _internal_views()
    for node in nodes:
        _check_node(node)
    common = _common_table_names(nodes, internal)
    tables = {_table(node, common, internal) for node in nodes if node.get("type") == "BASE_TABLE"}
    functions = {_function(node) for node in nodes if "function_name" in node}
    return CheckedStatement(
        sql=sql,
        is_select=question == sql and not is_show,
        tables=tuple(sorted(tables - {""})),
        functions=tuple(sorted(functions)),
    )


def instead_of(name: str) -> str:
    """Return how DuckDB writes what other systems call `name`; '' when nothing is known."""
    return str(_lists()["instead"].get(name.lower(), ""))


def _question(sql: str) -> str:
    """Return the SELECT in `sql`: all of it, or what EXPLAIN is to explain."""
    kind = _kind(sql)
    explained = _EXPLAIN.match(sql)
    question = sql[explained.end() :] if kind == "EXPLAIN" and explained else sql
    if kind == "EXPLAIN" and _kind(question, "EXPLAIN takes a SELECT alone: ") == "SELECT":
        return question
    if kind != "SELECT":
        message = f"only SELECT is allowed, found {kind}"
        if kind == "MULTI":
            message = "only SELECT is allowed; PIVOT needs its values: PIVOT t ON a IN ('x', 'y')"
        raise RefusedStatementError(message)
    return sql


def _kind(sql: str, about: str = "") -> str:
    try:
        statements = _parser().extract_statements(sql)
    except duckdb.Error as error:
        # The parser speaks of the statement only, never of data.
        message = f"{about}the statement cannot be parsed: {str(error).splitlines()[0]}"
        for form, instead in _lists()["phrases_instead"]:
            message += f"; {instead}" if re.search(form, sql, re.IGNORECASE) else ""
        raise RefusedStatementError(message) from error
    if len(statements) != 1:
        message = f"{about}expected one statement, found {len(statements)}"
        raise RefusedStatementError(message)
    try:
        return str(statements[0].type.name)
    except ValueError:  # a kind that DuckDB's own Python does not know
        return "another kind of statement"


def _syntax_tree(sql: str) -> Node:
    try:
        row = _parser().execute(_SERIALISE, [sql]).fetchone()
        tree: Node = json.loads(row[0]) if row else {}
    except (duckdb.Error, RecursionError, ValueError) as error:
        message = "the statement is nested too deep or cannot be read"
        raise RefusedStatementError(message) from error
    if tree.get("error", True) or len(tree.get("statements", ())) != 1:
        message = "the statement is not a plain SELECT"
        raise RefusedStatementError(message)
    return tree


def _shown_tables(shown: Node) -> CheckedStatement:
    name = str(shown.get("table_name", "")).strip('"').lower()
    if name not in _SHOWN_HERE:
        message = f"SHOW {name} is not answered; SHOW TABLES is, and DESCRIBE <table>"
        raise RefusedStatementError(message)
    sql = _SQL["shown_tables"]
    return CheckedStatement(sql=sql, is_select=False, tables=(), functions=())


def _nodes(tree: object) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            yield entry
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)


def _check_node(node: Node) -> None:
    kind = node.get("type")
    if isinstance(kind, str) and kind not in _lists()["nodes"]:
        message = f"{kind} is not allowed here; only SELECT over published tables is"
        raise RefusedStatementError(message)
    if "at_clause" in node:
        message = "AT is not allowed: a release has one state"
        raise RefusedStatementError(message)
    if "pivot_enum" in node:
        message = "PIVOT needs its values written in the statement: IN ('x', 'y')"
        raise RefusedStatementError(message)
    if kind == "TYPE":
        _check_type(node)
    if kind == "TABLE_FUNCTION" and (name := _function(node["function"])) not in _lists()["tables"]:
        message = f"{name} is no table; of functions only {', '.join(_lists()['tables'])} are"
        raise RefusedStatementError(message)


def _check_type(node: Node) -> None:
    name = ".".join(str(part).lower() for part in node["qualified_name"]["path"])
    if name in _lists()["types"]:
        return
    message = f"{name!r} is no type here"
    if instead := _lists()["types_instead"].get(name):
        message += f"; write {instead}"
    elif close := get_close_matches(name, _lists()["types"], n=3):
        message += f"; did you mean {' or '.join(close)}?"
    raise RefusedStatementError(message)


def _common_table_names(nodes: list[Node], internal: frozenset[str]) -> set[str]:
    """Return the names of the CTEs; a CTE may hide neither an internal view nor a file.

    Otherwise `with a as (from duckdb_views), duckdb_views as (select 1)` would read the catalogue:
    the first mention binds before the second exists.
    """
    maps = (node["cte_map"].get("map", ()) for node in nodes if "cte_map" in node)
    names = {str(entry["key"]).lower() for entries in maps for entry in entries}
    for name in sorted(names):
        if name in internal or _FILE_SIGNS.intersection(name):
            message = f"{name!r} cannot name a common table expression; take another name"
            raise RefusedStatementError(message)
    return names


def _table(node: Node, common: set[str], internal: frozenset[str]) -> str:
    """Return `schema.table` of a table that may be read, '' for a CTE."""
    path = [str(part).lower() for part in node["qualified_name"]["path"]]
    if len(path) == 1 and path[0] in common:
        return ""
    if len(path) == 3 and path[0] == PUBLISHED_CATALOG:  # noqa: PLR2004
        path = path[1:]
    match path:
        case [name] if _PLAIN_NAME.fullmatch(name) and name not in internal:
            return f"{PUBLISHED_SCHEMA}.{name}"
        # Not plain, DuckDB would look for a file of this name here too.
        case ["marts", name] if _PLAIN_NAME.fullmatch(name):
            return f"{PUBLISHED_SCHEMA}.{name}"
        case ["information_schema", name] if name in DESCRIBING_TABLES:
            return f"information_schema.{name}"
    message = f"table {'.'.join(path)!r} is not published; SHOW TABLES says what there is"
    raise RefusedStatementError(message)


def _function(node: Node) -> str:
    path = [str(part).lower() for part in node["qualified_name"]["path"]]
    name = ".".join(path)
    if name not in _lists()["functions"]:
        message = f"function {name!r} is not on the list of allowed functions"
        if instead := instead_of(name):
            message = f"function {name!r} is not DuckDB's; write {instead}"
        elif close := get_close_matches(name, _lists()["functions"], n=3, cutoff=0.8):
            message += f"; did you mean {' or '.join(close)}?"
        raise RefusedStatementError(message)
    problem = bound_problem(name, node)
    if name in _lists()["named"]:
        problem = _named_problem(name, node.get("arguments", ()))
    if problem:
        raise RefusedStatementError(problem)
    return name


def _named_problem(name: str, arguments: Sequence[Node]) -> str:
    """Return why a function may not be called by its name in a text; '' when it may."""
    literal = arguments[1]["expression"].get("literal", {}) if len(arguments) > 1 else {}
    called = literal.get("text", "") if literal.get("kind") == "STRING" else ""
    if called.lower() in _lists()["aggregates"]:
        return ""
    return f"{name} needs the name of an allowed aggregate: {name}(l, 'median')"


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """Return an empty database that takes statements apart and runs none of them."""
    return duckdb.connect(config={"threads": 1})


@cache
def _internal_views() -> frozenset[str]:
    return frozenset(str(name) for (name,) in _parser().execute(_INTERNAL_VIEWS).fetchall())


@cache
def _lists() -> Mapping[str, Any]:
    lists = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    functions = (name for group in lists["functions"].values() for name in group)
    return {
        "nodes": frozenset(lists["nodes"]),
        "functions": frozenset(functions),
        "aggregates": frozenset(lists["functions"]["aggregates"]),
        "named": frozenset(lists["named"]),
        "types": frozenset(lists["types"]),
        "types_instead": lists["types_instead"],
        "phrases_instead": lists["phrases_instead"],
        "tables": lists["tables"],
        "instead": lists["instead"],
    }
