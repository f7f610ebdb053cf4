"""The process that judges one statement, runs it over one release, and can be killed.

Run as a program. On standard input the job as one JSON line, and a second line when it may run; on
standard output a JSON line with the verdict of the gate, a JSON line with the outcome, and the rows
as pickles. It starts fast (DuckDB only), takes no more than its limits and writes to no file. It
ends with its caller, and on its own when the time is over.
"""

import contextlib
import json
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from warehouse import guard, opening
from warehouse.durations import texted, with_months
from warehouse.query_hints import failure, hint

_CHUNK_ROWS = 5_000
_MEBIBYTE = 1 << 20
# The parser's own, for a text of the longest that is looked at.
_JUDGING_MB = 1024
# Address space of threads that DuckDB starts when it opens a file; little of it is ever touched.
_OPENING_MB = 2048
# Names and types of columns: a short statement can double them again and again.
_MOST_COLUMNS = 1_000
_MOST_COLUMN_BYTES = _MEBIBYTE
# What is told goes into the record and onto a screen, and can spell out such a type.
_LONGEST_MESSAGE = 1_000
# DuckDB counts what its buffers hold, not what functions make of texts; the rest is for those.
_BUFFER_SHARE = 0.75
_GRACE_SECONDS = 2
# These name columns, tables and the statement's own text, never a value from a cell.
_SPEAKING_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)

Job = dict[str, Any]
Column = tuple[str, str]


def main() -> None:
    """Read the job, judge it, wait for the word, run it, answer."""
    _serve(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.flush()
    # What DuckDB still holds needs no tidying.
    os._exit(0)


def _serve(calls: BinaryIO, output: BinaryIO) -> None:
    job = json.loads(calls.readline())
    _limit(job)
    try:
        checked = guard.check_statement(job["sql"])
    except guard.RefusedStatementError as refusal:
        _tell(output, {"refused": _short(str(refusal))})
        return
    _tell(output, {"tables": checked.tables})
    if not (word := calls.readline()):
        return
    # The caller's end closes the pipe, however it ends; nothing else comes over it.
    threading.Thread(target=_end_with_caller, args=(calls,), daemon=True).start()
    try:
        _run(job | json.loads(word), checked, output)
    except Exception as error:  # noqa: BLE001  whatever it is, its text may show data
        _tell(output, {"error": describe(error, Path(job["release"]), checked.tables)})


def describe(error: Exception, release: Path | None = None, named: Sequence[str] = ()) -> str:
    """Return a message that cannot carry the content of a cell."""
    if isinstance(error, _SPEAKING_ERRORS):
        message = _short(str(error).splitlines()[0])
        return message.rstrip("!") + hint(message, release, named) if release else message
    if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)):
        return "the query needs more memory than the door allows; aggregate or filter more"
    if isinstance(error, duckdb.InterruptException):
        return "the query took longer than the door allows; aggregate or filter more"
    name, told = type(error).__name__, failure(str(error))
    return f"the query failed with {name}: {told or 'what it says may show data, so it stays'}"


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "…"


def held_bytes(value: object) -> int:
    """Return the memory that a value takes where it is used: every text and number of it."""
    if value is None or isinstance(value, bool):
        return 0
    size = sys.getsizeof(value)
    if isinstance(value, dict):
        size += sum(held_bytes(key) + held_bytes(entry) for key, entry in value.items())
    elif isinstance(value, (list, tuple)):
        size += sum(map(held_bytes, value))
    return size


