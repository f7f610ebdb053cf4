"""That data are simulated comes with them: the simulator marks its folder, the landing keeps it."""

import json
import shutil
from pathlib import Path

from data_contracts.simulated import MARKER
from ingestion.land import land_files
from ingestion.withdraw import withdraw
from tests import builders
from tests.unit.simulator.nation import simulate
from warehouse import landing
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


def _sources(settings: LakeSettings) -> list[str]:
    with Ledger(Layout(settings.home).ledger_path) as ledger:
        return ledger.simulated_sources()


def _told(settings: LakeSettings) -> dict[str, bool]:
    """What the receipts say, by the name first seen."""
    receipts = sorted(Layout(settings.home).landing.glob("*/*.json"))
    told = [json.loads(path.read_text(encoding="utf-8")) for path in receipts]
    return {receipt["names"][0]: receipt["is_simulated"] for receipt in told}


def _world(folder: Path) -> Path:
    """A folder as the simulator leaves it, with one declaration and one rate."""
    simulate(folder, days=1, only=("licence",))
    day = folder / "vcis" / "2025" / "03" / "01"
    builders.write_csv(day / "tk_20250301_1.csv", [builders.tk()])
    builders.write_csv(folder / "reference" / "tygia_2025.csv.gz", [builders.tygia()])
    return folder


def test_what_the_simulator_wrote_is_landed_as_simulated(
    settings: LakeSettings, inbox: Path
) -> None:
    simulate(inbox / "world", days=2, only=("reference",))
    report = land_files(settings, "reference", [inbox / "world" / "reference"])
    assert report.accepted_files > 0
    assert set(_told(settings).values()) == {True}
    assert _sources(settings) == ["reference"]


def test_a_copied_folder_of_a_simulated_world_stays_simulated(
    settings: LakeSettings, inbox: Path
) -> None:
    simulate(inbox / "world", days=2, only=("reference", "licence"))
    copied = [
        shutil.copytree(folder, inbox / "copies" / folder.name)
        for folder in (inbox / "world").iterdir()
        if folder.is_dir()
    ]
    assert copied
    for folder in copied:
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert (path.parent / MARKER).is_file(), path
    land_files(settings, "reference", [inbox / "copies" / "reference"])
    assert set(_told(settings).values()) == {True}
    assert _sources(settings) == ["reference"]


def test_the_mark_is_found_from_a_file_a_folder_inside_and_a_folder_above(
    settings: LakeSettings, inbox: Path
) -> None:
    world = _world(inbox / "world")
    day = world / "vcis" / "2025" / "03" / "01"
    builders.write_csv(inbox / "real" / "tk_20250302_1.csv", [builders.tk("300000000020", 2)])
    builders.write_csv(day / "hang_20250301_1.csv", [builders.hang()])
    land_files(settings, "vcis_extract", [day / "tk_20250301_1.csv"])
    land_files(settings, "vcis_extract", [inbox])
    told = {name.rsplit("/", 1)[-1]: is_simulated for name, is_simulated in _told(settings).items()}
    told = {name: told[name] for name in told if name.startswith(("tk", "hang"))}
    assert told == {
        "tk_20250301_1.csv": True,
        "hang_20250301_1.csv": True,
        "tk_20250302_1.csv": False,
    }


def test_real_files_are_not_simulated(settings: LakeSettings, inbox: Path) -> None:
    builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    land_files(settings, "vcis_extract", [inbox])
    assert _told(settings) == {"tk_20250301_1.csv": False}
    assert _sources(settings) == []


def test_only_what_counts_makes_a_source_simulated(settings: LakeSettings, inbox: Path) -> None:
    world = _world(inbox / "world")
    builders.write_csv(world / "vcis" / "unheard_20250301_1.csv", [builders.tk()])
    land_files(settings, "vcis_extract", [world / "vcis" / "unheard_20250301_1.csv"])
    assert _sources(settings) == []
    land_files(settings, "reference", [world / "reference"])
    land_files(settings, "vcis_extract", [world / "vcis"])
    assert _sources(settings) == ["reference", "vcis_extract"]
    with Ledger(Layout(settings.home).ledger_path) as ledger:
        (rates,) = [one for one in ledger.deliveries("accepted") if one.source == "reference"]
    withdraw(settings, rates.sha256)
    assert _sources(settings) == ["vcis_extract"]


def test_bytes_that_come_from_the_simulator_too_are_simulated(
    settings: LakeSettings, inbox: Path
) -> None:
    world = _world(inbox / "world")
    copied = inbox / "tygia_copied.csv.gz"
    shutil.copy(world / "reference" / "tygia_2025.csv.gz", copied)
    land_files(settings, "reference", [copied])
    assert _sources(settings) == []
    assert land_files(settings, "reference", [world / "reference"]).duplicate_files == 1
    assert _sources(settings) == ["reference"]
    assert _told(settings) == {"tygia_copied.csv.gz": True}
    land_files(settings, "reference", [copied])
    assert _sources(settings) == ["reference"]


def test_a_trial_marks_nothing(settings: LakeSettings, inbox: Path) -> None:
    land_files(settings, "reference", [_world(inbox / "world") / "reference"], check=True)
    assert not Layout(settings.home).ledger_path.exists()


def test_a_receipt_from_before_the_mark_counts_as_not_simulated(
    settings: LakeSettings, inbox: Path
) -> None:
    land_files(settings, "reference", [_world(inbox / "world") / "reference"])
    (path,) = Layout(settings.home).landing.glob("*/*.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    del told["is_simulated"]
    path.unlink()
    path.write_text(json.dumps(told), encoding="utf-8")
    assert not landing.read_receipt(path).is_simulated
