"""One small nation for all tests that look at a whole lake: made once, then only read."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.architecture.tree import REPOSITORY

# Small, and long enough that a quarter of mature inspections is left to measure on.
NATION = {"from": "2025-01-01", "days": 400, "scale": 0.002, "seed": 11, "random-arm": 0.25}
# As people have it: what is made is for its owner alone all the same.
USUAL_UMASK = 0o022

# A runner in the background ignores these, and whatever a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


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
