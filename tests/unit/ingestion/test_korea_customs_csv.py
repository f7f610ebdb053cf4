import csv
import datetime as dt
import warnings
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from ingestion.sources.catalog import SOURCES
from tests import builders
from tests.unit.ingestion.files import csv_text, land, read, reasons

SOURCE = SOURCES["korea_customs_csv"]
PUBLIC = Path(__file__).parents[4] / "shared" / "data" / "korea_customs"
ROW = builders.korea("97061800", "372254.40005000001")
NAME = "df_syn_train_eng.csv"


def test_a_row_becomes_a_declaration_an_item_and_a_result(tmp_path):
    found = land(tmp_path, SOURCE, NAME, csv_text([ROW]))
    assert sorted(found) == ["declaration", "goods_item", "inspection_result"]
    header, item, result = (found[table].accepted.to_pylist()[0] for table in sorted(found))
    assert (header["declaration_number"], header["declaration_version"]) == ("97061800", 0)
    assert (header["direction_code"], header["regime_code"]) == ("import", "11")
    assert header["transport_mode_code"] == "1"
    # Midnight of the day in UTC+7.
    assert header["registered_at"] == dt.datetime(2019, 12, 31, 17, tzinfo=dt.UTC)
    assert (item["item_number"], item["tariff_line_code"]) == (1, "440890")
    assert (item["net_mass_kg"], item["invoice_currency_code"]) == (Decimal(108), "KRW")
    assert item["invoice_amount"] == Decimal("372254.4001")
    assert (result["outcome"], result["severity_code"]) == ("irregular", "2")
    assert result["method_code"] is None


FAULTS = [
    ({"Fraud": "2"}, "inspection_result", "E_CODE:outcome"),
    ({"Fraud": ""}, "inspection_result", "E_REQUIRED:outcome"),
    ({"Critical Fraud": "3"}, "inspection_result", "E_CODE:severity_code"),
    ({"Net Mass": ""}, "goods_item", "E_REQUIRED:net_mass_kg"),
    ({"Net Mass": "nan"}, "goods_item", "E_TYPE:net_mass_kg"),
    ({"Item Price": "1e400"}, "goods_item", "E_TYPE:invoice_amount"),
    ({"Item Price": "-1.0"}, "goods_item", "E_RANGE:invoice_amount"),
    ({"HS6 Code": "44089"}, "goods_item", "E_PATTERN:tariff_line_code"),
    ({"Mode of Transport": "15"}, "declaration", "E_CODE:transport_mode_code"),
    ({"Date": "01/02/2020"}, "declaration", "E_TYPE:registered_at"),
    ({"Importer ID": ""}, "declaration", "E_REQUIRED:trader_id"),
]


def test_a_fault_hits_only_the_record_it_is_in(tmp_path):
    content = csv_text([{**ROW, **change} for change, _, _ in FAULTS])
    found = land(tmp_path, SOURCE, NAME, content)
    for name, part in found.items():
        assert reasons(part.rejected) == {
            at: [reason] for at, (_, table, reason) in enumerate(FAULTS, start=1) if table == name
        }
        assert part.accepted.num_rows + part.rejected.num_rows == len(FAULTS)


def test_zero_mass_and_price_and_old_codes_are_accepted(tmp_path):
    row = {**ROW, "Net Mass": "0.0", "Item Price": "0.0", "HS6 Code": "999999"}
    assert land(tmp_path, SOURCE, NAME, csv_text([row]))["goods_item"].accepted.num_rows == 1


def test_a_row_that_cannot_be_parsed_counts_in_every_table(tmp_path):
    found = land(tmp_path, SOURCE, NAME, csv_text([ROW]) + "1,2\n")
    assert [(p.accepted.num_rows, p.rejected.num_rows) for p in found.values()] == [(1, 1)] * 3


@pytest.mark.parametrize("column", ["Seller ID", "Fraud", "Tax Rate"])
def test_every_column_is_required(tmp_path, column):
    row = {name: value for name, value in ROW.items() if name != column}
    assert read(tmp_path, SOURCE, NAME, csv_text([row])).reason_code == "E_SCHEMA_MISSING"


@pytest.mark.parametrize("name", ["df_syn_train_eng.csv", "df_syn_valid_eng.csv"])
def test_the_public_files_come_in_whole(tmp_path, name):
    path = PUBLIC / name
    if not path.is_file():
        message = f"{path} is absent: the public Korean files are not tested"
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = land(tmp_path, SOURCE, name, path.read_bytes())
    for part in found.values():
        assert (part.accepted.num_rows, part.rejected.num_rows) == (len(rows), 0)
    items = found["goods_item"].accepted
    for column, field in (("Item Price", "invoice_amount"), ("Net Mass", "net_mass_kg")):
        cent = Decimal("0.0001")
        expected = sum(Decimal(row[column]).quantize(cent, ROUND_HALF_UP) for row in rows)
        assert sum(items[field].to_pylist()) == expected
    outcomes = found["inspection_result"].accepted["outcome"].to_pylist()
    assert outcomes.count("irregular") == sum(row["Fraud"] == "1" for row in rows)
