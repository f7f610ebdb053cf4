"""The one guarded door for SQL over a release.

A statement passes the gate (`guard`), is written into the audit record, and runs in a process of
its own that is killed when it takes too long. The release it reads holds only what the role may
see, so neither the gate nor a setting is what keeps an identity in.
"""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.errors import CustomsDataError
from warehouse import guard, opening
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.release import current_release
from warehouse.settings import LakeSettings

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_KILL_AFTER_SECONDS = 5


class QueryRefusedError(CustomsDataError):
    """The statement did not pass the gate, or its answer would break a limit of the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits:
    """What one statement may take.

    Attributes:
        seconds: Longest time it may run.
        maximum_rows: Most rows it may return; more is refused, never cut off silently.
        maximum_mb: Largest result, in MiB.
        memory_mb: Memory cap of DuckDB, in MB; there is no spilling: the process writes no file.
    """

    seconds: int = 60
    maximum_rows: int = 250_000
    maximum_mb: int = 256
    memory_mb: int = 2048


DEFAULT_LIMITS = QueryLimits()


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to one statement: columns in order, rows, and the release it came from."""

    table: "pa.Table"
    release: int

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order; a name may occur twice."""
        return [str(name) for name in self.table.column_names]

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as Python values; amounts are `Decimal`, times carry the office's offset."""
        return self.head(self.row_count)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)

    def head(self, count: int) -> list[list[Any]]:
        """Return the first `count` rows, as `rows` does."""
        columns = [column.to_pylist() for column in self.table.slice(0, count).columns]
        return [list(row) for row in zip(*columns, strict=True)]


def query(
    layout: Layout,
    settings: LakeSettings,
    role: str,
    sql: str,
    *,
    limits: QueryLimits = DEFAULT_LIMITS,
) -> QueryResult:
    """Run one SELECT over the current release of `role`.

    Args:
        layout: Where the lake lies.
        settings: Bounds of the machine; the lower of their memory and the limits' counts.
        role: Whose release is read.
        sql: The statement.
        limits: What it may take.

    Raises:
        QueryRefusedError: It is not one SELECT over published tables, or breaks a limit.
        CustomsDataError: There is no release, or the query failed; the message shows no data.
    """
    release = current_release(layout, role)
    log = AuditLog.of(layout)
    facts = {"role": role, "release": int(release.name), "sql": sql}
    entry = _admit(log, facts)
    started = time.perf_counter()
    job = {
        "release": str(release),
        "sql": sql,
        "seconds": limits.seconds,
        "maximum_rows": limits.maximum_rows,
        "maximum_mb": limits.maximum_mb,
        "memory_mb": min(limits.memory_mb, settings.memory_limit_mb),
        "threads": settings.threads,
    }
    try:
        table = _run(job)
    except CustomsDataError as error:
        milliseconds = _milliseconds(started)
        log.append("outcome", of=entry, done=False, reason=str(error), ms=milliseconds)
        raise
    log.append("outcome", of=entry, done=True, rows=table.num_rows, ms=_milliseconds(started))
    return QueryResult(table, int(release.name))


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
    # A folder a connection: DuckDB names its spill files alike in every process.
    spill = layout.scratch / f"spill-{uuid.uuid4().hex}"
    return opening.open_hub(release, memory_mb=memory_mb, threads=threads, spill=spill)


def _admit(log: AuditLog, facts: dict[str, Any]) -> str:
    try:
        checked = guard.check_statement(str(facts["sql"]))
    except guard.RefusedStatementError as error:
        log.append("statement", **facts, admitted=False, reason=str(error))
        raise QueryRefusedError(str(error)) from error
    return log.append("statement", **facts, admitted=True, tables=list(checked.tables))


def _run(job: dict[str, Any]) -> "pa.Table":
    with _query_process() as process:
        import pyarrow as pa  # noqa: PLC0415  loaded while the process loads its own libraries

        try:
            answer, _ = process.communicate(
                json.dumps(job).encode(), timeout=job["seconds"] + _KILL_AFTER_SECONDS
            )
        except subprocess.TimeoutExpired as error:
            message = f"the query took longer than {job['seconds']} s and was stopped"
            raise QueryRefusedError(message) from error
    header, _, rows = answer.partition(b"\n")
    if not header:
        message = "the query took more memory or time than the door allows and was stopped"
        raise QueryRefusedError(message)
    problem = json.loads(header).get("error")
    if problem:
        raise QueryRefusedError(problem)
    return pa.ipc.open_stream(rows).read_all()


@contextmanager
def _query_process() -> Iterator["subprocess.Popen[bytes]"]:
    # The folder of this package first, and never the working directory.
    paths = [str(Path(__file__).parent.parent), *(path for path in sys.path if path)]
    with subprocess.Popen(
        [sys.executable, "-m", "warehouse.query_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # The process may write no file, so it must not begin to write compiled modules either.
        env={"PYTHONPATH": ":".join(paths), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=Path("/"),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _milliseconds(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
