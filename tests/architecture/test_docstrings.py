"""The docstring of a house says which module does what: each is named, and none that is gone."""

import ast
import re

import pytest

from tests.architecture.tree import REPOSITORY

TOLD = (
    "benchmark", "benchmark/public", "measures", "ml", "ml/features", "ml/lanes", "ml/targets",
    "orchestration", "orchestration/assets", "orchestration/operations",
)  # fmt: skip


@pytest.mark.parametrize("package", TOLD)
def test_a_house_names_its_modules(package):
    folder = REPOSITORY / package
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in folder.glob("*/__init__.py")}
    named = {name.split(".")[-1] for name in re.findall(r"`([\w.]+)`", said)}
    # The command is no module.
    assert named - {"customs"} == there
