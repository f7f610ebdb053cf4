"""Files that nobody here wrote: every one and every record is accounted for."""

import csv
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ingestion.land import land_files
from tests.lake_contents import column, contents, rows
from warehouse.settings import LakeSettings

PUBLIC = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def korea() -> Path:
    folder = PUBLIC / "korea_customs"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: the public data are not at {folder}")
    return folder


def test_korean_rows_in_are_rows_accounted_for(settings: LakeSettings, korea: Path) -> None:
    path = korea / "df_syn_valid_eng.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        numbers = sorted(row["Declaration ID"] for row in csv.DictReader(file))
    report = land_files(settings, "korea_customs_csv", [path])
    assert set(report.records) == {"declaration", "goods_item", "inspection_result"}
    for count in report.records.values():
        assert count.accepted + count.quarantined + count.repeated == len(numbers)
    assert report.records["declaration"].accepted == len(numbers)
    assert column(settings, "declaration", "declaration_number") == numbers


@pytest.fixture
def messages() -> Path:
    folder = PUBLIC / "wco_dec_xml" / "messages"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: the public data are not at {folder}")
    return folder


def _original_items(path: Path) -> list[ET.Element]:
    """Count anew, with another parser: the goods items of originals."""
    items = []
    for element in ET.parse(path).iter():  # noqa: S314 - files we know
        namespace, _, name = element.tag.rpartition("}")
        if not namespace.startswith("{urn:wco:datamodel:WCO:DEC-DMS:"):
            continue
        if name == "Declaration" and element.findtext(f"{namespace}}}FunctionCode") == "9":
            items += element.findall(f".//{namespace}}}GovernmentAgencyGoodsItem")
    return items


def test_every_wco_message_and_every_item_of_an_original_is_accounted_for(
    settings: LakeSettings, messages: Path, tmp_path: Path
) -> None:
    paths = sorted(messages.iterdir())
    report = land_files(settings, "wco_dec_xml", [messages])
    assert report.files == len(paths) == 147
    assert report.duplicate_files == 0

    items = [item for path in paths for item in _original_items(path)]
    count = report.records["goods_item"]
    assert count.accepted + count.quarantined == len(items)
    invoiced: Counter[str] = Counter()
    for item in items:
        for amount in item.iter():
            if amount.tag.endswith("}ItemChargeAmount"):
                invoiced[amount.get("currencyID", "")] += Decimal(amount.text or "0")
    landed: Counter[str] = Counter()
    amounts = rows(settings, "goods_item", "invoice_currency_code", "invoice_amount")
    for currency, value in amounts:
        if value is not None:
            landed[currency] += value
    assert landed == invoiced

    before = contents(settings)
    renamed = tmp_path / "renamed"
    renamed.mkdir()
    for number, path in enumerate(paths):
        shutil.copy(path, renamed / f"copy {number}.xml")
    again = land_files(settings, "wco_dec_xml", [messages, renamed])
    assert again.duplicate_files == again.files == 2 * 147
    assert contents(settings) == before
