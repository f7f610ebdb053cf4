"""What a build was made from and when, kept inside it: the cut of the lake that it is pinned to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
from sqlglot import exp

from data_contracts.errors import CustomsDataError
from data_contracts.statements import statements_beside
from warehouse.engine import UNREADABLE
from warehouse.lake import Cut

_SQL = statements_beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """What a build says of itself.

    Attributes:
        cut: Delta version by `layer/table`.
        simulated_sources: Sources, sorted, with deliveries of the simulator.
        inputs_sha256: Of all that a whole build is made from; empty where the marts may differ from
            those of one, since only some were built.
        tests_passed: Data tests that held in the last whole build.
        built_at: When it was finished, UTC.
    """

    cut: Cut
    simulated_sources: Sequence[str] = ()
    inputs_sha256: str = ""
    tests_passed: int = 0
    built_at: datetime


def record(
    connection: duckdb.DuckDBPyConnection,
    cut: Cut,
    simulated_sources: Sequence[str] = (),
    *,
    inputs_sha256: str = "",
    tests_passed: int = 0,
) -> None:
    """Write into the build file, open for writing, what it was made from, and that it is now."""
    connection.execute(_SQL["record_make"])
    _insert(connection, "lake_cut", sorted(cut.items()))
    _insert(connection, "simulated_source", [(source,) for source in simulated_sources])
    facts = (datetime.now(UTC).isoformat(), inputs_sha256, tests_passed)
    _insert(connection, "build_record", [facts])


def recorded(connection: duckdb.DuckDBPyConnection) -> BuildRecord:
    """Return what the open build was made from.

    Raises:
        CustomsDataError: It does not say, so nothing made from it could be traced back, or it is
            damaged.
    """
    try:
        ((built_at, inputs_sha256, tests_passed),) = _all(connection, "record_read")
        cut = dict(_all(connection, "cut_read"))
        sources = [source for (source,) in _all(connection, "simulated_read")]
    except (duckdb.CatalogException, duckdb.BinderException, ValueError) as error:
        message = "the build names no cut of the lake; run customs build"
        raise CustomsDataError(message) from error
    except duckdb.Error as error:
        message = f"the build {UNREADABLE}"
        raise CustomsDataError(message) from error
    return BuildRecord(
        cut=cut,
        simulated_sources=sources,
        inputs_sha256=inputs_sha256,
        tests_passed=tests_passed,
        built_at=datetime.fromisoformat(built_at),
    )


def _all(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(_SQL[query]).fetchall()


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[str | int, ...]]
) -> None:
    if rows:
        inserted = exp.insert(exp.values(rows), exp.table_(table, db="main"))
        connection.execute(inserted.sql(dialect="duckdb"))
