"""The street goes one way: import-linter holds it, and a planted import is caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import HOUSES, PROJECT, REPOSITORY

LINT = Path(sys.executable).parent / "lint-imports"


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINT), "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy_of_the_houses(tmp_path_factory):
    root = tmp_path_factory.mktemp("houses")
    for package in HOUSES:
        shutil.copytree(
            REPOSITORY / package, root / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    return root


def test_the_houses_keep_their_layers(copy_of_the_houses):
    done = lint(copy_of_the_houses)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "planted_import"),
    [
        ("data_contracts/planted.py", "import warehouse.layout"),
        ("warehouse/planted.py", "import ingestion.conform"),
        ("ml/planted.py", "import ingestion.conform"),
        ("ingestion/planted.py", "import simulator.world"),
        ("simulator/planted.py", "import ingestion.conform"),
        ("benchmark/planted.py", "import warehouse.layout"),
        ("measures/planted.py", "import data_contracts.errors"),
        ("ml/planted.py", "import dagster"),
        ("ml/planted.py", "import duckdb"),
        ("ingestion/planted.py", "import great_expectations"),
    ],
)
def test_a_planted_import_is_caught(copy_of_the_houses, module, planted_import):
    planted = copy_of_the_houses / module
    planted.write_text(f'"""Planted."""\n\n{planted_import}\n')
    try:
        assert lint(copy_of_the_houses).returncode == 1
    finally:
        planted.unlink()


def test_each_package_resolves_inside_the_project():
    script = "import importlib,sys; print(importlib.import_module(sys.argv[1]).__path__[0])"
    for package in HOUSES:
        place = subprocess.run(
            [sys.executable, "-c", script, package],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        assert Path(place).resolve() == REPOSITORY / package


def test_every_package_on_the_street_is_installed_and_linted():
    packages = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"tests"}
    assert packages == set(HOUSES)
    included = PROJECT["setuptools"]["packages"]["find"]["include"]
    assert set(included) == {f"{house}*" for house in HOUSES}
    assert set(PROJECT["mypy"]["packages"]) == set(HOUSES)
