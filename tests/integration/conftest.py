"""A lake of its own for each test, and the public data where they are."""

from pathlib import Path

import pytest

from warehouse.settings import LakeSettings


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(home=tmp_path / "home", memory_limit_mb=1024, threads=2)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder
