"""The caller's end of the process that answers one statement (`query_process`).

It starts the process, speaks with it, reads what it sends, and ends it: at the latest when the time
is over. Only the standard library is imported, so that a caller is ready before its process is, and
so that Superset, which has an environment of its own, calls the very same.
"""

import json
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

# What a cell can be; nothing else is made out of what comes from the process.
_CELLS = frozenset(
    {
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("pytz", "_UTC"),
        # A zone by its name: the office's, in which the door works.
        ("pytz", "_p"),
        ("uuid", "SafeUUID"),
        ("uuid", "UUID"),
    }
)
_GRACE_SECONDS = 3


class QueryEndedError(Exception):
    """The statement was refused, failed, or its process ended; the message is for who asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: name and SQL type of each column, the rows, and the release they are from."""

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]
    release: int


class QueryCall:
    """One statement in its process."""

    def __init__(self, calls: BinaryIO, answers: BinaryIO, job: dict[str, Any]) -> None:
        self._calls = calls
        self._answers = answers
        self._seconds = job["seconds"]
        self._release = int(Path(job["release"]).name)
        self._started = time.monotonic()
        self._send(job)

    def judged(self) -> dict[str, Any]:
        """Wait for the verdict: `refused` with the reason, or `tables` that are named.

        Raises:
            QueryEndedError: The process ended over it.
        """
        return self._told()

    def answered(self) -> Answer:
        """Let the statement run and wait for its answer.

        Raises:
            QueryEndedError: It failed, broke a limit or took too long.
        """
        self._send({"seconds": max(0.1, self._seconds - (time.monotonic() - self._started))})
        told = self._told()
        if "error" in told:
            raise QueryEndedError(told["error"])
        rows: list[tuple[Any, ...]] = []
        try:
            while len(rows) < told["rows"]:
                rows += _CellReader(self._answers).load()
        except _NoCellError as error:
            message = f"a column holds {error}, which the door cannot hand on; cast it to text"
            raise QueryEndedError(message) from error
        except (EOFError, pickle.UnpicklingError) as error:
            raise QueryEndedError(self._why_it_ended()) from error
        columns = [(name, kind) for name, kind in told["columns"]]
        return Answer(columns, rows, self._release)

    def _send(self, what: dict[str, Any]) -> None:
        left = memoryview(json.dumps(what).encode() + b"\n")
        # When it has ended, what it had to say is read next.
        with suppress(OSError):
            while left:
                left = left[os.write(self._calls.fileno(), left) :]

    def _told(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line.endswith(b"\n"):
            raise QueryEndedError(self._why_it_ended())
        told: dict[str, Any] = json.loads(line)
        return told

    def _why_it_ended(self) -> str:
        if time.monotonic() - self._started >= self._seconds:
            return f"the query took longer than {self._seconds:.0f} s and was stopped"
        return "the query took more memory or time than the door allows and was stopped"


@contextmanager
def query_call(job: dict[str, Any]) -> Iterator[QueryCall]:
    """Start the process of one statement; at the end of the block it is gone.

    Args:
        job: `sql`, `release`, `seconds`, `memory_mb`, `threads`, `maximum_rows`, `maximum_mb`, and
            `enough_rows`: where to stop without a fault, or None.
    """
    with subprocess.Popen(
        [sys.executable, "-S", "-P", "-m", "warehouse.query_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd=Path("/"),
    ) as process:
        watch = threading.Timer(job["seconds"] + _GRACE_SECONDS, process.kill)
        watch.daemon = True
        watch.start()
        try:
            calls, answers = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
            yield QueryCall(calls, answers, job)
        finally:
            watch.cancel()
            process.kill()


def _environment() -> dict[str, str]:
    # The folder of this package first, and never the working directory.
    paths = [str(Path(__file__).parent.parent), *(path for path in sys.path if path)]
    return {
        "PYTHONPATH": ":".join(paths),
        "PYTHONUTF8": "1",
        # The process may write no file, so it must not begin to write compiled modules either.
        "PYTHONDONTWRITEBYTECODE": "1",
        # Every arena reserves address space, which the process has little of.
        "MALLOC_ARENA_MAX": "2",
    }


class _NoCellError(pickle.UnpicklingError):
    """The process sent something else than what a cell can be."""


class _CellReader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _CELLS:
            return super().find_class(module, name)
        message = f"values of {module}.{name}"
        raise _NoCellError(message)
