"""A delivery is its bytes together with what its name says of them: table, month, format."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from ingestion.land import land_files
from tests import builders
from tests.lake_contents import column, contents, rows
from tests.unit.ingestion.messages import message
from warehouse import landing
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

RATE = {"MA_HS": "22030010", "THUE_SUAT": "10%", "TU_NGAY": "2025-01-01", "DEN_NGAY": ""}


def _trader(status: str) -> dict[str, object]:
    return {"MA_DN": "0101234567", "LOAI_DN": "DN", "TRANG_THAI": status}


def _snapshots(folder: Path, ending: str) -> list[Path]:
    """Suspended in February only: March has January's bytes."""
    states = {"202501": "00", "202502": "01", "202503": "00"}
    return [
        builders.write_csv(folder / f"dn_{month}{ending}", [_trader(status)])
        for month, status in states.items()
    ]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_month_in_the_name_is_part_of_what_was_delivered(
    settings: LakeSettings, inbox: Path, ending: str, order: tuple[int, ...]
) -> None:
    paths = _snapshots(inbox, ending)
    for place in order:
        assert land_files(settings, "trader_registry", [paths[place]]).accepted_files == 1
    found = rows(settings, "trader", "snapshot_month", "status_code")
    assert [(month.isoformat(), status) for month, status in found] == [
        ("2025-01-01", "00"),
        ("2025-02-01", "01"),
        ("2025-03-01", "00"),
    ]
    assert land_files(settings, "trader_registry", [inbox]).duplicate_files == 3


def test_months_of_the_same_bytes_come_in_one_call_too(settings: LakeSettings, inbox: Path) -> None:
    _snapshots(inbox, ".csv")
    report = land_files(settings, "trader_registry", [inbox])
    assert (report.accepted_files, report.duplicate_files) == (3, 0)
    assert len(column(settings, "trader", "snapshot_month")) == 3


def test_the_same_month_spelled_otherwise_is_the_same_delivery(
    settings: LakeSettings, inbox: Path
) -> None:
    for name in ("dn_202501.csv", "dn_2025-01.csv", "dn_20250131_2.csv"):
        builders.write_csv(inbox / name, [_trader("00")])
    report = land_files(settings, "trader_registry", [inbox])
    assert (report.accepted_files, report.duplicate_files) == (1, 2)


@pytest.mark.parametrize("batch_max_files", [1, 9])
def test_two_tables_of_the_same_bytes_are_two_deliveries(
    settings: LakeSettings, inbox: Path, batch_max_files: int
) -> None:
    home = settings.model_copy(update={"batch_max_files": batch_max_files})
    for name in ("bvmt_2025.csv", "ttdb_2025.csv", "vat_2025.csv", "vat_2025_again.csv"):
        builders.write_csv(inbox / name, [RATE])
    tried = land_files(home, "reference", [inbox], check=True).as_json()
    landed = land_files(home, "reference", [inbox]).as_json()
    assert tried == {**landed, "check": True}
    assert (landed["accepted_files"], landed["duplicate_files"]) == (3, 1)
    kinds = column(home, "tariff_rate", "rate_kind_code")
    assert kinds == ["environment", "special_consumption", "vat"]
    # The bytes are kept once, with a receipt for each delivery.
    (raw,) = [path for path in Layout(home.home).landing.glob("*/*") if path.suffix != ".json"]
    receipts = landing.receipts(Layout(home.home), raw.name)
    assert [receipt.names for receipt in receipts.values()] == [
        ("bvmt_2025.csv",),
        ("ttdb_2025.csv",),
        ("vat_2025.csv", "vat_2025_again.csv"),
    ]
    assert land_files(home, "reference", [inbox]).duplicate_files == 4


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        ("trader_registry", "dn_thang4.csv", "dn_202504.csv"),
        ("vcis_extract", "tk_20250301_1.txt", "tk_20250301_1.csv"),
        ("vcis_extract", "tk_20250302_1.csv", "tk_20250302_1.csv.gz"),
        ("vcis_extract", "to_khai_20250302.csv", "tk_20250302_1.csv"),
        ("vcis_extract", "20250302_tk.parquet", "tk_20250302.csv"),
        ("korea_customs_csv", "quarter.txt", "quarter.csv"),
    ],
)
def test_after_a_name_that_was_refused_the_right_one_is_accepted(
    settings: LakeSettings, inbox: Path, source: str, wrong: str, right: str
) -> None:
    korea = "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,"
    korea += "Mode of Transport,Declarant ID,Importer ID,Seller ID,Courier ID,HS6 Code,"
    korea += "Country of Departure,Country of Origin,Tax Rate,Tax Type,"
    korea += "Country of Origin Indicator,Net Mass,Item Price,Fraud,Critical Fraud\r\n"
    content = {
        "trader_registry": builders.csv_bytes([_trader("00")]),
        "vcis_extract": builders.csv_bytes([builders.tk()]),
        "korea_customs_csv": korea.encode(),
    }[source]
    packed = gzip.compress(content, mtime=0) if right.endswith(".gz") else content
    (inbox / wrong).write_bytes(packed)
    assert land_files(settings, source, [inbox / wrong]).refused_files == 1
    shutil.copy(inbox / wrong, inbox / right)
    assert land_files(settings, source, [inbox / right]).accepted_files == 1
    assert land_files(settings, source, [inbox / right]).duplicate_files == 1
    assert land_files(settings, source, [inbox / wrong]).refused_files == 1


def test_a_refused_delivery_is_tried_again_under_its_own_receipt(
    settings: LakeSettings, inbox: Path
) -> None:
    builders.write_csv(inbox / "tk_1.csv", [{"SO_TK": "300000000010"}])
    for name in ("tk_1.csv", "tk_2.csv", "tk_1.csv"):
        shutil.copy(inbox / "tk_1.csv", inbox / "sent.csv")
        (inbox / "sent.csv").rename(inbox / name)
        report = land_files(settings, "vcis_extract", [inbox / name])
        assert [note.reason_code for note in report.refused] == ["E_SCHEMA_MISSING"]
    (receipt,) = Layout(settings.home).landing.glob("*/*.json")
    assert json.loads(receipt.read_text())["names"] == ["tk_1.csv", "tk_2.csv"]


def test_a_message_is_its_bytes_whatever_it_is_called(settings: LakeSettings, inbox: Path) -> None:
    for name in ("a.xml", "b.xml", "c"):
        (inbox / name).write_text(message(), encoding="utf-8")
    report = land_files(settings, "wco_dec_xml", [inbox])
    assert (report.accepted_files, report.duplicate_files) == (1, 2)


def test_a_file_that_is_sent_again_changes_nothing_where_only_receipt_is_the_order(
    settings: LakeSettings, inbox: Path
) -> None:
    first = builders.write_csv(inbox / "tygia_1.csv", [builders.tygia(rate="25000")])
    corrected = builders.write_csv(inbox / "tygia_2.csv", [builders.tygia(rate="25500")])
    for path in (first, corrected):
        land_files(settings, "reference", [path])
    before = contents(settings)
    assert land_files(settings, "reference", [first]).duplicate_files == 1
    # The same rate among others is not news either.
    builders.write_csv(inbox / "tygia_3.csv", [builders.tygia("EUR"), builders.tygia(rate="25000")])
    report = land_files(settings, "reference", [inbox / "tygia_3.csv"])
    count = report.records["exchange_rate"]
    assert (count.accepted, count.repeated) == (1, 1)
    added = contents(settings)["bronze/exchange_rate"]
    assert len(added) == len(before["bronze/exchange_rate"]) + 1
