"""Another account of the machine: what it can open, and which locks it can take."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError

NOBODY = 65534

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
# What opens the folders above a place must not run beside another that closes them again. One opens
# those above the nation: the group is the one of all that share it.
opens_folders = pytest.mark.xdist_group("tests")


@contextmanager
def reachable(place: Path) -> Iterator[Path]:
    """Let every account pass through the folders above `place`; yield a file that all may read.

    pytest keeps its folders for its own account: behind them a lake would be closed by luck.
    """
    modes = [(folder, folder.stat().st_mode & 0o7777) for folder in place.absolute().parents]
    closed = [(folder, mode) for folder, mode in modes if mode & 0o001 == 0]
    canary = place.parent / "canary"
    try:
        for folder, mode in closed:
            folder.chmod(mode | 0o001)
        canary.write_text("seen")
        canary.chmod(0o644)
        yield canary
    finally:
        for folder, mode in closed:
            folder.chmod(mode)


def all_paths(place: Path) -> list[Path]:
    """Return a folder and everything below it."""
    return [place, *sorted(place.rglob("*"))]


def readable(paths: Sequence[Path], group: int = NOBODY) -> list[Path]:
    """Return what another account can read, list or write of `paths`, in their order."""
    found = _as_another(lambda: [str(path) for path in paths if _is_open(path)], group)
    return [Path(path) for path in found]


def lockable(paths: Sequence[Path]) -> list[Path]:
    """Return the files of `paths` that another account can hold a lock on."""
    found = _as_another(lambda: [str(path) for path in paths if _is_locked(path)], NOBODY)
    return [Path(path) for path in found]


def said_to_another(*calls: Callable[[], None]) -> set[str]:
    """Return what calls say in refusing another account."""
    return set(_as_another(lambda: [_refusal(call) for call in calls], NOBODY))


def said_without_rights(work: Callable[[], list[str]]) -> list[str]:
    """Return what `work` says where modes of files bind it: in another account if this is root."""
    return _as_another(work, NOBODY) if os.geteuid() == 0 else work()


def _refusal(call: Callable[[], None]) -> str:
    try:
        call()
    except CustomsDataError as error:
        return str(error)
    return "not refused"


def _is_open(path: Path) -> bool:
    for flags in (os.O_RDONLY, os.O_WRONLY):
        with suppress(OSError):
            os.close(os.open(path, flags | os.O_NONBLOCK))
            return True
    return False


def _is_locked(path: Path) -> bool:
    for flags in (os.O_RDONLY, os.O_RDWR):
        with suppress(OSError):
            descriptor = os.open(path, flags)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.close(descriptor)
            return True
    return False


def _as_another(work: Callable[[], list[str]], group: int) -> list[str]:
    """Run `work` in a child that is another account, a member of `group` only."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        with suppress(BaseException):
            os.close(reading)
            os.setgroups([group])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            with os.fdopen(writing, "w") as answer:
                json.dump(work(), answer)
            status = 0
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        found = answer.read()
    _, status = os.waitpid(child, 0)
    assert status == 0
    return list(json.loads(found))
