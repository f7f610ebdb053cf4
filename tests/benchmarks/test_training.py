"""How much memory a training takes: that of a process of its own, on a nation of some size."""

import json
import subprocess
import sys
from datetime import date

import pytest

from ingestion.land import land_files
from orchestration.operations.build import build
from simulator.arguments import SimulationArguments
from simulator.world import run as simulate
from tests.benchmarks.test_street import FOLDERS, write
from warehouse.publish import publish
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.bench

SCALE = 0.03
# Measured 1,147; 2,083 with the inputs of all months at once, as docs/benchmark.md tells.
MOST_MEMORY_MIB = 1_500
TRAIN = """
import json, re, sys
from pathlib import Path
from orchestration.operations.learning import train_model
from warehouse.settings import LakeSettings

def peak_mib():
    # Not getrusage: what the process that starts a program held counts there as the program's.
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024

before = peak_mib()
report = train_model(LakeSettings(home=Path(sys.argv[1])))
counts = report.metrics["label_counts"]
print(json.dumps({
    "examined_items": counts["irregular"] + counts["as_declared"],
    "seconds": round(report.seconds, 1),
    "imports_mib": before,
    "peak_memory_mib": peak_mib(),
}))
"""


def test_training(tmp_path):
    arguments = SimulationArguments(
        out=tmp_path / "nation", first_date=date(2025, 1, 1), days=365, scale=SCALE
    )
    settings = LakeSettings(home=tmp_path / "home")
    summary = simulate(arguments)
    for source, folder in FOLDERS.items():
        land_files(settings, source, [arguments.out / folder])
    build(settings)
    publish(settings, roles=("analyst",))
    told = subprocess.run(
        [sys.executable, "-c", TRAIN, settings.home], check=True, capture_output=True
    )
    results = {"goods_items": summary.goods_items, **json.loads(told.stdout)}
    write(results, f"training the risk model: scale {SCALE}, 365 days")
    assert results["examined_items"] > 100_000
    assert results["peak_memory_mib"] <= MOST_MEMORY_MIB
