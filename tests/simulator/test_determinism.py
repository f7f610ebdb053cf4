"""The same arguments give the same bytes: on any processes, by source, by day, by block length."""

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from data_contracts.errors import ContractViolationError
from simulator import world
from simulator.arguments import SimulationArguments
from simulator.chronicle.living import live_through
from simulator.delivery.tables import SOURCES, TABLES
from tests.architecture.tree import REPOSITORY
from tests.simulator.decoded import golden_hashes
from tests.unit.simulator.nation import digests, rows

# Across the reorganisation of the offices and a month's end, when snapshots are taken.
FIRST, DAYS = date(2025, 2, 20), 16
_BY_COMMAND = """
import sys
from pathlib import Path
from tests.simulator.test_determinism import small
from simulator.world import run
run(small(Path(sys.argv[1]), processes=2))
"""


def small(out: Path, **changes: object) -> SimulationArguments:
    """Return the arguments of one tiny nation."""
    values: dict[str, object] = {
        "first_date": FIRST, "days": DAYS, "scale": 0.0012, "seed": 33, "warmup_days": 60,
        "random_arm": 0.02, "processes": 1,
    }  # fmt: skip
    return SimulationArguments(out=out, **(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The outside files of the tiny nation. Never write to it."""
    out = tmp_path_factory.mktemp("whole") / "nation"
    world.run(small(out))
    return out


@pytest.fixture(scope="module")
def lived() -> tuple[object, object]:
    """The nation and its light pass, which know nothing of sources, days asked for or blocks."""
    nation = world.nation_of(small(Path("nowhere")))
    return nation, live_through(nation, None)


@pytest.fixture
def quick(lived, monkeypatch):
    """Let `world.run` take the nation that has been drawn and lived through already."""
    monkeypatch.setattr(world, "nation_of", lambda _arguments: lived[0])
    monkeypatch.setattr(world, "live_through", lambda *_: lived[1])
    return world.run


@pytest.mark.full
def test_another_process_on_two_processes_writes_the_same_bytes(whole, tmp_path):
    outs = [tmp_path / "a", tmp_path / "b"]
    for out, seed in zip(outs, ("1", "2"), strict=True):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", _BY_COMMAND, str(out)],
            cwd=REPOSITORY, env=environment, check=True, capture_output=True,
        )  # fmt: skip
        assert digests(out) == digests(whole)
        assert (out / "world.json").read_bytes() == (whole / "world.json").read_bytes()


def test_another_seed_writes_other_bytes(whole, tmp_path):
    world.run(small(tmp_path, seed=9, only=("vcis_extract", "manifest")))
    assert set(digests(tmp_path).values()).isdisjoint(digests(whole).values())


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_alone_has_the_bytes_of_the_full_run(whole, quick, tmp_path, source):
    quick(small(tmp_path, only=(source,)))
    folders = {Path(table.folder).parts[0] for table in TABLES.values() if table.source == source}
    words = {table.word for table in TABLES.values() if table.source == source}
    full = {
        name: digest
        for name, digest in digests(whole).items()
        if Path(name).parts[0] in folders and _word(name) in words
    }
    assert digests(tmp_path) == full


@pytest.mark.parametrize("after", [0, 1, 8, DAYS - 1])
def test_a_day_alone_has_the_bytes_of_the_whole_run(whole, quick, tmp_path, after):
    day = FIRST + timedelta(days=after)
    quick(small(tmp_path, only_days=((day, day),)))
    alone, full = digests(tmp_path), digests(whole)
    assert {name for name in alone if full.get(name) != alone[name]} == set()
    # A message is named by the paper it is; its folder says the day on which it was sent.
    daily = {name for name in full if f"{day:%Y%m%d}" in name and not name.endswith(".xml")}
    daily |= {name for name in full if f"{day:%Y/%m/%d}" in name and name.endswith(".xml")}
    assert daily <= set(alone)
    assert {_word(name) for name in daily} > {"tk", "hang", "sukien", "manifest"}


@pytest.mark.full
def test_stretches_of_days_have_the_bytes_of_the_whole_run(whole, quick, tmp_path, monkeypatch):
    monkeypatch.setattr(world, "_BLOCK_DECLARATIONS", 1)
    ends = FIRST + timedelta(days=1), FIRST + timedelta(days=DAYS - 1)
    stretches = tuple((day, day) for day in ends)
    told = quick(small(tmp_path / "all", only_days=stretches))
    near = quick(small(tmp_path / "near", only_days=stretches, reach=0))
    full, found, own = (digests(out) for out in (whole, tmp_path / "all", tmp_path / "near"))
    assert found.items() <= full.items()
    # In any order, and told twice: each day is written and counted once.
    again = quick(small(tmp_path / "again", only_days=(*reversed(stretches), stretches[0])))
    assert digests(tmp_path / "again") == found
    assert again.rows == told.rows
    # What is registered on these days is all there; of what others send on them, nothing.
    today = {f"tk_{day:%Y%m%d}_00.csv.gz" for day in ends}
    of_today = {name: own[name] for name in own if Path(name).name in today}
    assert len(of_today) == len(ends)
    assert of_today.items() <= full.items()
    assert {_day_of(name) for name in own if _word(name) == "sukien"} == set(ends)
    assert not own.items() <= full.items()
    assert 0 < near.declarations < 0.4 * len(rows(whole, "tk"))


@pytest.mark.parametrize(
    "days",
    [
        {"reach": 3},
        {"only_days": ((FIRST - timedelta(days=1), FIRST),)},
        {"only_days": ((FIRST + timedelta(days=3), FIRST),)},
    ],
)
def test_days_outside_the_run_and_reach_without_days_are_refused(days):
    with pytest.raises(ContractViolationError, match="only days"):
        small(Path("nowhere"), **days)


def test_each_stage_tells_its_disk_use(quick, tmp_path):
    stages = {one.name: one for one in quick(small(tmp_path)).stages}
    assert list(stages) == ["draw", "live", "write", "gather", "publish"]
    assert stages["live"].written_bytes < stages["write"].written_bytes
    assert stages["write"].written_bytes < stages["gather"].written_bytes
    assert stages["gather"].written_bytes < stages["publish"].written_bytes
    files = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert stages["publish"].written_bytes > files
    assert stages["live"].waiting_bytes < stages["write"].waiting_bytes


@pytest.mark.full
def test_what_waited_goes_as_it_is_written(whole, quick, tmp_path, monkeypatch):
    """A block for each day, on two processes."""
    monkeypatch.setattr(world, "_BLOCK_DECLARATIONS", 1)
    monkeypatch.setattr(world, "_GATHERED_DAYS", 1)
    stages = {one.name: one for one in quick(small(tmp_path, processes=2)).stages}
    assert digests(tmp_path) == digests(whole)
    assert stages["gather"].waiting_bytes < stages["write"].waiting_bytes / 2


@pytest.mark.full
def test_the_truth_changes_nothing_and_is_the_same_for_any_blocks(
    whole, quick, tmp_path, monkeypatch
):
    quick(small(tmp_path / "one", truth=tmp_path / "truth"))
    monkeypatch.setattr(world, "_BLOCK_DECLARATIONS", 150)
    quick(small(tmp_path / "many", truth=tmp_path / "same"))
    assert digests(tmp_path / "one") == digests(tmp_path / "many") == digests(whole)
    assert digests(tmp_path / "truth") == digests(tmp_path / "same")


@pytest.mark.full
def test_parquet_says_what_text_says(whole, quick, tmp_path):
    quick(small(tmp_path, form="parquet"))
    assert list(tmp_path.rglob("tk_*.parquet"))
    said, text = golden_hashes(tmp_path, distinct=True), golden_hashes(whole, distinct=True)
    # Objects inside JSON lines are text in Parquet: those rows read otherwise.
    flat = {name for name in said if TABLES[name].form == "csv"}
    assert len(flat) > 15
    assert {name: said[name] for name in flat} == {name: text[name] for name in flat}


@pytest.mark.full
def test_live_files_say_what_the_nightly_ones_say(whole, quick, tmp_path):
    quick(small(tmp_path, live=15))
    live, night = digests(tmp_path), digests(whole)
    of_declarations = {name for name in live if name.startswith("vcis/")}
    times = [re.fullmatch(r"[a-z]+_\d{8}_(\d\d)(\d\d)_\d\d", Path(n).name.split(".")[0])
             for n in of_declarations]  # fmt: skip
    assert all(found and int(found[1]) < 24 and int(found[2]) % 15 == 0 for found in times)
    assert len(of_declarations) > 5 * sum(name.startswith("vcis/") for name in night)
    assert {name: live[name] for name in live.keys() - of_declarations} == {
        name: digest for name, digest in night.items() if not name.startswith("vcis/")
    }
    # The same rows, their SEQ_NO among them.
    assert golden_hashes(tmp_path, distinct=True) == golden_hashes(whole, distinct=True)


@pytest.mark.parametrize("minutes", [4, 61])
def test_live_files_cover_five_to_sixty_minutes(minutes):
    with pytest.raises(ContractViolationError, match=r"live must lie in 5\.\.60"):
        small(Path("nowhere"), live=minutes)


def _day_of(name: str) -> date:
    """Return the day that a file is about."""
    return date.fromisoformat(re.search(r"_(\d{8})", name)[1])


def _word(name: str) -> str:
    return Path(name).name.partition("_")[0].partition(".")[0]
