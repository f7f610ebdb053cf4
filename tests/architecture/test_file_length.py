"""A reader should find a thing where its name says: files stay short."""

from pathlib import Path

import pytest

from tests.architecture.tree import REPOSITORY, tracked_files

PYTHON_LIMIT_LINES = 400
TEST_LIMIT_LINES = 300
SQL_LIMIT_LINES = 150


def too_long(root: Path, paths: list[Path]) -> list[str]:
    """Return one line per file that is over its limit."""
    found = []
    for path in paths:
        most = _limit_of(path.relative_to(root))
        length = 0 if most is None else path.read_text(encoding="utf-8").count("\n")
        if most is not None and length > most:
            found.append(f"{path.relative_to(root)}: {length} lines, at most {most}")
    return found


def _limit_of(relative: Path) -> int | None:
    if relative.suffix == ".sql":
        return SQL_LIMIT_LINES
    if relative.suffix == ".py":
        return TEST_LIMIT_LINES if relative.name.startswith("test_") else PYTHON_LIMIT_LINES
    return None


def test_no_file_is_over_its_limit():
    assert too_long(REPOSITORY, tracked_files()) == []


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("ml/long.py", 401),
        ("dbt_project/models/long.sql", 151),
        ("tests/test_long.py", 301),
        ("ml/long.sql", 151),
    ],
)
def test_a_planted_long_file_is_caught(tmp_path, name, lines):
    planted = tmp_path / name
    planted.parent.mkdir(parents=True)
    planted.write_text("1\n" * lines)
    assert len(too_long(tmp_path, [planted])) == 1


def test_no_module_is_a_grab_bag():
    grab_bags = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in tracked_files() if path.stem in grab_bags] == []
