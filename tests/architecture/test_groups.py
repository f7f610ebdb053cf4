"""Tests that share what is costly to make meet in one worker, also with the next pytest."""

import subprocess
import sys

from tests.architecture.tree import REPOSITORY

CONFTEST = """
import os
from pathlib import Path

import pytest

from tests.conftest import pytest_collection_modifyitems

@pytest.fixture(scope="session")
def nation():
    return "made"

@pytest.fixture
def told(request):
    with Path("workers").open("a") as file:
        file.write(f"{request.path.stem} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""
MODULES = {
    "test_of_the_nation_1": "def test_a(nation, told): ...\ndef test_b(nation, told): ...",
    "test_of_the_nation_2": "def test_a(nation, told): ...\ndef test_b(nation, told): ...",
    "test_of_a_lake": """
import pytest

@pytest.fixture(scope="module")
def lake():
    return "made"

@pytest.mark.parametrize("number", range(4))
def test_a(lake, number, told): ...
""",
    "test_alone": """
import pytest

@pytest.mark.parametrize("number", range(8))
def test_a(number, told): ...
""",
}


def test_tests_that_share_a_fixture_run_in_one_worker(tmp_path):
    suite = tmp_path / "suite"
    suite.mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]")
    (suite / "conftest.py").write_text(CONFTEST)
    for name, text in MODULES.items():
        (suite / f"{name}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "suite"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPOSITORY)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split() for line in (tmp_path / "workers").read_text().splitlines()]
    workers = {name: {worker for module, worker in lines if module == name} for name in MODULES}
    assert len(lines) == 2 + 2 + 4 + 8
    assert len(workers["test_of_a_lake"]) == 1
    assert len(workers["test_of_the_nation_1"] | workers["test_of_the_nation_2"]) == 1
    assert len(set.union(*workers.values())) == 2
