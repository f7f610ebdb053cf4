"""One small nation for all tests that look at a whole lake: made once, then only read."""

from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.operations.demo import Nation, run_demo
from warehouse.settings import LakeSettings

# Small, and long enough that a quarter of mature inspections is left to measure on.
NATION = Nation(first_date=date(2025, 1, 1), days=400, scale=0.002, seed=11, random_arm=0.25)


@pytest.fixture(scope="session")
def nation_home(tmp_path_factory) -> Path:
    """The home of a small nation that went the whole way. Never write to it."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):
        shared = shared.parent
    home = shared / "nation"
    with FileLock(shared / "nation.lock"):
        done = shared / "nation.done"
        if not done.exists():
            run_demo(LakeSettings(home=home), NATION, progress=lambda _line: None)
            done.touch()
    return home
