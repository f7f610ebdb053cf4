"""A lake of its own for each test, and the command as people call it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from ingestion.land import land_files
from orchestration.cli import main as whole_command
from orchestration.cli import sql as sql_command
from tests import builders
from tests.architecture.tree import REPOSITORY
from tests.conftest import USUAL_UMASK
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

Land = Callable[..., dict[str, object]]


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(home=tmp_path / "home", memory_limit_mb=1024, threads=2)


@pytest.fixture
def layout(settings: LakeSettings) -> Layout:
    return Layout(settings.home)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def land(settings: LakeSettings, inbox: Path) -> Land:
    """Write one file and land it; the report is the answer."""

    def run(name: str, content: bytes, source: str = "vcis_extract") -> dict[str, object]:
        path = inbox / name
        path.write_bytes(content)
        return land_files(settings, source, [path]).as_json()

    return run


def counts(report: Mapping[str, object], table: str) -> tuple[int, int, int]:
    """Return how many records of a table a report calls accepted, quarantined and repeated."""
    count = report["records"][table]  # type: ignore[index]
    return count["accepted"], count["quarantined"], count["repeated"]


@pytest.fixture
def command(settings: LakeSettings) -> Callable[..., Result]:
    """A function that runs `customs sql` with some arguments."""
    app = typer.Typer()
    sql_command.register(app)

    def run(*arguments: str) -> Result:
        environment = {"CUSTOMS_REFUSAL_DELAY_SECONDS": "0"}
        return CliRunner().invoke(app, ["--home", str(settings.home), *arguments], env=environment)

    return run


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
    umask = os.umask(USUAL_UMASK)

    def run(*words: object, cwd: Path = REPOSITORY, **environment: str) -> Done:
        with monkeypatch.context() as here:
            here.chdir(cwd)
            here.setattr(sys, "argv", ["customs", *map(str, words)])
            for name, value in environment.items():
                here.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                whole_command.main()
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    yield run
    os.umask(umask)


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
