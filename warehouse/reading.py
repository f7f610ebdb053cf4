"""How this project reads a release: people's statements through the door, its own code directly."""

import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.errors import CustomsDataError
from warehouse.audit import AuditLog
from warehouse.door import DEFAULT_LIMITS, Door, QueryLimits
from warehouse.layout import Layout
from warehouse.release import current_release
from warehouse.settings import LakeSettings

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to one statement.

    Attributes:
        columns: Names of the columns, in order; a name may occur twice.
        types: Their SQL types.
        rows: Python values; amounts are `Decimal`, times carry the office's offset, intervals are
            `timedelta`.
        release: Number of the release that was read.
    """

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]
    release: int

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.rows)


def query(
    layout: Layout,
    settings: LakeSettings,
    role: str,
    sql: str,
    *,
    limits: QueryLimits = DEFAULT_LIMITS,
) -> QueryResult:
    """Ask one question of the current release of `role`.

    Args:
        layout: Where the lake lies.
        settings: Bounds of the machine; the lower of their memory and the limits' counts.
        role: Whose release is read.
        sql: The statement.
        limits: What it may take.

    Raises:
        QueryRefusedError: It is not one question over published tables, or breaks a limit.
        CustomsDataError: There is no release, or the query failed; the message shows no data.
    """
    door = Door(
        log=AuditLog.of(layout),
        locks=layout.locks,
        role=role,
        release=_current(layout, role),
        threads=settings.threads,
        queries_per_role=settings.queries_per_role,
        refusal_delay_seconds=settings.refusal_delay_seconds,
        asker={"door": "command"},
    )
    memory_mb = min(limits.memory_mb, settings.memory_limit_mb)
    answer = door.ask(sql, replace(limits, memory_mb=memory_mb))
    names, types = zip(*answer.columns, strict=True)
    return QueryResult(list(names), list(types), answer.rows, answer.release)


def open_release(
    layout: Layout, role: str, *, memory_mb: int = 4096, threads: int = 2
) -> "duckdb.DuckDBPyConnection":
    """Open the current release of `role` for the project's own code: read-only and locked.

    Nothing outside the release can be reached; temporary tables and registered Arrow are possible.
    Statements of people go through `query`.

    Args:
        layout: Where the lake lies.
        role: Whose release is opened.
        memory_mb: Memory cap, in MB.
        threads: Number of threads.

    Raises:
        CustomsDataError: There is no release.
    """
    release = current_release(layout, role)
    return open_folder(layout, release, memory_mb=memory_mb, threads=threads)


def open_folder(
    layout: Layout, release: Path, *, memory_mb: int, threads: int
) -> "duckdb.DuckDBPyConnection":
    """Open one release by its real folder, as `open_release` does: `current` may move meanwhile."""
    from warehouse import opening  # noqa: PLC0415  brings in DuckDB, which `query` starts without

    # A folder a connection: DuckDB names its spill files alike in every process.
    spill = layout.scratch / f"spill-{uuid.uuid4().hex}"
    return opening.open_hub(release, memory_mb=memory_mb, threads=threads, spill=spill)


def _current(layout: Layout, role: str) -> Path | None:
    try:
        return current_release(layout, role)
    except CustomsDataError:
        return None  # the door says so, and records who asked
