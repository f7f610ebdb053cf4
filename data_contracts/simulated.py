"""The mark of simulated data: a file in each folder that the simulator writes files into.

Whoever lands files finds it in their folder or a folder above; so the data say themselves that
they are simulated, and nobody has to. A folder that is copied takes it along; a file that is copied
alone does not.
"""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from data_contracts.errors import CustomsDataError

MARKER, BEGUN, NOTE = ".simulated", ".begun", "world.json"
"""Names of the mark; of what a run writes that has not ended; and of what one says of itself."""
WHOLE = "everything"
"""What a run writes that leaves out nothing."""
_PART = re.compile(r"\.[0-9]+\.part$")
_TEXT = "Written by `customs simulate run`: what lies in this folder is made up.\n"


def is_marked(folder: Path) -> bool:
    """Whether the simulator writes, or wrote, into this very folder."""
    return (folder / MARKER).is_file()


def mark(folder: Path, nation: str = "") -> None:
    """Mark everything in and below a folder as simulated; the folder is made when absent.

    Args:
        folder: The folder.
        nation: What tells its nation from every other, in one line; none for a part of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if nation:
        put_text(folder / MARKER, f"{_TEXT}{nation}\n")
    else:
        # Several processes may mark the folder of a day at once: the same words, never missing.
        (folder / MARKER).write_text(_TEXT, encoding="utf-8")


def nation_in(folder: Path) -> str:
    """Return what tells the nation of this very folder from every other; empty where untold."""
    lines = (_text_of(folder / MARKER) or "").splitlines()
    return lines[1] if len(lines) > 1 else ""


def nation_above(folder: Path) -> Path | None:
    """Return the folder of a nation that this one lies in; None where it lies in none."""
    marked = filter(is_marked, folder.resolve().parents)
    return next(filter(nation_in, marked), None)


def begin(folder: Path, part: str) -> None:
    """Note that a run has begun to write a part of a nation into this very folder.

    Args:
        folder: The folder.
        part: What of the nation it writes, in one line.
    """
    put_text(folder / BEGUN, part)


def end(folder: Path) -> None:
    """Note that the run has ended."""
    (folder / BEGUN).unlink()


def begun_in(folder: Path) -> str | None:
    """Return what of a nation a run has begun to write here without ending; None for nothing."""
    return _text_of(folder / BEGUN)


def _text_of(path: Path) -> str | None:
    """Return what a mark says; None where there is none."""
    try:
        # A pipe would be waited for.
        if stat.S_ISREG(path.stat().st_mode):
            return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        if not path.is_symlink():
            return None
    # What cannot be read is not taken for one that is not there: it would tell of no nation.
    message = f"{path}: expected a file that `customs simulate run` wrote, found no plain file; "
    message += "take it away"
    raise CustomsDataError(message)


def put_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    put(path, lambda part: part.write_text(text, encoding="utf-8"))


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file whole or not at all; only a kill leaves a part of it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        write(part)
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        # A full disk is told without the file that did not fit.
        if isinstance(error, OSError) and error.strerror and error.filename is None:
            error.filename = os.fspath(path)
        raise


def sweep(folder: Path) -> None:
    """Remove what kills left of files that `put` wrote into this very folder."""
    for path in filter(is_part, folder.iterdir()):
        path.unlink(missing_ok=True)


def is_part(path: Path) -> bool:
    """Whether a file is what a kill left of one that `put` wrote."""
    return _PART.search(path.name) is not None
