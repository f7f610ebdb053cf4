"""A wrong delivery is taken back, and nothing that others brought is lost."""

from pathlib import Path

import pytest

from data_contracts.errors import CustomsDataError
from ingestion.land import land_files
from ingestion.sources.catalog import UnknownSourceError
from ingestion.withdraw import withdraw
from tests import builders
from tests.lake_contents import column
from warehouse import lake, landing, quarantine, summary
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.offered_files import Inspected, OfferedFile, inspect
from warehouse.settings import LakeSettings


def _land(
    settings: LakeSettings,
    path: Path,
    rows: list[dict[str, object]],
    source: str = "vcis_extract",
) -> str:
    builders.write_csv(path, rows)
    inspected = inspect(OfferedFile(path, path.name), settings)
    assert isinstance(inspected, Inspected)
    assert land_files(settings, source, [path]).accepted_files == 1
    return inspected.sha256


def _counts(settings: LakeSettings) -> tuple[int, int, int] | None:
    count = summary.summarise(settings)["tables"].get("declaration")
    return count and (count["accepted"], count["quarantined"], count["repeated"])


def _receipts(settings: LakeSettings, sha256: str) -> list[landing.Receipt]:
    return list(landing.receipts(Layout(settings.home), sha256).values())


def test_records_that_counted_as_repetitions_are_loaded_again(
    settings: LakeSettings, inbox: Path
) -> None:
    wrong = _land(settings, inbox / "tk_1_1.csv", [builders.tk(), builders.tk("300000000020", 2)])
    _land(settings, inbox / "tk_2_1.csv", [builders.tk(), builders.tk("300000000030", 3)])
    assert _counts(settings) == (3, 0, 1)
    withdrawal = withdraw(settings, wrong[:12])
    assert (withdrawal.file, withdrawal.reloaded_files) == ("tk_1_1.csv", 1)
    assert _counts(settings) == (2, 0, 0)
    assert column(settings, "delivery_withdrawal", "receipt_number") == [1]
    # The withdrawn records stay as history; the others' come after them.
    assert column(settings, "declaration", "receipt_number") == [1, 1, 2, 2]


def test_a_delivery_can_be_taken_back_whose_source_is_gone(
    settings: LakeSettings, inbox: Path
) -> None:
    file = Layout(settings.home).sources / "own_rates.yaml"
    file.parent.mkdir(parents=True)
    columns = "{day!: valid_from_date, currency!: currency_code, vnd!: rate_vnd}"
    file.write_text(f"tables: {{rates: {{contract: exchange_rate, columns: {columns}}}}}")
    rows = [{"day": "2025-01-01", "currency": "USD", "vnd": 2}]
    wrong = _land(settings, inbox / "rates_1.csv", rows, "own_rates")
    shadowed = _land(settings, inbox / "rates_2.csv", [*rows, rows[0] | {"vnd": 3}], "own_rates")
    text = file.read_text()
    file.unlink()
    with pytest.raises(UnknownSourceError, match="own_rates"):
        withdraw(settings, wrong)
    assert Ledger.open_load_at(Layout(settings.home).ledger_path).load_id is None
    withdraw(settings, shadowed)
    withdraw(settings, wrong)
    assert len(column(settings, "delivery_withdrawal", "receipt_number")) == 2
    file.write_text(text)
    assert land_files(settings, "own_rates", [inbox / "rates_1.csv"]).accepted_files == 1


def test_a_conflict_ends_when_the_wrong_side_is_withdrawn(
    settings: LakeSettings, inbox: Path
) -> None:
    _land(settings, inbox / "tk_1_1.csv", [builders.tk()])
    wrong = _land(settings, inbox / "tk_2_1.csv", [builders.tk(MA_LH="A12")])
    assert _counts(settings) == (0, 2, 0)
    assert column(settings, "declaration", "regime_code") == []
    withdraw(settings, wrong)
    assert _counts(settings) == (1, 0, 0)
    assert column(settings, "declaration", "regime_code") == ["A11"]
    assert quarantine.groups(settings) == ([], 0)


def test_a_delivery_that_was_taken_back_counts_when_it_comes_again(
    settings: LakeSettings, inbox: Path
) -> None:
    sha256 = _land(settings, inbox / "tk_1_1.csv", [builders.tk()])
    for _ in range(2):
        withdraw(settings, sha256)
        assert _counts(settings) is None
        report = land_files(settings, "vcis_extract", [inbox])
        assert (report.accepted_files, report.renewed) == (1, [])
        assert _counts(settings) == (1, 0, 0)
        assert land_files(settings, "vcis_extract", [inbox]).duplicate_files == 1
    assert column(settings, "declaration", "receipt_number") == [1, 2, 3]
    assert column(settings, "delivery_withdrawal", "receipt_number") == [1, 2]
    numbers = [receipt.receipt_number for receipt in _receipts(settings, sha256)]
    assert numbers == [1, 2, 3]


def test_the_records_of_what_was_taken_back_may_come_in_another_file(
    settings: LakeSettings, inbox: Path
) -> None:
    withdraw(settings, _land(settings, inbox / "tk_1_1.csv", [builders.tk()]))
    _land(settings, inbox / "tk_2_1.csv", [builders.tk(), builders.tk("300000000020", 2)])
    assert _counts(settings) == (2, 0, 0)
    land_files(settings, "vcis_extract", [inbox])
    assert _counts(settings) == (2, 0, 1)


def test_bytes_that_are_two_deliveries_are_taken_back_one_by_one(
    settings: LakeSettings, inbox: Path
) -> None:
    rate = {"MA_HS": "22030010", "THUE_SUAT": "10%", "TU_NGAY": "2025-01-01"}
    for name in ("vat_2025.csv", "ttdb_2025.csv"):
        sha256 = _land(settings, inbox / name, [rate], "reference")
    with pytest.raises(CustomsDataError, match=r"2 deliveries .* --receipt NUMBER: 1: vat_2025"):
        withdraw(settings, sha256)
    with pytest.raises(CustomsDataError, match="0 deliveries"):
        withdraw(settings, sha256, receipt_number=3)
    assert withdraw(settings, sha256, receipt_number=2).file == "ttdb_2025.csv"
    # One of them is left: now the hash says it all.
    assert withdraw(settings, sha256).file == "vat_2025.csv"
    with pytest.raises(CustomsDataError, match="is withdrawn"):
        withdraw(settings, sha256)


def test_only_a_loaded_delivery_can_be_withdrawn(settings: LakeSettings, inbox: Path) -> None:
    sha256 = _land(settings, inbox / "tk_1_1.csv", [builders.tk()])
    withdraw(settings, sha256)
    before = lake.cut(Layout(settings.home))
    with pytest.raises(CustomsDataError, match="is withdrawn: it has no records"):
        withdraw(settings, sha256)
    with pytest.raises(CustomsDataError, match="0 deliveries"):
        withdraw(settings, "0" * 64)
    with pytest.raises(CustomsDataError, match="expected its first 8 to 64 characters"):
        withdraw(settings, sha256[:4])
    assert lake.cut(Layout(settings.home)) == before
