"""How fast a nation is simulated: seconds, memory, and the ratio to writing the same from memory.

`t = a + b·days + c·items`: a from a run of one day, b from a nation with next to no trade, c from
the items of each scale. Peak memory is that of all processes together. Never a timed test.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.architecture.tree import REPOSITORY

pytestmark = pytest.mark.bench

ARTIFACT = REPOSITORY / "test-artifacts" / "nation.json"
CUSTOMS = Path(sys.executable).parent / "customs"
FIRST, FIVE_YEARS = date(2025, 1, 1), 1_826
MOST_DISK_BYTES, MOST_MEMORY_MIB = 40e9, 3.7 * 1024


def simulate(folder: Path, scale: float, days: int, *more: str) -> dict[str, Any]:
    """Run the command and return seconds, peak memory in all and by stage, counts and stages."""
    command = [
        str(CUSTOMS), "simulate", "run", "--json", "--scale", str(scale), "--days", str(days),
        "--from", FIRST.isoformat(), "--out", str(folder), "--form", "parquet", *more,
    ]  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    seen: list[tuple[float, int]] = []
    watcher = threading.Thread(target=watch, args=(process.pid, seen), daemon=True)
    watcher.start()
    out, _ = process.communicate()
    ended = time.perf_counter()
    assert process.returncode == 0
    told = json.loads(out)
    begun, stages = ended - told["seconds"], []
    for stage in told["stages"]:
        until = begun + stage["seconds"]
        peak = max((memory for at, memory in seen if begun <= at < until), default=0)
        stages.append(stage | {"peak_memory_mib": peak // 2**20})
        begun = until
    return {
        "scale": scale,
        "days": days,
        "seconds": round(ended - started, 1),
        "goods_items": told["goods_items"],
        "rows": sum(told["rows"].values()),
        "files": sum(told["files"].values()),
        "peak_memory_mib": max(memory for _, memory in seen) // 2**20,
        "stages": stages,
    }


def watch(group: int, seen: list[tuple[float, int]]) -> None:
    """Note when a process group has how much proportional memory: shared pages count once."""
    while Path(f"/proc/{group}").exists():
        total = 0
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and in_group(entry, group):
                total += proportional(entry)
        seen.append((time.perf_counter(), total))
        time.sleep(0.5)


def in_group(entry: Path, group: int) -> bool:
    try:
        return os.getpgid(int(entry.name)) == group
    except ProcessLookupError:
        return False


def proportional(entry: Path) -> int:
    try:
        lines = (entry / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def most_on_disk(run: dict[str, Any]) -> int:
    """Return the most that lay on disk when a stage ended, bytes."""
    return max(stage["written_bytes"] + stage["waiting_bytes"] for stage in run["stages"])


def write_from_memory(folder: Path, target: Path) -> float:
    """Return the seconds to write the same Parquet tables again, a file at a time from memory."""
    seconds = 0.0
    for number, path in enumerate(sorted(folder.rglob("*.parquet"))):
        table = pq.read_table(path)
        started = time.perf_counter()
        pq.write_table(table, target / f"{number % 100}.parquet")
        seconds += time.perf_counter() - started
    return seconds


def write(what: str, results: object) -> None:
    ARTIFACT.parent.mkdir(exist_ok=True)
    kept = json.loads(ARTIFACT.read_text()) if ARTIFACT.exists() else {}
    ARTIFACT.write_text(json.dumps(kept | {what: results}, indent=2))


def test_fixed_costs_and_the_cost_of_an_item(tmp_path):
    target = tmp_path / "again"
    target.mkdir()
    start = simulate(tmp_path / "start", 0.0001, 1)
    days = simulate(tmp_path / "days", 0.0001, 365)
    b = (days["seconds"] - start["seconds"]) / 364
    results = {"a_seconds": start["seconds"], "b_ms_a_day": round(b * 1000, 1), "runs": []}
    for scale in (0.01, 0.1):
        run = simulate(tmp_path / f"nation {scale}", scale, 365)
        ratio = run["seconds"] / write_from_memory(tmp_path / f"nation {scale}", target)
        c = (run["seconds"] - days["seconds"]) / run["goods_items"]
        results["runs"].append(
            run | {"c_us_an_item": round(c * 1e6, 2), "times_writing_from_memory": round(ratio, 2)}
        )
    write("a, b and c", results)
    assert len(results["runs"]) == 2


def test_a_national_year(tmp_path):
    """Each run's files (tens of GB) go before the next begins."""
    results = {}
    for what, only in (("section A", ("--only", "vcis_extract")), ("all sources", ())):
        target, again = tmp_path / what, tmp_path / "again"
        again.mkdir(exist_ok=True)
        run = simulate(target, 1, 365, *only)
        ratio = run["seconds"] / write_from_memory(target, again)
        results[what] = run | {"times_writing_from_memory": round(ratio, 2)}
        write(f"{what} of a national year", results[what])
        shutil.rmtree(target)
    whole = results["all sources"]
    assert whole["goods_items"] > 50_000_000
    assert whole["peak_memory_mib"] < MOST_MEMORY_MIB
    assert most_on_disk(whole) < MOST_DISK_BYTES


def test_five_years(tmp_path):
    """A tenth of the nation whole; the whole nation with its first and last 30 days written."""
    last = FIRST + timedelta(days=FIVE_YEARS - 1)
    stretches = (FIRST, FIRST + timedelta(days=29)), (last - timedelta(days=29), last)
    ends = [part for one in stretches for part in ("--only-days", ":".join(map(str, one)))]
    for what, scale, more in (
        ("five years at 0.1", 0.1, ()),
        ("the ends of five years", 1, (*ends, "--reach", "30")),
    ):
        run = simulate(tmp_path / what, scale, FIVE_YEARS, *more)
        write(what, run)
        shutil.rmtree(tmp_path / what)
        assert most_on_disk(run) < MOST_DISK_BYTES
