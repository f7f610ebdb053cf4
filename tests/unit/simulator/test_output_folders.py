"""A folder takes the files of one nation alone: two could not be told apart."""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import pytest

from benchmark.outside import Limits, connection
from benchmark.outside_files import attach
from benchmark.score import world_of
from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.simulated import MARKER, begin, begun_in, is_marked, mark, nation_in
from simulator.arguments import SimulationArguments
from simulator.truth import FILES
from tests.unit.simulator.nation import digests, simulate
from tests.unit.simulator.test_private_mechanisms import SOUND

LITTLE = {"days": 1, "warmup_days": 0, "scale": 0.0005, "only": ("licence",)}


def private(folder, body=""):
    folder.mkdir(exist_ok=True)
    (folder / "own.py").write_text(SOUND + body, encoding="utf-8")
    return folder


def test_a_folder_with_the_same_nation_but_other_mechanisms_is_refused(tmp_path):
    own = private(tmp_path / "private")
    for place, first, others in (
        ("named", {}, [{"mechanisms": ("none",)}, {"form": "parquet"}, {"faults": "all"}]),
        ("own", {"mechanism_folder": own}, [{}]),
    ):
        simulate(tmp_path / place, **LITTLE, **first)
        before = digests(tmp_path / place)
        for other in others:
            with pytest.raises(ContractViolationError, match="another nation; choose an empty"):
                simulate(tmp_path / place, **LITTLE, **other)
        assert digests(tmp_path / place) == before
    simulate(tmp_path / "own", **LITTLE, mechanism_folder=own)
    with pytest.raises(ContractViolationError, match="another nation"):
        simulate(tmp_path / "own", **LITTLE, mechanism_folder=private(own, "# another\n"))


def test_a_folder_whose_run_was_broken_off_takes_the_same_nation_alone(tmp_path):
    simulate(tmp_path, **LITTLE)
    (tmp_path / "world.json").unlink()
    with pytest.raises(ContractViolationError, match="another nation"):
        simulate(tmp_path, **LITTLE, mechanisms=("none",))
    simulate(tmp_path, **LITTLE)
    (tmp_path / "world.json").unlink()
    for path in tmp_path.iterdir():
        if path.name != MARKER:
            shutil.rmtree(path)
    simulate(tmp_path, **LITTLE, mechanisms=("none",))
    assert "undervaluation" not in (tmp_path / MARKER).read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["file", "file/truth", "taken"])
def test_a_place_where_no_truth_can_be_written_is_found_before_anything_is(tmp_path, place):
    (tmp_path / "file").touch()
    (tmp_path / "taken" / "schemes.parquet").mkdir(parents=True)
    with pytest.raises((ContractViolationError, OSError)) as told:
        simulate(tmp_path / "out", **LITTLE, truth=tmp_path / place)
    assert place in str(told.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("loop", "a link that leads to itself"),
        ("loop/x", "a link that leads to itself"),
        ("nowhere", "a link that leads nowhere"),
        ("pipe", "a pipe or a device"),
        ("file", "a file"),
    ],
)
def test_what_is_no_folder_is_told_before_a_nation_is_drawn(tmp_path, kind, found):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere").symlink_to("not there")
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    place, day = tmp_path / kind, date(2025, 1, 6)
    told = rf"must be a folder, found {found}: {place}$"
    with pytest.raises(ContractViolationError, match=f"out {told}"):
        SimulationArguments(out=place, first_date=day, days=1)
    with pytest.raises(ContractViolationError, match=f"the truth {told}"):
        SimulationArguments(out=tmp_path / "out", truth=place, first_date=day, days=1)


def test_truth_and_files_tell_that_they_are_of_one_nation(tmp_path):
    for name, seed in (("one", 1), ("other", 2)):
        simulate(tmp_path / name, **LITTLE, truth=tmp_path / f"truth of {name}", seed=seed)
    assert world_of(tmp_path / "truth of one", tmp_path / "one") == tmp_path / "one"
    with pytest.raises(CustomsDataError, match="found those of another"):
        world_of(tmp_path / "truth of one", tmp_path / "other")


def test_a_truth_is_held_until_its_run_has_ended(tmp_path):
    truth, refused = tmp_path / "truth", []

    def run_beside(*_):
        for seed in (11, 2):
            with pytest.raises(CustomsDataError, match="another simulation is writing") as told:
                simulate(tmp_path / "two", **LITTLE, seed=seed, truth=truth)
            refused.append(str(truth) in str(told.value))

    simulate(tmp_path / "one", **LITTLE, truth=truth, progress=run_beside)
    assert len(refused) >= 4
    assert all(refused)
    assert not (tmp_path / "two").exists()
    assert world_of(truth, None) == truth / "../one"
    before = digests(truth)
    simulate(tmp_path / "two", **LITTLE, truth=truth)
    assert digests(truth).keys() == before.keys()


