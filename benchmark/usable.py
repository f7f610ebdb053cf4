"""Rows of outside files that can be read and not used: a value that its column cannot hold.

`usable.csv` names the columns that readers here make days, numbers and keys of; `usable.sql` has
the macros that do it, null of what is none.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import duckdb

from data_contracts.statements import statements_beside
from measures.counted import counted

_SQL = statements_beside(__file__)
_MACROS = (
    "moment_of", "instant_of", "day_of", "number_of", "measured_of", "vnd_of", "is_moment",
    "is_day", "is_number", "is_measured", "is_vnd", "is_version", "is_base", "is_item", "is_code",
    "is_text",
)  # fmt: skip
_WITHDRAWN = "D"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column, the macro that tells whether a value is of its kind, and whether none may lack."""

    name: str
    test: str
    is_needed: bool


def _columns() -> Mapping[str, Sequence[_Column]]:
    listed = defaultdict[str, list[_Column]](list)
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            column = _Column(row["column"], f"is_{row['kind']}", row["needed"] == "1")
            listed[row["table"]].append(column)
    return listed


_COLUMNS = _columns()


@dataclass(frozen=True, slots=True)
class Unusable:
    """Rows of a table that cannot be used as they are.

    Attributes:
        table: First word of the names of its files.
        rows: How many; those that take something back are none of them.
        columns: Columns whose values these are.
    """

    table: str
    rows: int
    columns: tuple[str, ...]

    def __str__(self) -> str:
        """Return it in words."""
        columns = ", ".join(self.columns)
        return f"{self.table}: {counted(self.rows, 'row')} cannot be used, by their {columns}"


def make_readers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros that read a text as a moment, a day, a number or VND."""
    for name in _MACROS:
        connection.execute(_SQL[name])


def unusable_rows(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[str]], prefix: str
) -> list[Unusable]:
    """Return what cannot be used of some tables, those with such rows alone.

    Args:
        connection: With the tables and the macros.
        tables: Columns by table.
        prefix: Before each table's name.
    """
    found = []
    for table, names in tables.items():
        columns = [column for column in _COLUMNS.get(table, ()) if column.name in names]
        if not columns:
            continue
        rows = connection.table(f"{prefix}{table}")
        if "OP" in names:
            operation = duckdb.ColumnExpression("OP")
            rows = rows.filter(operation.isnull() | (operation != _WITHDRAWN))
        bad = [_is_bad(column) for column in columns]
        counts = rows.aggregate([_count(one) for one in (reduce(or_, bad), *bad)]).fetchall()[0]
        if counts[0]:
            own = tuple(
                column.name for column, count in zip(columns, counts[1:], strict=True) if count
            )
            found.append(Unusable(table, counts[0], own))
    return found


def _is_bad(column: _Column) -> duckdb.Expression:
    value = duckdb.ColumnExpression(column.name)
    is_none = ~duckdb.FunctionExpression(column.test, value)
    return is_none if column.is_needed else value.isnotnull() & is_none


def _count(is_counted: duckdb.Expression) -> duckdb.Expression:
    return duckdb.FunctionExpression("count_if", is_counted)
