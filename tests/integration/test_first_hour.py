"""The first hour: a command finds the lake or says what to type, and makes nothing unasked."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.cli import main as command
from orchestration.cli.demo import next_lines
from orchestration.operations.demo import DemoReport
from orchestration.operations.status import status_of
from tests import builders
from tests.architecture.tree import REPOSITORY
from tests.conftest import USUAL_UMASK
from warehouse.layout import FORMAT, Layout
from warehouse.publish import ROLES
from warehouse.settings import LakeSettings

HEAVY = {
    "duckdb",
    "pyarrow",
    "pandas",
    "dbt",
    "xgboost",
    "numpy",
    "dagster",
    "deltalake",
    "sqlglot",
}

# What the receipts of the first format told.
FIRST_RECEIPT = ("receipt_number", "sha256", "source", "names", "size_bytes", "received_at")


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


@pytest.mark.parametrize("words", [["--help"], ["-h"], [], ["nonsense"], ["--json", "nonsense"]])
def test_the_list_of_commands_imports_no_command(words):
    program = (
        "import sys\n"
        "from orchestration.cli.main import main\n"
        "try: main()\n"
        "finally: sys.stderr.write('\\nmodules ' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    modules = done.stderr.rpartition("\nmodules ")[2].split()
    assert "orchestration.cli.main" in modules
    assert not HEAVY.intersection(name.partition(".")[0] for name in modules)
    commands = {name for name in modules if name.startswith("orchestration.operations")}
    assert not commands


@pytest.mark.parametrize(
    "words",
    [
        ["--home", "lake", "--json", "status"],
        ["--json", "status", "--home=lake"],
        ["--home", "lake", "quarantine", "--json", "list"],
        ["quarantine", "--home", "lake", "list", "--limit", "5", "--json"],
        ["quarantine", "list", "--home", "lake", "--json"],
    ],
)
def test_home_and_json_stand_anywhere(customs, landed, words):
    customs("land", "vcis_extract", "in", "--home", "lake", cwd=landed)
    done = customs(*words, cwd=landed)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert done.stderr == ""


def test_an_option_behind_two_dashes_is_a_word(customs, landed):
    done = customs("sql", "--home", "lake", "--", "--json", cwd=landed)
    assert done.returncode == 1
    assert "there is no lake" in done.stderr


def test_a_group_alone_shows_its_commands_wherever_the_options_stand(customs, tmp_path):
    done = customs("--home", "x", "quarantine", cwd=tmp_path)
    assert done.returncode == 2
    assert "show" in done.stderr + done.stdout
    assert "No such option" not in done.stderr


def test_every_command_finds_the_demo_and_says_so(customs, demo):
    found = customs("status", "--json", cwd=demo)
    assert json.loads(found.stdout)["home"] == str(demo / "customs-demo")
    assert found.stderr == "lake customs-demo\n"
    assert not (demo / "customs-data").exists()
    # A lake of one's own comes first.
    customs("land", "vcis_extract", "in", "--home", "customs-data", cwd=demo)
    own = customs("status", "--json", cwd=demo)
    assert json.loads(own.stdout)["home"] == str(demo / "customs-data")
    assert own.stderr == "lake customs-data\n"
    named = customs("status", "--json", cwd=demo, CUSTOMS_HOME="customs-demo")
    assert json.loads(named.stdout)["home"] == str(demo / "customs-demo")
    assert named.stderr == ""


def test_real_files_do_not_fall_into_the_demo_by_themselves(customs, demo):
    refused = customs("land", "vcis_extract", "in", cwd=demo)
    assert refused.returncode == 2
    assert "--home customs-demo" in refused.stderr
    assert "--home customs-data" in refused.stderr
    assert not (demo / "customs-data").exists()


@pytest.mark.parametrize(
    "words",
    [
        "status", "quarantine list", "quarantine show abc", "build", "publish", "sql 'select 1'",
        "train", "score", "targets", "lanes snapshot", "lanes decide request.json", "lanes serve",
        "dashboards serve",
    ],
)  # fmt: skip
def test_a_command_without_a_lake_makes_none_and_says_what_to_type(customs, tmp_path, words):
    (tmp_path / "request.json").write_text("{}")
    done = customs(*shlex.split(words), "--json", cwd=tmp_path)
    assert done.returncode == 1
    told = json.loads(done.stdout)["message"]
    assert "customs land SOURCE PATH" in told
    assert "make demo" in told
    assert [path.name for path in tmp_path.iterdir()] == ["request.json"]


def test_a_lake_without_records_is_not_built(customs, tmp_path):
    (tmp_path / "tk_1.csv").touch()
    assert (
        customs("land", "vcis_extract", "tk_1.csv", "--home", "lake", cwd=tmp_path).returncode == 3
    )
    done = customs("build", "--home", "lake", cwd=tmp_path)
    assert done.returncode == 1
    assert "nothing to build; customs land" in done.stderr
    assert "hold" not in done.stdout


def test_a_home_carries_its_format_and_another_is_refused_with_what_works(customs, demo):
    layout = Layout(demo / "customs-demo")
    assert layout.format_path.read_text() == f"{FORMAT}\n"
    layout.format_path.unlink()
    refused = customs("status", cwd=demo)
    assert refused.returncode == 1
    assert f"has format 1, this program works with {FORMAT}" in refused.stderr
    command = refused.stderr.partition("its landing: customs ")[2].strip()
    done = customs(*shlex.split(command.replace("NEW", "again")), cwd=demo)
    assert done.returncode == 0, done.stderr
    again = customs("status", "--home", "again", "--json", cwd=demo)
    assert json.loads(again.stdout)["tables"]["declaration"]["accepted"] == 1
    layout.format_path.write_text(str(FORMAT + 1))
    assert "use the program that made it" in customs("status", cwd=demo).stderr
    layout.format_path.write_text("two")
    assert "expected the number" in customs("status", cwd=demo).stderr


def test_a_demo_of_the_first_format_is_made_again_not_rebuilt(customs, demo):
    layout = Layout(demo / "customs-demo")
    layout.format_path.unlink()
    layout.nation.mkdir()
    refused = customs("status", cwd=demo)
    assert refused.returncode == 1
    assert f"move it away and make it again: customs demo --home {layout.home}" in refused.stderr
    again = customs("rebuild", layout.home, "--home", "again", cwd=demo)
    assert again.returncode == 1
    assert "customs demo --home NEW" in again.stderr
    assert not (demo / "again").exists()


def test_a_rebuilt_lake_keeps_receipts_and_withdrawals(customs, landed):
    home, again = landed / "lake", landed / "again"
    second = builders.tk("300000000020")
    builders.write_csv(landed / "in" / "tk_20250302_1.csv", [second])
    customs("land", "vcis_extract", "in", "--home", home, cwd=landed)
    receipts = sorted(home.glob("landing/*/*.json"))
    first_format = {}
    for receipt in receipts:
        told = json.loads(receipt.read_text())
        first_format[receipt] = {name: told[name] for name in FIRST_RECEIPT}
        receipt.chmod(0o600)
        receipt.write_text(json.dumps(first_format[receipt]))
    customs("land", "--withdraw", receipts[0].stem, "--home", home, cwd=landed)
    before = status_of(LakeSettings(home=home))
    key = Layout(home).secrets / "pseudonym_key.json"
    key.write_text("kept")
    done = customs("rebuild", home, "--home", again, "--json", cwd=landed)
    assert done.returncode == 0, done.stderr
    after = status_of(LakeSettings(home=again))
    assert after["sources"] == before["sources"]
    assert after["sources"]["vcis_extract"]["states"] == {"accepted": 1, "withdrawn": 1}
    assert after["tables"] == before["tables"]
    for receipt in receipts:
        told = json.loads((again / receipt.relative_to(home)).read_text())
        assert told == told | first_format[receipt]
    assert len(receipts) == len(list(again.glob("landing/*/*.json")))
    assert (again / key.relative_to(home)).read_text() == "kept"
    assert customs("rebuild", home, "--home", again, cwd=landed).returncode == 1


def test_what_the_demo_says_to_open_next_works_when_pasted(nation_home):
    told = json.loads((nation_home.parent / "nation.json").read_text())
    names = {name for name in DemoReport.__dataclass_fields__ if name in told}
    *lines, dashboards = next_lines(DemoReport(**{name: told[name] for name in names}))
    assert len(lines) == 3
    for line in lines:
        done = subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-c", line],
            check=False,
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"},
        )
        assert done.returncode == 0, (line, done.stderr)
        assert done.stdout
    # It serves until it is stopped, and installs Superset: only what it would do is looked at.
    dry = subprocess.run(
        ["/bin/bash", "-c", dashboards.replace("make", "make --dry-run")],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert f'customs dashboards serve --home "{nation_home}"' in dry.stdout


def test_status_tells_what_there_is_and_what_is_behind(customs, nation_home):
    found = status_of(LakeSettings(home=nation_home))
    assert found["build"]["state"] == "ready"
    assert set(found["releases"]) == set(ROLES)
    (model,) = found["models"].values()
    assert found["snapshot"]["model_id"] == model["model_id"]
    assert found["behind"] == []
    aged = [found["build"], *found["releases"].values(), model, found["snapshot"]]
    assert all(one["age_seconds"] >= 0 for one in aged)
    told = customs("status", "--home", nation_home).stdout
    for words in ("release analyst", model["model_id"], "lane snapshot", "Nothing is behind"):
        assert words in told


def test_status_says_that_the_build_is_behind_the_lake(customs, landed):
    customs("land", "vcis_extract", "in", "--home", "lake", cwd=landed)
    done = customs("status", "--home", "lake", "--json", cwd=landed)
    assert json.loads(done.stdout)["behind"] == [
        {"what": "build", "of": "lake", "do": "customs build"}
    ]
