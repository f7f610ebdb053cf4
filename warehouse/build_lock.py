"""The build file is one command's at a time: a build changes it, a publish must not see it half."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from data_contracts.errors import CustomsDataError
from warehouse.layout import Layout
from warehouse.settings import LakeSettings


class BuildHeldError(CustomsDataError):
    """Another command works on the build file."""

    @classmethod
    def of(cls, build_path: Path) -> Self:
        """Return the error of a build file that another process has open."""
        return cls(
            f"another program holds the build file {build_path}; wait until it has ended, then run "
            "this again"
        )


@contextmanager
def build_lock(layout: Layout, settings: LakeSettings) -> Iterator[None]:
    """Hold the build file; the system frees it when the process ends, however it ends.

    Raises:
        BuildHeldError: Another build or publish did not end within the waiting time.
    """
    lock = FileLock(layout.locks / "build.lock", timeout=settings.lock_wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        message = (
            f"another build or publish of {layout.home} is running; wait until it has ended, "
            "then run this again"
        )
        raise BuildHeldError(message) from error
    try:
        yield
    finally:
        lock.release()
