"""Files come in once, whatever they are called and however often they are sent."""

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError, SourceUnavailableError
from ingestion.land import land_files
from ingestion.sources.catalog import UnknownSourceError, find_source
from ingestion.withdraw import withdraw
from tests import builders
from tests.lake_contents import column, contents, file_hashes
from warehouse import landing, locks, offered_files
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.offered_files import Inspected, OfferedFile
from warehouse.quarantine import refused_files
from warehouse.settings import LakeSettings

KINDS = ("accepted_files", "not_applicable_files", "refused_files", "duplicate_files")


def _fill(inbox: Path) -> None:
    """Seven files: three good ones, one of no table, three that cannot be used."""
    day = inbox / "vcis" / "2025" / "03" / "01"
    declarations = [
        builders.tk(),
        builders.tk("300000000020", 2, NGAY_DK="2025-02-30 00:00:00"),
        builders.tk("300000000030", 3),
        builders.tk("300000000030", 3),
    ]
    builders.write_csv(day / "tk_20250301_1.csv", declarations)
    builders.write_csv(day / "hang_20250301_1.csv.gz", [builders.hang(), builders.hang(stt=2)])
    builders.write_csv(day / "sukien_20250301_1.csv", [builders.sukien()])
    builders.write_csv(day / "cont_20250301_1.csv", [{"SO_TK": "300000000010"}])
    builders.write_csv(day / "unheard_20250301_1.csv", [{"SO_TK": "300000000020"}])
    (day / "thue_20250301_1.csv").touch()
    (day / "thue_20250301_2.csv.gz").write_bytes(b"\x1f\x8b no gzip")
    (day / ".hidden.csv").write_text("not ours")


def test_every_file_and_every_record_is_accounted_for(settings: LakeSettings, inbox: Path) -> None:
    _fill(inbox)
    steps: list[tuple[int, int]] = []
    report = land_files(
        settings, "vcis_extract", [inbox], progress=lambda *step: steps.append(step)
    ).as_json()
    assert [report[kind] for kind in KINDS] == [3, 1, 3, 0]
    assert report["files"] == 7
    assert report["records"] == {
        "declaration": {"accepted": 2, "quarantined": 1, "repeated": 1},
        "declaration_event": {"accepted": 1, "quarantined": 0, "repeated": 0},
        "goods_item": {"accepted": 2, "quarantined": 0, "repeated": 0},
    }
    reasons = {note["file"].rsplit("/")[-1]: note["reason_code"] for note in report["refused"]}
    assert reasons == {
        "thue_20250301_1.csv": "E_FILE_EMPTY",
        "thue_20250301_2.csv.gz": "E_FILE_CORRUPT",
        "unheard_20250301_1.csv": "E_UNKNOWN_TABLE",
    }
    assert steps[-1] == (7, 7)


def test_landing_again_or_under_other_names_adds_nothing(
    settings: LakeSettings, inbox: Path, tmp_path: Path
) -> None:
    _fill(inbox)
    land_files(settings, "vcis_extract", [inbox])
    before = contents(settings)
    renamed = tmp_path / "renamed"
    renamed.mkdir()
    for path in sorted(inbox.rglob("*_*")):
        name = path.name.replace("20250301", "20250401")
        shutil.copy(path, renamed / name)
    for folder in (inbox, renamed, inbox):
        report = land_files(settings, "vcis_extract", [folder])
        # What was refused is tried again; all else was seen before.
        assert [report.as_json()[kind] for kind in KINDS] == [0, 0, 3, 4]
        assert report.records == {}
    assert contents(settings) == before
    assert before["bronze/declaration"]


def test_the_same_content_twice_in_one_call_is_one_delivery(
    settings: LakeSettings, inbox: Path
) -> None:
    for name in ("tk_20250301_1.csv", "tk_20250301_2.csv", "tk_20250302_1.csv"):
        builders.write_csv(inbox / name, [builders.tk()])
    report = land_files(settings, "vcis_extract", [inbox, inbox])
    assert (report.accepted_files, report.duplicate_files) == (1, 5)
    receipt = landing.read_receipt(next(Layout(settings.home).landing.glob("*/*.json")))
    assert receipt.names == ("tk_20250301_1.csv", "tk_20250301_2.csv", "tk_20250302_1.csv")


def test_the_landing_keeps_the_bytes_as_received(settings: LakeSettings, inbox: Path) -> None:
    path = builders.write_csv(inbox / "tk_20250301_1.csv.gz", [builders.tk()])
    land_files(settings, "vcis_extract", [path])
    (receipt_file,) = Layout(settings.home).landing.glob("*/*.json")
    raw = receipt_file.with_suffix("")
    assert raw.read_bytes() == path.read_bytes()
    receipt = json.loads(receipt_file.read_text())
    assert receipt["sha256"] == raw.name
    assert receipt["receipt_number"] == 1


