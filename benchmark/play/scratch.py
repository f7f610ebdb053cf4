"""The folder of one game, removed at its end whatever a policy of others left in it."""

import errno
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX, _MARK = "customs-game-", ".customs-game"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# Deeper than any policy makes them in its time; who goes on filling them is not waited for.
_MOST_PASSES = 1_000_000


@contextmanager
def game_folder() -> Iterator[Path]:
    """Yield an empty folder; it goes with all in it, however deep that is and whatever it allows.

    It is held while it is used: what a killed process left behind goes when the next one begins.
    """
    _remove_left_behind()
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    held = os.open(root, _FOLDER)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        (root / _MARK).touch()
        folder = root / "game"
        folder.mkdir()
        yield folder
    finally:
        try:
            _remove(root)
        finally:
            # Who is asked to stop in the midst of it ends it first.
            _remove(root)
            os.close(held)


def _remove_left_behind() -> None:
    """Remove the games' folders that no process holds; each is held before it is marked."""
    for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if root.lstat().st_uid != os.getuid() or not (root / _MARK).is_file():
                continue
            held = os.open(root, _FOLDER)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(root)
            finally:
                os.close(held)


def _remove(root: Path) -> None:
    """Remove a folder, whatever is gone of it already and whoever still writes there.

    No path grows and nothing is called within itself: what lies in a folder moves up before the
    folder goes. No link is followed, one that takes the place of a folder meanwhile neither.
    """
    try:
        top = os.open(root, _FOLDER)
    except FileNotFoundError:
        return
    try:
        for _ in range(_MOST_PASSES):
            names = os.listdir(top)  # noqa: PTH208  a descriptor
            folders = [name for name in names if name != _MARK and not _gone(name, top)]
            for name in folders:
                _empty(name, top)
            if not folders:
                # The last: what is left half removed is still known, and goes with the next game.
                with suppress(FileNotFoundError):
                    os.unlink(_MARK, dir_fd=top)
                root.rmdir()
                return
    finally:
        os.close(top)


def _empty(name: str, top: int) -> None:
    """Move the folders of a folder up, and remove it with its files."""
    with suppress(FileNotFoundError, NotADirectoryError):
        folder = _opened(name, top)
        try:
            for inner in os.listdir(folder):  # noqa: PTH208  a descriptor
                if not _gone(inner, folder):
                    # To be moved, a folder must be one that may be written to.
                    os.close(_opened(inner, folder))
                    token = secrets.token_hex(8)
                    os.rename(inner, token, src_dir_fd=folder, dst_dir_fd=top)
        finally:
            os.close(folder)
        try:
            os.rmdir(name, dir_fd=top)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise


def _gone(name: str, parent: int) -> bool:
    """Remove what is no folder, and say whether it was none."""
    try:
        os.unlink(name, dir_fd=parent)
    except IsADirectoryError:
        return False
    except FileNotFoundError:
        pass
    return True


def _opened(name: str, parent: int) -> int:
    """Open a folder after making it one that its owner may read; a link is none."""
    place = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        # This very folder, whatever has its name by now.
        itself = f"/proc/self/fd/{place}"
        Path(itself).chmod(0o700)
        return os.open(itself, os.O_RDONLY | os.O_DIRECTORY)
    finally:
        os.close(place)