def test_a_folder_with_another_truth_or_other_files_takes_no_truth(tmp_path):
    simulate(tmp_path / "one", **LITTLE, truth=tmp_path / "truth")
    before = digests(tmp_path / "truth")
    (tmp_path / "held").mkdir()
    (tmp_path / "held" / "mine.part").touch()
    for place, what in (("truth", "the truth of another nation"), ("held", "other files")):
        with pytest.raises(ContractViolationError, match=f"holds {what}; choose an empty"):
            simulate(tmp_path / "two", **LITTLE, seed=2, truth=tmp_path / place)
        assert not (tmp_path / "two").exists()
    assert digests(tmp_path / "truth") == before
    simulate(tmp_path / "one", **LITTLE, truth=tmp_path / "truth")
    assert digests(tmp_path / "truth") == before


@pytest.mark.parametrize(
    ("out", "truth"), [("nation/sub", None), ("nation/a/b", None), ("own", "nation/truth")]
)
def test_a_nation_does_not_lie_in_the_folder_of_another(tmp_path, out, truth):
    simulate(tmp_path / "nation", **LITTLE)
    before = digests(tmp_path / "nation")
    truth = truth and tmp_path / truth
    with pytest.raises(
        ContractViolationError, match=f"lies in the folder of the nation {tmp_path}"
    ):
        simulate(tmp_path / out, **LITTLE, seed=2, truth=truth)
    assert digests(tmp_path / "nation") == before
    assert not (tmp_path / out).exists()


def test_what_a_run_broke_off_is_ended_before_another_part_is_written(tmp_path):
    parts = {"only": ("vcis_extract", "licence")}
    simulate(tmp_path, **(LITTLE | parts))
    before = digests(tmp_path)
    begin(tmp_path, "vcis_extract, licence")
    with pytest.raises(ContractViolationError, match="that writes vcis_extract, licence; give its"):
        simulate(tmp_path, **LITTLE)
    for same in (parts, {"only": ()}):
        begin(tmp_path, "vcis_extract, licence")
        simulate(tmp_path, **(LITTLE | same))
        assert begun_in(tmp_path) is None
        assert before.items() <= digests(tmp_path).items()


def test_what_a_run_broke_off_before_its_truth_leaves_room_for_another(tmp_path):
    simulate(tmp_path / "one", **LITTLE, seed=2, truth=tmp_path / "truth")
    for name in FILES:
        (tmp_path / "truth" / name).unlink()
    (tmp_path / "truth" / "world.json.17.part").touch()
    simulate(tmp_path / "out", **LITTLE, truth=tmp_path / "truth")
    assert world_of(tmp_path / "truth", None) == tmp_path / "truth" / "../out"


def test_the_truth_of_some_days_takes_the_place_of_no_whole_one(tmp_path):
    some = {"only_days": ((date(2025, 6, 20), date(2025, 6, 20)),), "reach": 0}
    simulate(tmp_path / "out", **LITTLE, truth=tmp_path / "truth")
    before = digests(tmp_path / "truth")
    with pytest.raises(ContractViolationError, match="holds that of everything, not of the days"):
        simulate(tmp_path / "out", **LITTLE, **some, truth=tmp_path / "truth")
    assert digests(tmp_path / "truth") == before
    simulate(tmp_path / "part", **LITTLE, **some, truth=tmp_path / "of part")
    assert world_of(tmp_path / "of part", None) == tmp_path / "of part" / "../part"
    with pytest.raises(CustomsDataError, match="expected the truth of the whole nation"):
        world_of(tmp_path / "of part", tmp_path / "out")


def test_what_kills_left_of_small_files_goes_with_the_next_run(tmp_path):
    out, truth = tmp_path / "out", tmp_path / "truth"
    simulate(out, **LITTLE, truth=truth)
    before = digests(out), digests(truth)
    for path in (out / ".begun.7.part", truth / "slips.parquet.7.part"):
        path.touch()
    simulate(out, **LITTLE, truth=truth)
    assert (digests(out), digests(truth)) == before


def test_files_of_two_nations_are_not_read_as_one(tmp_path):
    for name, seed in (("one", 1), ("two", 2)):
        simulate(tmp_path / name, **LITTLE, seed=seed)
    shutil.copytree(tmp_path / "two", tmp_path / "one" / "more")
    with connection(Limits()) as opened, pytest.raises(CustomsDataError, match="more: expected"):
        attach(opened, tmp_path / "one", {})


def mark_often(folder, nation):
    for _ in range(500):
        mark(folder, nation)
        assert is_marked(folder)
        assert nation_in(folder) == nation


@pytest.mark.full
@pytest.mark.parametrize("nation", ["", "one nation"])
def test_several_processes_may_mark_a_folder_at_once(tmp_path, nation):
    with ProcessPoolExecutor(4, get_context("spawn")) as workers:
        for done in [workers.submit(mark_often, tmp_path, nation) for _ in range(4)]:
            done.result()
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]
