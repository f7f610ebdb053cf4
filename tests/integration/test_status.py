"""`customs status`: what there is, how old it is, what is damaged or behind, and what to type."""

import json
import os
import shlex

import duckdb
import pytest

from orchestration.operations.status import status_of
from warehouse import locks
from warehouse.build_record import record
from warehouse.lake import cut as lake_cut
from warehouse.layout import Layout
from warehouse.publish import ROLES
from warehouse.settings import LakeSettings


def test_status_tells_what_there_is_and_what_is_behind(customs, nation_home):
    found = status_of(LakeSettings(home=nation_home))
    assert found["build"]["state"] == "ready"
    assert set(found["releases"]) == set(ROLES)
    (model,) = found["models"].values()
    assert found["snapshot"]["model_id"] == model["model_id"]
    assert found["behind"] == []
    aged = [found["build"], *found["releases"].values(), model, found["snapshot"]]
    assert all(one["age_seconds"] >= 0 for one in aged)
    told = customs("status", "--home", nation_home).stdout
    for words in ("release analyst", model["model_id"], "lane snapshot", "Nothing is behind"):
        assert words in told
    sources = ["reference", "trader_registry", "vcis_extract"]
    for one in (*found["releases"].values(), model, found["snapshot"]):
        assert one["simulated_sources"] == sources
    made = "release restricted, release analyst, release management, model risk, lane snapshot"
    assert f"simulated data ({', '.join(sources)}): {made}" in " ".join(told.split())


def test_status_says_that_the_build_is_behind_the_lake(customs, landed):
    customs("land", "vcis_extract", "in", "--home", "lake", cwd=landed)
    done = customs("status", "--home", "lake", "--json", cwd=landed)
    assert json.loads(done.stdout)["behind"] == [
        {"what": "build", "of": "lake", "do": "customs build"}
    ]


def with_a_build(lake):
    """Make the build file of a lake, whole, and return its path."""
    path = Layout(lake).build_path
    with duckdb.connect(str(path)) as connection:
        record(connection, lake_cut(Layout(lake)))
    return path


@pytest.mark.parametrize("damage", ["text", "half", "block"])
def test_status_calls_a_damaged_build_damaged_and_says_how_to_mend_it(customs, landed, damage):
    lake = landed / "my lake"
    customs("land", "vcis_extract", "in", "--home", lake, cwd=landed)
    path = with_a_build(lake)
    content = path.read_bytes()
    broken = {
        "text": b"no database" * 1000,
        "half": content[: len(content) // 2],
        # Behind the three headers of 4 KB lie the blocks.
        "block": content[:12_288] + bytes(len(content) - 12_288),
    }
    path.write_bytes(broken[damage])
    found = json.loads(customs("status", "--home", lake, "--json", cwd=landed).stdout)
    assert found["build"]["state"] == "damaged"
    assert "remove it and run customs build" in found["build"]["message"]
    (behind,) = found["behind"]
    assert (behind["what"], behind["of"]) == ("build", "lake")
    remove, build = behind["do"].split(", ")
    assert shlex.split(remove) == ["rm", str(path)]
    assert build == "customs build"
    assert found["build"]["message"] in customs("status", "--home", lake, cwd=landed).stdout


def test_status_calls_a_damaged_model_and_a_damaged_snapshot_damaged(customs, landed):
    lake = landed / "my lake"
    customs("land", "vcis_extract", "in", "--home", lake, cwd=landed)
    with_a_build(lake)
    bundle = Layout(lake).models / "risk" / ("a" * 64)
    snapshot = Layout(lake).lanes / "snapshots" / "7"
    for folder, file in ((bundle, "bundle.json"), (snapshot, "manifest.json")):
        folder.mkdir(parents=True)
        (folder / file).write_text("{")
        pointer = Layout(lake).lanes if file == "manifest.json" else folder.parent
        (pointer / "CURRENT").write_text(f"{folder.name}\n")
    done = customs("status", "--home", lake, "--json", cwd=landed)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["models"]["risk"]["state"] == found["snapshot"]["state"] == "damaged"
    ways_out = {one["what"]: one["do"] for one in found["behind"]}
    remove, train = ways_out["model risk"].split(", ")
    assert shlex.split(remove) == ["rm", "-r", str(bundle)]
    assert train == "customs train risk"
    assert ways_out["snapshot"] == "customs lanes snapshot"
    told = customs("status", "--home", lake, cwd=landed).stdout
    for made in (found["models"]["risk"], found["snapshot"]):
        assert made["message"] in told


@pytest.mark.parametrize("text", [b"", b"\xff", b"../.."])
def test_status_outlives_a_name_that_is_none(customs, landed, text):
    layout = Layout(landed / "lake")
    customs("land", "vcis_extract", "in", "--home", "lake", cwd=landed)
    for folder in (layout.models / "risk", layout.lanes):
        folder.mkdir(parents=True)
        (folder / "CURRENT").write_bytes(text)
    done = customs("status", "--home", "lake", "--json", cwd=landed)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["models"]["risk"]["state"] == found["snapshot"]["state"] == "damaged"
    ways_out = {one["what"]: one["do"] for one in found["behind"]}
    assert ways_out["model risk"] == "customs train risk"
    assert ways_out["snapshot"] == "customs lanes snapshot"


def test_a_build_keeps_its_age_when_the_lake_is_copied(customs, landed):
    lake = landed / "lake"
    customs("land", "vcis_extract", "in", "--home", lake, cwd=landed)
    path = with_a_build(lake)
    os.utime(path, (0, 0))
    found = json.loads(customs("status", "--home", lake, "--json", cwd=landed).stdout)
    assert 0 <= found["build"]["age_seconds"] < 86_400


def test_a_lake_without_a_record_says_what_comes_first(customs, landed):
    (landed / "in2").mkdir()
    (landed / "in2" / "tk_20250301_1.csv").write_bytes(b"")
    customs("land", "vcis_extract", "in2", "--home", "lake", cwd=landed)
    found = json.loads(customs("status", "--home", "lake", "--json", cwd=landed).stdout)
    assert [(one["what"], one["do"]) for one in found["behind"]] == [
        ("lake", "customs quarantine list")
    ]
    told = customs("status", "--home", "lake", cwd=landed).stdout
    assert "customs quarantine list" in told
    assert "Nothing is behind" not in told


def test_status_calls_a_held_build_running(customs, landed):
    lake = landed / "lake"
    customs("land", "vcis_extract", "in", "--home", lake, cwd=landed)
    with_a_build(lake)
    with locks.building(Layout(lake), 0.0):
        found = json.loads(customs("status", "--home", lake, "--json", cwd=landed).stdout)
    assert found["build"] == {"state": "running"}
    found = json.loads(customs("status", "--home", lake, "--json", cwd=landed).stdout)
    assert found["build"]["state"] == "ready"
