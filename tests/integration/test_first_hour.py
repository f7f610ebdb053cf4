"""The first hour: a command finds the lake or says what to type, and makes nothing unasked."""

import json
import os
import shlex
import subprocess
import sys

import pytest

from orchestration.cli.demo import demo_settings, next_lines
from orchestration.operations.demo import DemoReport
from tests.architecture.tree import REPOSITORY
from warehouse.layout import Layout

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


def test_a_command_of_the_benchmark_imports_what_it_needs_alone():
    modules = imported_by("bench", "reveal", "--help")
    assert "orchestration.cli.bench_rounds" in modules
    assert not {"xgboost", "duckdb", "matplotlib"} & modules


@pytest.mark.parametrize("words", [["--help"], ["-h"], [], ["nonsense"], ["--json", "nonsense"]])
def test_the_list_of_commands_imports_no_command(words):
    modules = imported_by(*words)
    assert "orchestration.cli.main" in modules
    assert not HEAVY.intersection(name.partition(".")[0] for name in modules)
    commands = {name for name in modules if name.startswith("orchestration.operations")}
    assert not commands


def imported_by(*words: str) -> set[str]:
    """Return the modules that a command line brings in."""
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
    return set(done.stderr.rpartition("\nmodules ")[2].split())


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
    # No lake is used.
    assert "lake customs-" not in refused.stderr
    assert not (demo / "customs-data").exists()


def test_simulated_records_do_not_fall_into_a_lake_of_ones_own(customs, landed):
    customs("land", "vcis_extract", "in", "--home", "mine", cwd=landed)
    home = landed / "mine"
    # Neither a ledger that is lost nor a folder of that name makes it a demo.
    (home / "nation").mkdir()
    for lost in (home / "nothing", home / "ledger.sqlite"):
        lost.unlink(missing_ok=True)
        before = sorted(home.rglob("*"))
        refused = customs("demo", "--home", "mine", cwd=landed)
        assert refused.returncode == 2
        assert "customs demo --home NEW" in refused.stderr
        assert sorted(home.rglob("*")) == before


def test_a_demo_goes_on_in_its_own_home(nation_home, tmp_path):
    begun = tmp_path / "begun"
    Layout(begun).ensure()
    assert demo_settings(begun).home == begun
    assert demo_settings(nation_home).home == nation_home
    assert demo_settings(tmp_path / "new").home == tmp_path / "new"


@pytest.mark.parametrize(
    "words",
    [
        "status", "quarantine list", "quarantine show abcd", "build", "publish", "sql 'select 1'",
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
    # Nor does status send there.
    told = customs("status", "--home", "lake", "--json", cwd=tmp_path)
    assert [one["what"] for one in json.loads(told.stdout)["behind"]] == ["lake"]


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


def test_an_empty_folder_makes_no_lake(customs, landed):
    (landed / "nothing").mkdir()
    done = customs("land", "vcis_extract", "nothing", cwd=landed)
    assert done.returncode == 2
    assert "there is no file in nothing" in done.stderr
    assert not (landed / "customs-data").exists()
    customs("land", "vcis_extract", "in", cwd=landed)
    again = customs("land", "vcis_extract", "nothing", cwd=landed)
    assert again.returncode == 0
    assert "lake customs-data" in again.stderr
    for told in (done.stderr, again.stdout):
        assert "there is no file in nothing" in told
        assert "tk_" in told
        assert "thue_" in told


@pytest.mark.parametrize(
    "place",
    [("--home", "h1", "status", "--home", "h2"), ("status", "--home=h1", "--json", "--home", "h2")],
)
def test_two_homes_are_wrong_use(customs, landed, place):
    done = customs(*place, cwd=landed)
    assert done.returncode == 2
    assert "--home is given as h1 and as h2" in done.stdout + done.stderr
