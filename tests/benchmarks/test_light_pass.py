"""What the light pass holds while it lives more and more weeks: anonymous pages of its process.

Each nation is lived in a process of its own; what it keeps on disk is mapped and not counted.
"""

import json
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from simulator.arguments import SimulationArguments
from simulator.chronicle.living import live_through
from simulator.world import nation_of
from tests.architecture.tree import REPOSITORY

pytestmark = pytest.mark.bench

ARTIFACT = REPOSITORY / "test-artifacts" / "light-pass.json"
FIRST, A_YEAR, QUARTERS = date(2025, 1, 1), 365, 4
# Trade grows by a third in these years, and what a week takes with it; MiB, as pages are counted.
MOST_GROWTH, SOME_PAGES = 1.4, 10


def held_mib() -> int:
    """Return the anonymous pages of this process, MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon"))


def lived(folder: Path, scale: float, days: int) -> dict[str, Any]:
    """Return what a nation takes when it is drawn, and the most by quarters of the pass."""
    arguments = SimulationArguments(out=folder, first_date=FIRST, days=days, scale=scale, seed=9)
    nation = nation_of(arguments)
    drawn, seen, ended = held_mib(), [], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            seen.append(held_mib())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    live_through(nation, None, folder)
    ended.set()
    watcher.join()
    quarter = max(len(seen) // QUARTERS, 1)
    most = [max(seen[at * quarter : (at + 1) * quarter]) for at in range(QUARTERS)]
    kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "scale": scale,
        "days": days,
        "traders": len(nation.traders),
        "drawn_mib": drawn,
        "most_by_quarter_mib": most,
        "kept_mib": kept // 2**20,
    }


@pytest.mark.parametrize("scale", [0.05, 1])
def test_memory_does_not_grow_with_the_weeks(tmp_path, scale):
    runs = []
    for days in (A_YEAR, 5 * A_YEAR + 1):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            folder = tmp_path / str(days)
            folder.mkdir()
            runs.append(pool.submit(lived, folder, scale, days).result())
    ARTIFACT.parent.mkdir(exist_ok=True)
    told = json.loads(ARTIFACT.read_text()) if ARTIFACT.exists() else {}
    ARTIFACT.write_text(json.dumps(told | {str(scale): runs}, indent=2))
    first, *_, last = (most - runs[1]["drawn_mib"] for most in runs[1]["most_by_quarter_mib"])
    assert last < MOST_GROWTH * first + SOME_PAGES
