"""What may not stand in the tree: registry addresses, machine paths, unfinished marks, data."""

import ast
import re
from pathlib import Path

import pytest

from data_contracts.to_dictionary import DICTIONARY_PATH
from tests.architecture.tree import HOUSES, REPOSITORY, tracked_files

REGISTRY = re.compile(
    r"--(extra-)?index-url[ =]+http|source = [{] registry|https?://[a-z0-9.-]+/(simple|packages)/"
)
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X{3}|NotImplemented[E]rror)\b")
DICTIONARY = REPOSITORY / DICTIONARY_PATH
LARGEST_BYTES = 1_048_576


def text_of(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.fixture(scope="module")
def texts():
    this_file = REPOSITORY / "tests" / "architecture" / "test_tree.py"
    return {path: text_of(path) for path in tracked_files() if path != this_file}


def test_no_registry_address_stands_in_the_tree(texts):
    assert [path for path, text in texts.items() if REGISTRY.search(text)] == []


def test_no_path_of_this_machine_stands_in_the_tree(texts):
    place = str(REPOSITORY.parent) + "/"
    if place in {"/", "/tmp/", "/home/"}:
        pytest.skip("the checkout lies at a place whose path says nothing")
    assert [path for path, text in texts.items() if place in text] == []


def test_nothing_is_left_unfinished(texts):
    code = {path: text for path, text in texts.items() if path.suffix in {".py", ".sql", ".yml"}}
    assert [path for path, text in code.items() if UNFINISHED.search(text)] == []


def test_no_large_file_is_tracked():
    assert [path for path in tracked_files() if path.stat().st_size > LARGEST_BYTES] == []


def test_no_public_data_of_others_is_committed():
    names = {path.name for path in tracked_files()}
    assert not {name for name in names if name.startswith(("df_syn_", "harmonized-system"))}


def test_the_readme_names_the_two_commands():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def unlisted(folder: Path) -> list[str]:
    """Return the modules that the docstring of a package does not name, or names in vain."""
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    modules |= {path.parent.name for path in folder.glob("*/*.py")}
    return sorted(modules ^ set(re.findall(r"`(\w+)`", said)))


# The simulator tells its rooms by subject.
TOLD = {
    *HOUSES, "benchmark/play", "benchmark/public", "ingestion/sources", "ml/features", "ml/lanes",
    "ml/targets", "orchestration/assets", "orchestration/operations",
} - {"simulator"}  # fmt: skip


@pytest.mark.parametrize("folder", sorted(TOLD))
def test_the_docstring_of_a_house_says_which_module_does_what(folder):
    assert unlisted(REPOSITORY / folder) == []


def test_a_planted_module_that_its_house_does_not_name_is_found(tmp_path):
    (tmp_path / "__init__.py").write_text('"""`here` is here, `gone` was."""')
    for name in ("here", "planted"):
        (tmp_path / f"{name}.py").touch()
    assert unlisted(tmp_path) == ["gone", "planted"]


def test_the_data_dictionary_names_where_a_column_is_said():
    first, second = re.findall(r"`(data_contracts/\w+)/`", DICTIONARY.read_text(encoding="utf-8"))
    assert first == second
    assert "trader_id:" in (REPOSITORY / first / "traders.yaml").read_text(encoding="utf-8")