def test_the_same_name_with_other_bytes_is_loaded_and_told(
    settings: LakeSettings, inbox: Path
) -> None:
    builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    land_files(settings, "vcis_extract", [inbox])
    builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk(seq_no=2, MA_LH="A12")])
    report = land_files(settings, "vcis_extract", [inbox])
    assert report.accepted_files == 1
    assert report.renewed == ["tk_20250301_1.csv"]
    assert column(settings, "declaration", "regime_code") == ["A11", "A12"]


def test_what_only_repeats_renews_nothing(settings: LakeSettings, inbox: Path) -> None:
    path = inbox / "tk_20250301_1.csv"
    rows = [builders.tk(f"3000000000{n}0", n) for n in (1, 2, 3)]
    whole = builders.csv_bytes(rows)
    path.write_bytes(whole)
    land_files(settings, "vcis_extract", [inbox])
    for same in (whole.removesuffix(b"00\r\n"), builders.csv_bytes(rows[:2])):
        path.write_bytes(same)
        report = land_files(settings, "vcis_extract", [inbox])
        assert report.records["declaration"].accepted == 0
        assert report.records["declaration"].repeated > 0
        assert report.renewed == []
    # A record that contradicts the one that is there takes it out: that is told.
    builders.write_csv(path, [builders.tk("300000000010", 1, MA_LH="A12")])
    report = land_files(settings, "vcis_extract", [inbox])
    assert report.records["declaration"].conflicted > 0
    assert report.renewed == [path.name]


def test_order_splitting_and_batches_do_not_matter(tmp_path: Path) -> None:
    rows = [builders.tk(f"30000000{n}010", n, GHI_CHU=f"note {n}") for n in range(1, 6)]
    rows.append(builders.tk("300000001010", 1, GHI_CHU="another note"))
    whole = {"tk_20250301_1.csv": rows}
    split = {
        "tk_20250301_1.csv": rows[3:],
        "tk_20250301_2.csv": rows[:4],
        "tk_20250302_1.csv": rows[1:2],
    }
    found = []
    for number, (files, limit) in enumerate([(whole, 9), (split, 9), (split, 1)]):
        home = LakeSettings(home=tmp_path / f"home{number}", batch_max_files=limit)
        folder = tmp_path / f"in{number}"
        for name, part in files.items():
            builders.write_csv(folder / name, part)
        report = land_files(home, "vcis_extract", [folder])
        count = report.records["declaration"]
        landed = sum(len(part) for part in files.values())
        assert count.accepted + count.quarantined + count.repeated == landed
        found.append(column(home, "declaration", "sequence_number"))
    assert found == [[2, 3, 4, 5]] * 3


def test_bytes_landed_for_the_wrong_source_or_name_get_a_second_chance(
    settings: LakeSettings, inbox: Path
) -> None:
    path = builders.write_csv(inbox / "export.csv", [builders.tk()])
    assert land_files(settings, "reference", [path]).refused_files == 1
    assert land_files(settings, "reference", [path]).refused_files == 1
    assert land_files(settings, "vcis_extract", [path]).refused_files == 1
    named = path.rename(inbox / "tk_20250301_1.csv")
    assert land_files(settings, "vcis_extract", [named]).accepted_files == 1
    assert land_files(settings, "vcis_extract", [named]).duplicate_files == 1
    assert len(column(settings, "declaration", "declaration_number")) == 1


def test_a_check_gives_the_same_answer_and_lands_nothing(
    settings: LakeSettings, inbox: Path
) -> None:
    _fill(inbox)
    tried = land_files(settings, "vcis_extract", [inbox], check=True).as_json()
    assert not settings.home.exists()
    landed = land_files(settings, "vcis_extract", [inbox]).as_json()
    assert tried == {**landed, "check": True}

    builders.write_csv(inbox / "tk_20250302_1.csv", [builders.tk(MA_LH="A12"), builders.tk()])
    before = file_hashes(settings.home)
    tried = land_files(settings, "vcis_extract", [inbox], check=True).as_json()
    assert (tried["duplicate_files"], tried["refused_files"]) == (4, 3)
    assert tried["records"]["declaration"] == {"accepted": 0, "quarantined": 2, "repeated": 0}
    assert file_hashes(settings.home) == before


