"""The folder of one game, removed at its end whatever a policy of others left in it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def game_folder() -> Iterator[Path]:
    """Yield an empty folder; it goes with all in it, however deep that is and whatever it allows.

    No path grows and nothing is called within itself: what lies in a folder moves up before the
    folder goes.
    """
    root = Path(tempfile.mkdtemp(prefix="customs-game-"))
    waiting = [root / "game"]
    waiting[0].mkdir()
    try:
        yield waiting[0]
    finally:
        count = 0
        while waiting:
            folder = waiting.pop()
            with os.scandir(folder) as inside:
                entries = list(inside)
            for entry in entries:
                place = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    count += 1
                    place.chmod(0o700)
                    waiting.append(place.rename(root / str(count)))
                else:
                    place.unlink()
            folder.rmdir()
        root.rmdir()
