"""Locks: one process at a time, freed by the system when it ends, however it ends.

The file of a lock says who holds it. A busy lock is no fault: the same call passes later. Only the
standard library is imported: Superset, which has an environment of its own, shares the door's.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from data_contracts.errors import CustomsDataError
from warehouse.layout import Layout

_POLL_SECONDS = 0.02
_HOLDER_BYTES = 200


class BusyError(CustomsDataError):
    """Another process works on what is asked for; the same call may succeed later."""

    retryable: ClassVar[bool] = True


@contextmanager
def held(path: Path, work: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold a lock file while the block runs.

    Args:
        path: The file.
        work: What is done under it, in words: `landing`, `build or publish`.
        wait_seconds: How long another process may still hold it.

    Raises:
        BusyError: It held it longer; the message says who that is.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not taken(descriptor, wait_seconds=wait_seconds):
            raise BusyError(_told(work, path, os.pread(descriptor, _HOLDER_BYTES, 0)))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _holder().encode(errors="replace"), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def landing(layout: Layout, wait_seconds: float) -> AbstractContextManager[None]:
    """Hold the landing and the ledger: only who lands writes them."""
    return held(layout.locks / "land.lock", "landing", wait_seconds=wait_seconds)


def building(layout: Layout, wait_seconds: float) -> AbstractContextManager[None]:
    """Hold the build file: a build replaces it, a publish must not see two."""
    return held(layout.locks / "build.lock", "build or publish", wait_seconds=wait_seconds)


def taken(descriptor: int, kind: int = fcntl.LOCK_EX, *, wait_seconds: float = 0.0) -> bool:
    """Lock an open file, and return whether it could be; closing the file frees it."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        else:
            return True


def _holder() -> str:
    command = [word for word in sys.argv[1:2] if not word.startswith("-")]
    program = " ".join([Path(sys.argv[0]).name, *command])
    since = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
    return f"process {os.getpid()} ({program}), since {since}"


def _told(work: str, path: Path, holder: bytes) -> str:
    who = holder.decode(errors="replace") or "a process that does not say who it is"
    return (
        f"another {work} of {path.parent.parent} is running: {who}; "
        "wait until it has ended, then run this again"
    )
