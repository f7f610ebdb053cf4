"""Opens every DuckDB that the lake is built with: each is capped and works in UTC."""

import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from deltalake.exceptions import DeltaError
from sqlglot import exp

from data_contracts.errors import CustomsDataError
from warehouse import lake, shapes, stopping
from warehouse.layout import Layout
from warehouse.locks import BusyError
from warehouse.settings import LakeSettings

# The machine's fault, not the data's: no memory, no disk (which a commit may be the first to meet).
RESOURCE_ERRORS = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    DeltaError,
    sqlite3.OperationalError,
    MemoryError,
    OSError,
)
# DuckDB has one class for all that may go wrong with a file.
HELD = "Could not set lock"
NO_ROOM = os.strerror(errno.ENOSPC)
UNREADABLE = (
    "cannot be read; remove it and run customs build: it is made from the lake, nothing is lost"
)
_INTERRUPTED = "Query interrupted"
_CORRUPT = "Corrupt database file"


@contextmanager
def memory_connection(settings: LakeSettings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB with its own spill folder, which is removed at the end."""
    with _spill_folder(settings) as spill:
        connection = duckdb.connect(":memory:", config=_config(settings, spill))
        try:
            _set_session(connection)
            with _interruptible():
                yield connection
        finally:
            connection.close()


@contextmanager
def build_connection(
    layout: Layout, settings: LakeSettings, *, read_only: bool = False, file: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the DuckDB file that dbt built, or its draft; one process at a time may write it.

    Raises:
        BusyError: Another process holds the file.
        CustomsDataError: It is damaged or cannot be opened.
    """
    path = file or layout.build_path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _spill_folder(settings) as spill:
        connection = _open_file(path, _config(settings, spill), read_only=read_only)
        try:
            _set_session(connection)
            with _interruptible():
                yield connection
        finally:
            connection.close()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Make the engine's error of a signal an interruption again: no fault of data or program."""
    try:
        yield
    except Exception as error:
        # Mostly it is this text; where the work had just begun, another one.
        if stopping.asked or str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise


def attach_lake(connection: duckdb.DuckDBPyConnection, layout: Layout, cut: lake.Cut) -> None:
    """Make one view per lake table over the live files of the cut.

    Every table that the build may read gets its view: `bronze.<contract>`,
    `bronze.delivery_withdrawal`, `quarantine.record` and `scores.risk_score`; a table that the lake
    does not hold yet is an empty one with the types of its contract. Columns that the contract
    gained after the files were written are null; columns that only the files have come last.
    """
    known = shapes.tables()
    others = [name for key in cut if (name := _split(key)) not in known]
    for layer in sorted({layer for layer, _ in [*known, *others]}):
        connection.execute(exp.Create(kind="SCHEMA", this=_schema(layer), exists=True).sql())
    for layer, table in known:
        expected = shapes.columns(layer, table)
        _create_view(connection, layout, (layer, table), expected, cut.get(f"{layer}/{table}", -1))
    for layer, table in others:
        _create_view(connection, layout, (layer, table), [], cut[f"{layer}/{table}"])


def relation(
    layout: Layout,
    table: tuple[str, str],
    version: int,
    *,
    expected: Sequence[shapes.Column],
    ranges: Mapping[str, lake.Range] | None = None,
) -> exp.Select:
    """Return a select over the live files of one version of a table, typed as expected.

    Args:
        layout: Where the lake lies.
        table: Layer and table.
        version: The version; -1 for a table that does not exist.
        expected: Columns and types; those the files lack are null.
        ranges: As in `lake.live_files`.
    """
    files = lake.live_files(layout, *table, version, ranges)
    present = lake.column_names(layout, *table, version) if files else []
    selected = [_column(name, sql_type, present) for name, sql_type in expected]
    names = {name for name, _ in expected}
    selected += [exp.column(name, quoted=True) for name in present if name not in names]
    query = exp.select(*selected)
    if not files:
        return query.where(exp.false())
    by_name = exp.EQ(this=exp.column("union_by_name"), expression=exp.true())
    literals = [exp.Literal.string(file) for file in files]
    source = exp.Anonymous(this="read_parquet", expressions=[exp.array(*literals), by_name])
    return query.from_(source)


def _create_view(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    table: tuple[str, str],
    expected: Sequence[shapes.Column],
    version: int,
) -> None:
    query = relation(layout, table, version, expected=expected)
    layer, name = table
    if not query.expressions:
        return
    view = exp.Create(
        kind="VIEW", replace=True, this=exp.table_(name, db=layer, quoted=True), expression=query
    )
    connection.execute(view.sql(dialect="duckdb"))


def _column(name: str, sql_type: str, present: Sequence[str]) -> exp.Expr:
    if name in present:
        return exp.column(name, quoted=True)
    typed_null = exp.cast(exp.null(), sql_type, dialect="duckdb")
    return exp.alias_(typed_null, name, quoted=True)


def _schema(layer: str) -> exp.Table:
    return exp.Table(db=exp.to_identifier(layer, quoted=True))


def _split(key: str) -> tuple[str, str]:
    layer, _, table = key.partition("/")
    return layer, table


def _config(settings: LakeSettings, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{settings.memory_limit_mb}MB",
        "max_temp_directory_size": f"{settings.spill_limit_mb}MB",
        "temp_directory": str(spill),
        "threads": settings.threads,
        "autoinstall_known_extensions": False,
    }


def _set_session(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    # The bar would write to the terminal of whoever calls us.
    connection.execute("SET enable_progress_bar = false")


@contextmanager
def _spill_folder(settings: LakeSettings) -> Iterator[Path]:
    # One folder a connection: DuckDB names its spill files alike in every process.
    folder = Layout(settings.home).scratch / f"spill-{uuid.uuid4().hex}"
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def held_elsewhere(path: Path) -> BusyError:
    """Return the error of a build file that another program has open."""
    return BusyError(
        f"another program holds the build file {path}; wait until it has ended, then run this again"
    )


def _open_file(
    path: Path,
    config: dict[str, str | bool | int | float | list[str]],
    *,
    read_only: bool,
) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        if HELD in str(error):
            raise held_elsewhere(path) from error
        # A broken block has no class of its own.
        if not isinstance(error, duckdb.IOException) and _CORRUPT not in str(error):
            raise
        message = f"the build file {path} {UNREADABLE}"
        raise CustomsDataError(message) from error
