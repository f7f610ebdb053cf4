"""No test judges by the speed of its machine: measuring is for `tests/benchmarks`."""

import ast

import pytest

from tests.architecture.tree import REPOSITORY, tracked_files

_TESTS = REPOSITORY / "tests"
_CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time"}
_WAITS = {"timeout", "timeout_seconds"}
# Where clocks are the matter: measuring, how long a test waits, and promises in real seconds.
_EXEMPT = (
    _TESTS / "benchmarks",
    _TESTS / "patience.py",
    _TESTS / "real_time.py",
    _TESTS / "architecture",
)


def judged_files():
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.is_relative_to(_TESTS)
        if not any(path == exempt or path.is_relative_to(exempt) for exempt in _EXEMPT)
    ]


def speed_dependences(source: str) -> list[int]:
    """Return the lines that read a processor's clock or give up after a number of seconds."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in _CLOCKS:
                lines.append(node.lineno)
        if isinstance(node, ast.keyword) and node.arg in _WAITS:
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
                lines.append(value.lineno)
    return lines


@pytest.mark.parametrize(
    "source",
    ["assert time.monotonic() - started < 20", "process.wait(timeout=20)", "t = process_time()"],
)
def test_a_planted_dependence_is_found(source):
    assert speed_dependences(source) == [1]


def test_no_test_depends_on_the_speed_of_its_machine():
    found = {
        f"{path.relative_to(REPOSITORY)}:{line}"
        for path in judged_files()
        for line in speed_dependences(path.read_text(encoding="utf-8"))
    }
    assert found == set()
