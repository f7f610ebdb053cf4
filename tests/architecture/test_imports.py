"""Imports of the houses: none goes in a circle, and no module only hands on another one's names."""

import ast
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.architecture.tree import HOUSES, REPOSITORY, tracked_files


def circle(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """Return modules that import each other in a circle, none where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def only_forwards(python: str) -> bool:
    """Return whether a module imports names and does nothing of its own."""
    first, *rest = ast.parse(python).body or [ast.Pass()]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    body = rest if is_docstring else [first, *rest]
    own = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return bool(body) and all(_is_list_of_names(node) for node in own)


def _is_list_of_names(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def test_no_imports_go_in_a_circle():
    graph = grimp.build_graph(*HOUSES, exclude_type_checking_imports=True, cache_dir=None)
    imports = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    assert sum(map(len, imports.values())) > 500
    assert circle(imports) == []


def test_a_planted_circle_is_caught():
    assert len(set(circle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}))) == 3


def test_no_module_only_forwards():
    modules = [path.relative_to(REPOSITORY) for path in tracked_files() if path.suffix == ".py"]
    of_houses = [path for path in modules if path.parts[0] in HOUSES]
    forwarding = [path for path in of_houses if only_forwards((REPOSITORY / path).read_text())]
    assert forwarding == []


@pytest.mark.parametrize(
    ("python", "found"),
    [
        ('"""A face."""\nfrom a import b\n__all__ = ["b"]\n', True),
        ("from a import b, c\n", True),
        ('"""A package."""\n', False),
        ('"""A module."""\nfrom a import b\nd = b()\n', False),
    ],
)
def test_planted_modules_that_only_forward_are_caught(python, found):
    assert only_forwards(python) is found
