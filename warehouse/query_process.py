"""The process that runs one checked statement over one release, and can be killed.

Run as a program: a job as one JSON object on standard input; on standard output one JSON line with
the verdict and, when it is good, the rows as an Arrow stream. It starts fast (DuckDB and Arrow
only), takes no more than its limits and writes to no file.
"""

import contextlib
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from warehouse import opening

_BATCH_ROWS = 10_000
_MEBIBYTE = 1 << 20
# Code, thread stacks and allocator arenas, beside what DuckDB counts as its memory.
_ADDRESS_SPACE_BASE_MB = 2048
# These name columns, tables and the statement's own text, never a value from a cell.
_SPEAKING_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


def main() -> None:
    """Read the job, run it, answer."""
    job = json.load(sys.stdin)
    _limit(job)
    output = sys.stdout.buffer
    try:
        _run(job, output)
    except (duckdb.Error, pa.ArrowException, OSError, MemoryError) as error:
        # Arrow hands on an error that DuckDB met while it was streaming.
        _answer(output, {"error": describe(error)})


def describe(error: Exception) -> str:
    """Return a message that cannot carry the content of a cell."""
    if isinstance(error, _SPEAKING_ERRORS):
        return str(error).splitlines()[0]
    # Arrow gives an error from the middle of a stream as OSError; only its kind is looked at.
    text = str(error) if isinstance(error, OSError) else ""
    if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)) or "Out of Memory" in text:
        return "the query needs more memory than the door allows; aggregate or filter more"
    if isinstance(error, duckdb.InterruptException) or "INTERRUPT" in text:
        return "the query took longer than the door allows; aggregate or filter more"
    return f"the query failed with {type(error).__name__}; what it says may show data, so it stays"


def _run(job: dict[str, Any], output: BinaryIO) -> None:
    connection = opening.open_hub(
        Path(job["release"]),
        memory_mb=job["memory_mb"],
        threads=job["threads"],
        milliseconds=job["seconds"] * 1000,
    )
    # Nothing here may make pyarrow look for pandas (`pa.array` does): importing it takes a second.
    reader = connection.sql(job["sql"]).to_arrow_reader(_BATCH_ROWS)
    batches, problem = _batches(reader, job)
    if problem:
        _answer(output, {"error": problem})
        return
    _answer(output, {})
    with pa.ipc.new_stream(output, reader.schema) as stream:
        for batch in batches:
            stream.write_batch(batch)


def _batches(reader: pa.RecordBatchReader, job: dict[str, Any]) -> tuple[list[pa.RecordBatch], str]:
    # All of the result before the first byte of it: an error half way must not look like an end.
    batches: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        rows += batch.num_rows
        size += batch.nbytes
        if rows > job["maximum_rows"]:
            return [], f"more than {job['maximum_rows']} rows; add a limit, aggregate or filter"
        if size > job["maximum_mb"] * _MEBIBYTE:
            return [], f"more than {job['maximum_mb']} MB; add a limit, aggregate or filter"
        batches.append(batch)
    return batches, ""


def _answer(output: BinaryIO, verdict: dict[str, str]) -> None:
    output.write(json.dumps(verdict).encode() + b"\n")
    output.flush()


def _limit(job: dict[str, Any]) -> None:
    address_space = (2 * job["memory_mb"] + _ADDRESS_SPACE_BASE_MB) * _MEBIBYTE
    cpu_seconds = (job["seconds"] + 5) * job["threads"]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for kind, limit in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # A lower limit that the caller's own process has already stays.
        with contextlib.suppress(ValueError):
            resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
