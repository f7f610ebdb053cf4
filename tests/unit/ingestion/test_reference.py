import datetime as dt
from decimal import Decimal

import pytest

from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import csv_text, land, read, reasons

SOURCE = SOURCES["reference"]


def test_a_listed_rate_without_group_of_countries_has_a_dash(tmp_path):
    row = {"MA_BIEU_THUE": "B01", "MA_NHOM_NUOC": "", "MA_HS": "85171300", "THUE_SUAT": "5%",
           "TU_NGAY": "2024-01-01"}  # fmt: skip
    rates = land(tmp_path, SOURCE, "bieuthue_2024.csv", csv_text([row]))["tariff_rate"]
    record = rates.accepted.to_pylist()[0]
    assert record["rate_kind_code"] == "import"
    assert (record["tariff_schedule_code"], record["country_group_code"]) == ("B01", "-")
    assert (record["rate_text"], record["valid_to_date"]) == ("5%", None)


@pytest.mark.parametrize(
    ("word", "kind"), [("vat", "vat"), ("ttdb", "special_consumption"), ("bvmt", "environment")]
)
def test_rates_of_other_taxes_know_no_schedule(tmp_path, word, kind):
    row = {"MA_HS": "22030090", "THUE_SUAT": "1000 VND/LTR", "TU_NGAY": "2024-01-01"}
    rates = land(tmp_path, SOURCE, f"{word}_2024.csv", csv_text([row]))["tariff_rate"]
    record = rates.accepted.to_pylist()[0]
    assert (record["rate_kind_code"], record["tariff_schedule_code"]) == (kind, "-")


def test_an_exchange_rate_is_vnd_per_unit(tmp_path):
    rows = [{"TU_NGAY": "2024-01-01", "MA_NT": "JPY", "VND": "165.123456"},
            {"TU_NGAY": "2024-01-01", "MA_NT": "XYZ", "VND": "1"},
            {"TU_NGAY": "2024-01-01", "MA_NT": "USD", "VND": ""}]  # fmt: skip
    rates = land(tmp_path, SOURCE, "tygia_2024.csv", csv_text(rows))["exchange_rate"]
    assert rates.accepted["rate_vnd"].to_pylist() == [Decimal("165.123456")]
    assert reasons(rates.rejected) == {2: ["E_CODE:currency_code"], 3: ["E_REQUIRED:rate_vnd"]}


def test_an_office_keeps_its_role_and_successor(tmp_path):
    row = {"MA_HQ": "02CI", "TEN": "Chi cục", "VAI_TRO": "CK", "TU_NGAY": "2010-01-01",
           "DEN_NGAY": "2025-02-28", "MA_MOI": "02AA"}  # fmt: skip
    offices = land(tmp_path, SOURCE, "hq_2025.csv", csv_text([row]))["customs_office"]
    record = offices.accepted.to_pylist()[0]
    assert (record["role_code"], record["successor_office_code"]) == ("CK", "02AA")
    assert record["valid_to_date"] == dt.date(2025, 2, 28)


@pytest.mark.parametrize("word", ["pvtm", "giamvat", "ngaynghi", "hs", "hstuongquan"])
def test_tables_without_a_contract_are_kept_for_later(tmp_path, word):
    assert read(tmp_path, SOURCE, f"{word}_2024.csv", "A\n1\n").reason_code == "NO_CONTRACT"
