"""The folder of one game, removed at its end whatever a policy of others left in it."""

import fcntl
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "customs-game-"
_SURELY_HELD_SECONDS = 60


@contextmanager
def game_folder() -> Iterator[Path]:
    """Yield an empty folder; it goes with all in it, however deep that is and whatever it allows.

    It is held while it is used: what a killed process left behind goes when the next one begins.
    """
    _remove_left_behind()
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        folder = root / "game"
        folder.mkdir()
        yield folder
    finally:
        os.close(descriptor)
        try:
            _remove(root)
        finally:
            # Who is asked to stop in the midst of it ends it first.
            _remove(root)


def _remove_left_behind() -> None:
    """Remove the folders that no process holds; those just made may not be held yet."""
    for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            known = root.lstat()
            is_old = time.time() - known.st_mtime > _SURELY_HELD_SECONDS
            if not is_old or known.st_uid != os.getuid() or not root.is_dir():
                continue
            descriptor = os.open(root, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(root)
            finally:
                os.close(descriptor)


def _remove(root: Path) -> None:
    """Remove a folder, whatever is gone of it already.

    No path grows and nothing is called within itself: what lies in a folder moves up before the
    folder goes.
    """
    if not root.exists():
        return
    waiting = _cleared(root, root)
    while waiting:
        folder = waiting.pop()
        waiting += _cleared(folder, root)
        folder.rmdir()
    root.rmdir()


def _cleared(folder: Path, root: Path) -> list[Path]:
    """Remove the files of a folder and return its folders, which lie in the root then."""
    with os.scandir(folder) as inside:
        entries = list(inside)
    moved = []
    for entry in entries:
        place = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            place.chmod(0o700)
            moved.append(place.rename(root / secrets.token_hex(8)))
        else:
            place.unlink()
    return moved
