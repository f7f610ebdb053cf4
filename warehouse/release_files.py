"""Writes the DuckDB files of a release: one per month, and the hub with views over them.

Runs inside the connection that has the build open; the new files are attached to it under the names
that every reader uses (`opening`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from sqlglot import exp

from warehouse import opening
from warehouse.masked_tables import MaskedTable, current_rows, masked_name, month_condition
from warehouse.pseudonym_tables import MARTS

PARTS = "parts"


def month_fingerprints(tables: Sequence[MaskedTable], salt: str) -> dict[str, str]:
    """Return the fingerprint of each month's content, in the order of months.

    Args:
        tables: The tables of the release.
        salt: Whatever else decides the bytes: DuckDB's version, the key of the pseudonyms.
    """
    written = [table for table in tables if table.contract.month_column and not table.is_view]
    months = sorted({month for table in written for month in table.parts})
    return {month: _fingerprint(written, month, salt) for month in months}


def hub_fingerprint(tables: Sequence[MaskedTable], months: Mapping[str, str], salt: str) -> str:
    """Return the fingerprint of the hub: its own tables and the views over the months."""
    content = [
        [table.name, table.version_table, dict(table.columns), _part_list(table)]
        for table in tables
    ]
    return _digest([salt, content, sorted(months.items())])


def write_month(
    connection: duckdb.DuckDBPyConnection, path: Path, month: str, tables: Sequence[MaskedTable]
) -> None:
    """Write the file of one month: the rows of every table that has some in it."""
    catalog = opening.month_catalog(month)
    with _attached(connection, path, catalog):
        _make_schema(connection, catalog)
        for table in tables:
            column = table.contract.month_column
            if column and month in table.parts and not table.is_view:
                rows = _ordered_rows(table).where(month_condition(column, month))
                _make(connection, "TABLE", (catalog, table.name), rows)


def write_hub(
    connection: duckdb.DuckDBPyConnection,
    release: Path,
    tables: Sequence[MaskedTable],
    months: Sequence[str],
) -> None:
    """Write the hub over the month files of `release`, which must be there."""
    for month in months:
        file = opening.month_file(release, month)
        _attach(connection, file, opening.month_catalog(month), read_only=True)
    with _attached(connection, release / opening.HUB_FILE, opening.HUB_CATALOG):
        _make_schema(connection, opening.HUB_CATALOG)
        for table in sorted(tables, key=lambda entry: (entry.is_view, entry.name)):
            kind, rows = _hub_entry(table)
            _make(connection, kind, (opening.HUB_CATALOG, table.name), rows)
    for month in months:
        _detach(connection, opening.month_catalog(month))


def _hub_entry(table: MaskedTable) -> tuple[str, exp.Query]:
    if table.version_table is not None:
        return "VIEW", current_rows(table, _name(opening.HUB_CATALOG, table.version_table))
    if table.contract.month_column is None or not table.parts:
        return "TABLE", _ordered_rows(table)
    columns = [exp.column(name, quoted=True) for name in table.columns]
    months = [
        exp.select(*columns).from_(_name(opening.month_catalog(month), table.name))
        for month in sorted(table.parts)
    ]
    return "VIEW", exp.union(*months, distinct=False) if len(months) > 1 else months[0]


def _ordered_rows(table: MaskedTable) -> exp.Select:
    order = [exp.column(name, quoted=True) for name in table.contract.grain]
    source = exp.table_(masked_name(table.name), quoted=True)
    return exp.select(exp.Star()).from_(source).order_by(*order)


def _make(
    connection: duckdb.DuckDBPyConnection, kind: str, name: tuple[str, str], rows: exp.Query
) -> None:
    made = exp.Create(kind=kind, this=_name(*name), expression=rows)
    connection.execute(made.sql(dialect="duckdb"))


def _make_schema(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    schema = exp.Table(db=exp.to_identifier(_schema(catalog)), catalog=exp.to_identifier(catalog))
    connection.execute(exp.Create(kind="SCHEMA", this=schema).sql(dialect="duckdb"))


def _name(catalog: str, table: str) -> exp.Table:
    return exp.table_(table, db=_schema(catalog), catalog=catalog, quoted=True)


def _schema(catalog: str) -> str:
    """Return the schema of a file: readers who look for tables in `marts` find each one once."""
    return MARTS if catalog == opening.HUB_CATALOG else PARTS


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, path: Path, catalog: str) -> Iterator[None]:
    _attach(connection, path, catalog, read_only=False)
    yield
    # Detaching writes everything into the file and removes its log.
    _detach(connection, catalog)


def _attach(
    connection: duckdb.DuckDBPyConnection, path: Path, catalog: str, *, read_only: bool
) -> None:
    mode = exp.AttachOption(this=exp.var("READ_ONLY" if read_only else "READ_WRITE"))
    file = exp.alias_(exp.Literal.string(str(path)), catalog)
    connection.execute(exp.Attach(this=file, expressions=[mode]).sql(dialect="duckdb"))


def _detach(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    connection.execute(exp.Detach(this=exp.to_identifier(catalog)).sql(dialect="duckdb"))


def _fingerprint(tables: Sequence[MaskedTable], month: str, salt: str) -> str:
    content = [
        [table.name, dict(table.columns), part.row_count, part.content_hash]
        for table in sorted(tables, key=lambda entry: entry.name)
        if (part := table.parts.get(month))
    ]
    return _digest([salt, content])


def _part_list(table: MaskedTable) -> list[list[str | int]]:
    parts = sorted(table.parts.items())
    return [[name, part.row_count, part.content_hash] for name, part in parts]


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
