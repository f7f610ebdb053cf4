"""The mark of simulated data: a file in each folder that the simulator writes files into.

Whoever lands files finds it in their folder or a folder above; so the data say themselves that
they are simulated, and nobody has to. A folder that is copied takes it along; a file that is copied
alone does not.
"""

from pathlib import Path

MARKER, NOTE = ".simulated", "world.json"
"""Names of the mark, and of what a run says of itself in the same folder when it has ended."""
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
    (folder / MARKER).write_text(f"{_TEXT}{nation}\n" if nation else _TEXT, encoding="utf-8")


def nation_in(folder: Path) -> str:
    """Return what tells the nation of this very folder from every other; empty where untold."""
    try:
        lines = (folder / MARKER).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return lines[1] if len(lines) > 1 else ""


def is_unfinished(folder: Path) -> bool:
    """Whether a run that writes a whole nation into this very folder has not ended."""
    return bool(nation_in(folder)) and not (folder / NOTE).is_file()
