"""How fast the street is: rows a second, ratios inside one run, peak memory. Never a timed test.

The measure is the time to write the same rows from memory as Parquet: the best a machine can do.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.land import land_files
from ml.lanes.settings import ServingSettings
from orchestration.operations.build import build
from orchestration.operations.demo import Nation, run_demo
from orchestration.operations.lane_example import lane_request
from orchestration.operations.lanes import decide_body
from simulator.arguments import SimulationArguments
from simulator.world import run as simulate
from tests.architecture.tree import REPOSITORY
from warehouse import lake
from warehouse.layout import Layout
from warehouse.publish import publish
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.bench

ARTIFACT = REPOSITORY / "test-artifacts" / "street.json"
FOLDERS = {"reference": "reference", "trader_registry": "registry", "vcis_extract": "vcis"}


def measured(step, results, name):
    started, processor = time.perf_counter(), time.process_time()
    value = step()
    results[name] = {
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(time.process_time() - processor, 2),
    }
    return value


def test_landing_building_and_publishing(tmp_path):
    arguments = SimulationArguments(
        out=tmp_path / "nation", first_date=date(2025, 1, 1), days=365, scale=0.01
    )
    settings = LakeSettings(home=tmp_path / "home")
    results = {}
    summary = measured(lambda: simulate(arguments), results, "simulate")
    for source, folder in FOLDERS.items():
        measured(
            lambda s=source, f=folder: land_files(settings, s, [arguments.out / f]), results, source
        )
    layout = Layout(settings.home)
    files = [
        file
        for layer, table in lake.existing_tables(layout)
        if layer == "bronze"
        for file in lake.live_files(layout, layer, table)
    ]
    tables = [pq.read_table(file) for file in files]
    rows = sum(table.num_rows for table in tables)

    def write_from_memory():
        for number, table in enumerate(tables):
            pq.write_table(table, tmp_path / f"{number}.parquet", compression="zstd")

    measured(write_from_memory, results, "write_from_memory")
    measured(lambda: build(settings), results, "build")
    measured(lambda: publish(settings), results, "publish")
    base = results["write_from_memory"]["seconds"]
    for figures in results.values():
        figures["times_writing_from_memory"] = round(figures["seconds"] / base, 1)
    results["rows"] = rows
    results["goods_items"] = summary.goods_items
    results["peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    write(results, "landing, building, publishing: scale 0.01, 365 days")
    assert rows > summary.goods_items


def test_one_lane_decision(tmp_path):
    settings = LakeSettings(home=tmp_path / "home")
    nation = Nation(first_date=date(2025, 1, 1), days=400, scale=0.002, seed=11, random_arm=0.25)
    run_demo(settings, nation, progress=lambda _line: None)
    body = lane_request(settings)
    seconds = []
    for _ in range(50):
        started = time.perf_counter()
        decide_body(settings, ServingSettings(), body)
        seconds.append(time.perf_counter() - started)
    results = {
        "decide_with_loading_median_ms": round(statistics.median(seconds) * 1000, 1),
        "door_for_sql_ms": round(door_seconds(settings) * 1000),
    }
    write(results, "one lane decision, and one small query through the door")
    assert len(seconds) == 50


def door_seconds(settings) -> float:
    command = [str(Path(sys.executable).parent / "customs"), "sql", "--role", "analyst", "--json"]
    statement = "select count(*) from marts.fct_declaration"
    started = time.perf_counter()
    subprocess.run(
        [*command, "--home", str(settings.home), statement], check=True, capture_output=True
    )
    return time.perf_counter() - started


def write(results, what):
    ARTIFACT.parent.mkdir(exist_ok=True)
    kept = json.loads(ARTIFACT.read_text()) if ARTIFACT.exists() else {}
    ARTIFACT.write_text(json.dumps(kept | {what: results}, indent=2))
