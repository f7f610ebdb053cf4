"""A lake of its own for each test, and the command as people call it."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.cli import main as command
from tests import builders
from tests.architecture.tree import REPOSITORY
from tests.conftest import USUAL_UMASK
from warehouse.settings import LakeSettings


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(home=tmp_path / "home", memory_limit_mb=1024, threads=2)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def customs(monkeypatch, capsys) -> Iterator[Callable[..., Done]]:
    """Run the command in a folder, with none of the machine's settings."""
    for name in [name for name in os.environ if name.startswith("CUSTOMS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    umask = os.umask(USUAL_UMASK)

    def run(*words: object, cwd: Path = REPOSITORY, **environment: str) -> Done:
        with monkeypatch.context() as here:
            here.chdir(cwd)
            here.setattr(sys, "argv", ["customs", *map(str, words)])
            for name, value in environment.items():
                here.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                command.main()
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    yield run
    os.umask(umask)
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def landed(tmp_path) -> Path:
    """A folder with one file to land."""
    builders.write_csv(tmp_path / "in" / "tk_20250301_1.csv", [builders.tk()])
    return tmp_path


@pytest.fixture
def demo(landed, customs) -> Path:
    """A folder that holds the demo's lake and no other."""
    assert (
        customs("land", "vcis_extract", "in", "--home", "customs-demo", cwd=landed).returncode == 0
    )
    return landed
