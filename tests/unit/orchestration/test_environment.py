"""A variable of the environment that is mistyped is told, whatever the command."""

import json
import os
import subprocess
import sys

import pytest

from orchestration.cli.commands import COMMANDS
from orchestration.definitions import customs
from orchestration.environment import UnknownVariableError, check_environment, known_variables
from tests.architecture.tree import REPOSITORY

MISTYPED = [
    ("CUSTOMS_HOEM", "CUSTOMS_HOME"),
    ("CUSTOMS_THREAD", "CUSTOMS_THREADS"),
    ("customs_threds", "CUSTOMS_THREADS"),
    ("CUSTOMS_LANES_READ_SECOND", "CUSTOMS_LANES_READ_SECONDS"),
    ("CUSTOMS_ORCHESTRATION_MAX_RETRY", "CUSTOMS_ORCHESTRATION_MAX_RETRIES"),
    ("CUSTOMS_QUERY_SECOND", "CUSTOMS_QUERY_SECONDS"),
]


@pytest.mark.parametrize(("name", "meant"), MISTYPED)
def test_a_mistyped_variable_is_refused_with_the_one_that_is_meant(name: str, meant: str):
    with pytest.raises(UnknownVariableError) as caught:
        check_environment([name, "PATH", "CUSTOMS_HOME"])
    assert f"sets {name}, which nothing reads; did you mean {meant}?" in str(caught.value)


def test_one_that_is_like_no_other_is_refused_too():
    with pytest.raises(UnknownVariableError, match="CUSTOMS_FOO, which nothing reads; unset it"):
        check_environment(["CUSTOMS_FOO"])


def test_what_is_read_and_what_belongs_to_tests_or_others_is_taken():
    check_environment([*known_variables(), "CUSTOMS_TEST_PATIENCE", "CUSTOM_HOME", "customs_home"])
    check_environment(["CUSTOMS_TRACE", "CUSTOMS_HOME"])


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUSTOMS_")}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env=kept | environment,
    )


@pytest.mark.parametrize("name", ["status", "sql", "lanes"])
def test_commands_refuse_it_as_wrong_use(name: str, tmp_path):
    assert name in COMMANDS
    home = str(tmp_path / "none")
    told = command(name, "--json", CUSTOMS_HOEM=home)
    assert told.returncode == 2
    assert json.loads(told.stdout)["error"] == "UnknownVariableError"
    assert told.stderr.startswith("customs: the environment sets CUSTOMS_HOEM")
    assert home not in told.stdout + told.stderr


def test_dagster_refuses_it_as_well(monkeypatch):
    monkeypatch.setenv("CUSTOMS_TREADS", "2")
    umask = os.umask(0o022)
    try:
        with pytest.raises(UnknownVariableError, match=r"did you mean CUSTOMS_THREADS\?"):
            customs()
    finally:
        os.umask(umask)