def _run(job: Job, checked: guard.CheckedStatement, output: BinaryIO) -> None:
    _allow_memory(job["memory_mb"] + _OPENING_MB)
    connection = opening.open_hub(
        Path(job["release"]),
        memory_mb=int(job["memory_mb"] * _BUFFER_SHARE),
        threads=job["threads"],
        milliseconds=int(job["seconds"] * 1000),
    )
    _allow_memory(job["memory_mb"])
    columns, chunks = _answer(connection, job, checked)
    if len(columns) > _MOST_COLUMNS or held_bytes(columns) > _MOST_COLUMN_BYTES:
        problem = f"more than {_MOST_COLUMNS:,} columns, or names and types of more than 1 MB"
        _tell(output, {"error": f"{problem}; name the columns that are wanted"})
        return
    # All of the result before the first byte of it: an error half way must not look like an end.
    pickles: list[bytes] = []
    rows = size = 0
    for chunk in chunks:
        rows += len(chunk)
        size += held_bytes(chunk)
        if rows > job["maximum_rows"]:
            problem = f"more than {job['maximum_rows']} rows; add a limit, aggregate or filter"
            _tell(output, {"error": problem})
            return
        if size > job["maximum_mb"] * _MEBIBYTE:
            problem = f"more than {job['maximum_mb']} MB; add a limit, aggregate or filter"
            _tell(output, {"error": problem})
            return
        pickles.append(pickle.dumps(chunk, protocol=5))
    _tell(output, {"columns": columns, "rows": rows})
    output.writelines(pickles)


def _answer(
    connection: duckdb.DuckDBPyConnection, job: Job, checked: guard.CheckedStatement
) -> tuple[list[Column], Iterator[list[tuple[Any, ...]]]]:
    enough = job["enough_rows"]
    if checked.is_select:
        relation = connection.sql(checked.sql)
        columns = list(zip(relation.columns, map(str, relation.types), strict=True))
        if enough is not None:
            relation = relation.limit(enough)
        if any(texted(kind) != kind for _, kind in columns):
            return columns, _with_months(connection, relation, columns)
        if enough is not None:
            return columns, iter([relation.fetchall()])
    result = connection.execute(checked.sql)
    columns = [(str(name), str(kind)) for name, kind, *_ in result.description or ()]
    return columns, iter(lambda: result.fetchmany(_CHUNK_ROWS), [])


def _with_months(
    connection: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, columns: list[Column]
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a result that holds intervals, those of months as text."""
    texts = {
        place: f"cast(#{place + 1} as {text})"
        for place, (_, kind) in enumerate(columns)
        if (text := texted(kind)) != kind
    }
    cells = [f"#{place + 1}" for place in range(len(columns))]
    both = connection.execute(relation.project(", ".join([*cells, *texts.values()])).sql_query())
    while rows := both.fetchmany(_CHUNK_ROWS):
        yield [_merged(row, texts) for row in rows]


def _merged(row: tuple[Any, ...], places: Collection[int]) -> tuple[Any, ...]:
    cells = list(row[: -len(places)])
    for place, text in zip(places, row[-len(places) :], strict=True):
        cells[place] = with_months(cells[place], text)
    return tuple(cells)


def _tell(output: BinaryIO, what: dict[str, Any]) -> None:
    output.write(json.dumps(what).encode() + b"\n")
    output.flush()


def _end_with_caller(calls: BinaryIO) -> None:
    calls.read()
    os._exit(1)


def _limit(job: Job) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # Not handled, so the system itself ends the process, whatever it is doing.
    signal.setitimer(signal.ITIMER_REAL, job["seconds"] + _GRACE_SECONDS)
    cpu_seconds = int(job["seconds"] + _GRACE_SECONDS + 1) * (job["threads"] + 1)
    for kind, limit in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _set_limit(kind, limit, limit)
    _allow_memory(_JUDGING_MB)


def _allow_memory(megabytes: int) -> None:
    """Let the process take this much more than it has: of the machine, however it is counted."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + megabytes * _MEBIBYTE
    _set_limit(resource.RLIMIT_AS, limit, resource.getrlimit(resource.RLIMIT_AS)[1])


def _set_limit(kind: int, soft: int, hard: int) -> None:
    # A lower limit that the caller's own process has already stays.
    with contextlib.suppress(ValueError):
        resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main()
