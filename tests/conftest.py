"""One small nation for all tests that look at a whole lake: made once, then only read.

Tests that share what is costly to make run in one worker.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.architecture.tree import REPOSITORY
from warehouse import stopping

# Small, and long enough that a quarter of mature inspections is left to measure on.
NATION = {"from": "2025-01-01", "days": 400, "scale": 0.004, "seed": 11, "random-arm": 0.25}
# As people have it: what is made is for its owner alone all the same.
USUAL_UMASK = 0o022

# A runner in the background ignores these, and whatever a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def usual_signals() -> Iterator[None]:
    """Undo what the command does to signals, where a test calls it in this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
    stopping.asked = False


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share a fixture in one worker, where it is made once.

    Their group is the place of the fixture: a module, or the folder of a conftest. Of several it is
    the widest; a group that a test names itself stays.
    """
    for item in items:
        places = _shared_places(item)
        if places and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(min(places, key=len)))


def _shared_places(item: pytest.Item) -> set[str]:
    known = item._fixtureinfo.name2fixturedefs
    used = [known[name][-1] for name in item.fixturenames if name in known]
    # What pytest and its plugins bring has no place.
    return {one.baseid for one in used if one.baseid and one.scope != "function"}


@pytest.fixture(scope="session")
def nation_home(tmp_path_factory) -> Path:
    """The home of a small nation that went the whole way. Never write to it."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):
        shared = shared.parent
    home = shared / "nation"
    with FileLock(shared / "nation.lock"):
        done = shared / "nation.json"
        if not done.exists():
            nation = NATION | {"home": home}
            options = [f"--{name}={value}" for name, value in nation.items()]
            told = subprocess.run(
                [sys.executable, "-m", "orchestration.cli.main", "demo", "--json", *options],
                check=True,
                stdout=subprocess.PIPE,
                cwd=REPOSITORY,
                umask=USUAL_UMASK,
            )
            done.write_bytes(told.stdout)
    return home
