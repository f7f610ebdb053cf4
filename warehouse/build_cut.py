"""What a build was made from and when, kept inside it, and which of its sources are simulated.

The cut is what the build was pinned to.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
from sqlglot import exp

from data_contracts.errors import CustomsDataError
from warehouse.engine import statement
from warehouse.lake import Cut


def record_cut(
    connection: duckdb.DuckDBPyConnection, cut: Cut, simulated_sources: Iterable[str] = ()
) -> None:
    """Write the cut into the build file, beside the views that `engine.attach_lake` makes of it.

    Args:
        connection: To the build file, for writing.
        cut: Delta version by `layer/table`.
        simulated_sources: Sources with deliveries of the simulator.
    """
    connection.execute(statement("publish_simulated_make"))
    _insert(connection, "simulated_source", [(source,) for source in simulated_sources])
    connection.execute(statement("publish_lake_cut_make"))
    built_at = datetime.now(UTC).isoformat()
    rows = [(name, version, built_at) for name, version in sorted(cut.items())]
    _insert(connection, "lake_cut", rows)


def recorded_cut(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the cut of the build: Delta version by `layer/table`.

    Raises:
        CustomsDataError: The build names no cut, so nothing made from it could be traced back.
    """
    rows = _recorded(connection, "publish_lake_cut_read")
    return {str(name): int(version) for name, version in rows}


def recorded_time(connection: duckdb.DuckDBPyConnection) -> datetime:
    """Return when the build was finished, in UTC.

    Raises:
        CustomsDataError: The build names no cut, see `recorded_cut`.
    """
    ((built_at,),) = _recorded(connection, "publish_built_at_read")
    return datetime.fromisoformat(built_at)


def recorded_simulated_sources(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the simulated sources of the build, sorted.

    Raises:
        CustomsDataError: The build names no cut, see `recorded_cut`.
    """
    return [str(source) for (source,) in _recorded(connection, "publish_simulated_read")]


def _recorded(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(statement(query)).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        message = "the build names no cut of the lake; run customs build"
        raise CustomsDataError(message) from error


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[str | int, ...]]
) -> None:
    if rows:
        inserted = exp.insert(exp.values(rows), exp.table_(table, db="main"))
        connection.execute(inserted.sql(dialect="duckdb"))
