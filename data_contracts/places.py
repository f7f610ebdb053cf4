"""What lies at a path, in words: said where a folder or a file was expected."""

import errno
import stat
from pathlib import Path

NOTHING, FILE, FOLDER, SPECIAL = "nothing", "a file", "a folder", "a pipe or a device"
LOOP, DANGLING = "a link that leads to itself", "a link that leads nowhere"


def what_lies_at(path: Path) -> str:
    """Return what lies at a path, links followed.

    Raises:
        OSError: It may not be looked at.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return DANGLING if path.is_symlink() else NOTHING
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return LOOP
    if stat.S_ISDIR(mode):
        return FOLDER
    return FILE if stat.S_ISREG(mode) else SPECIAL
