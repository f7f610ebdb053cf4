"""The files of the project as git sees them: tracked, or new and not ignored."""

import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    """Return every file of the tree that belongs to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (REPOSITORY / name for name in listed.split("\0") if name)
    return sorted(path for path in paths if path.is_file())