def _received_only(settings: LakeSettings, path: Path, source: str = "vcis_extract") -> Path:
    """Leave a file as a killed landing does that had received it; return its landed bytes."""
    layout = Layout(settings.home)
    layout.ensure()
    inspected = offered_files.inspect(OfferedFile(path, path.name), settings)
    assert isinstance(inspected, Inspected)
    with Ledger(layout.ledger_path) as ledger:
        number = ledger.reserve(1)
        delivery = landing.NewDelivery(
            number, find_source(source, settings.home).meaning(path.name), inspected
        )
        (receipt,) = landing.store(layout, [delivery], source, set())
        assert isinstance(receipt, landing.Receipt)
        ledger.add([receipt.delivery()])
    return landing.raw_path(layout, inspected.sha256)


def test_a_delivery_whose_bytes_are_gone_stops_no_other_and_may_come_again(
    settings: LakeSettings, inbox: Path
) -> None:
    lost = builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    kept = builders.write_csv(inbox / "tk_20250302_1.csv", [builders.tk("300000000020", 2)])
    raw = _received_only(settings, lost)
    _received_only(settings, kept)
    raw.unlink()
    other = builders.write_csv(inbox.parent / "tygia_2025.csv", [builders.tygia()])
    tried = land_files(settings, "reference", [other], check=True)
    report = land_files(settings, "reference", [other])
    assert (report.accepted_files, report.resumed_files) == (1, 2)
    assert tried.as_json() == report.as_json() | {"check": True}
    assert column(settings, "declaration", "declaration_number") == ["30000000002"]
    (refused,) = refused_files(settings)
    assert (refused.file, refused.reason_code) == ("tk_20250301_1.csv", "E_BYTES_GONE")
    assert "restore" in refused.reason_text
    again = land_files(settings, "vcis_extract", [inbox])
    assert (again.accepted_files, again.duplicate_files) == (1, 1)
    assert len(column(settings, "declaration", "declaration_number")) == 2


RATES = """
tables:
  rates:
    contract: exchange_rate
    columns: {day!: valid_from_date, currency!: currency_code, vnd!: rate_vnd}
"""


@pytest.mark.parametrize("broken", ["tables: {x: {contract: nope}}", "tables: {rates", None])
def test_what_a_source_sent_whose_file_is_broken_or_gone_waits_and_stops_no_other(
    settings: LakeSettings, inbox: Path, caplog: pytest.LogCaptureFixture, broken: str | None
) -> None:
    file = Layout(settings.home).sources / "own_rates.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(RATES)
    sent = inbox / "rates_1.csv"
    sent.write_text("day,currency,vnd\n2025-01-01,USD,25000\n")
    _received_only(settings, sent, "own_rates")
    file.unlink()
    if broken is not None:
        file.write_text(broken)
    other = builders.write_csv(inbox.parent / "tygia_2025.csv", [builders.tygia()])
    report = land_files(settings, "reference", [other])
    assert (report.accepted_files, report.resumed_files) == (1, 0)
    assert "what the source own_rates sent waits" in caplog.text
    file.write_text(RATES)
    assert land_files(settings, "own_rates", [sent]).accepted_files == 1


def test_a_withdrawal_that_lacks_the_bytes_of_another_delivery_changes_nothing(
    settings: LakeSettings, inbox: Path
) -> None:
    wrong = builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    other = builders.write_csv(inbox / "tk_20250302_1.csv", [builders.tk(), builders.tk("30", 2)])
    land_files(settings, "vcis_extract", [wrong])
    land_files(settings, "vcis_extract", [other])
    layout, before = Layout(settings.home), contents(settings)
    landing.raw_path(layout, sha256(other.read_bytes()).hexdigest()).unlink()
    with pytest.raises(CustomsDataError, match="gone: restore"):
        withdraw(settings, sha256(wrong.read_bytes()).hexdigest())
    assert Ledger.open_load_at(layout.ledger_path).load_id is None
    assert contents(settings) == before


def test_a_second_landing_waits_and_then_says_why_it_cannot(
    settings: LakeSettings, inbox: Path
) -> None:
    path = builders.write_csv(inbox / "tk_20250301_1.csv", [builders.tk()])
    hasty = settings.model_copy(update={"lock_wait_seconds": 0.1})
    layout = Layout(settings.home)
    layout.ensure()
    with (
        locks.landing(layout, 0.0),
        pytest.raises(locks.BusyError, match=rf"another landing .*process {os.getpid()} ") as busy,
    ):
        land_files(hasty, "vcis_extract", [path])
    assert busy.value.retryable
    assert land_files(hasty, "vcis_extract", [path]).accepted_files == 1


def test_wrong_calls_are_refused_before_anything_is_made(
    settings: LakeSettings, inbox: Path
) -> None:
    with pytest.raises(UnknownSourceError, match=r"no source 'vcis'; known: .*vcis_extract"):
        land_files(settings, "vcis", [inbox])
    with pytest.raises(SourceUnavailableError, match="no file or folder"):
        land_files(settings, "vcis_extract", [inbox / "nothing"])
    assert not settings.home.exists()
