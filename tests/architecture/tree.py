"""The files of the project as git sees them: tracked, or new and not ignored."""

import subprocess
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
HOUSES = tuple(PROJECT["importlinter"]["root_packages"])
"""The Python houses: the street and what lies beside it."""


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
