"""The workbook of targets: what is a text stays a text, in every program that opens it."""

import re
import stat
from datetime import UTC, date, datetime
from zipfile import ZipFile

import openpyxl
import pytest

from dashboards.reports.sheet import harmless, sheet_columns
from dashboards.reports.target_list import ListFacts, write_target_list
from data_contracts.finding import FINDING_EN, FINDING_VI
from data_contracts.loading import load_contract

NASTY = [
    "=HYPERLINK(\"http://evil\",\"click\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
]  # fmt: skip
HEADER_ROW = 3


def reason(code, text_vi, text_en, amount_vnd):
    return {"code": code, "text_vi": text_vi, "text_en": text_en, "amount_vnd": amount_vnd}


def item(**changes):
    usual = {
        "declaration_number": "10000000001",
        "item_number": 2,
        "registered_date": date(2024, 5, 1),
        "tariff_line_code": "01012100",
        "country_of_origin_code": "CN",
        "customs_value_vnd": 123_456_789,
        "probability": 0.25,
        "expected_vnd": 4_000_000,
        "reasons": (reason("FOUND", "đã tìm thấy", "found", 4_000_000),),
    }
    return usual | changes


def trader(rank=1, **changes):
    usual = {
        "rank": rank,
        "trader_id": "0101234567",
        "trader_name": "CÔNG TY TNHH SAO BIỂN",
        "expected_vnd": 5_000_000_000,
        "low_vnd": 1_000_000_000,
        "high_vnd": 12_000_000_000,
        "found_vnd": 19_326_006,
        "finding_count": 30,
        "paying_finding_count": 4,
        "examined_declaration_count": 81,
        "expiring_vnd": 0,
        "item_count": 12,
        "declaration_count": 4,
        "customs_value_vnd": 90_000_000_000,
        "first_registered_date": date(2023, 1, 2),
        "last_registered_date": date(2024, 5, 1),
        "reasons": (
            reason("FOUND", "đã tìm thấy, trị giá", "found, value", 4_000_000_000),
            reason("GOODS", "mức chung", "like goods", 1_000_000_000),
        ),
        "evidence": (item(),),
    }
    return usual | changes


def written(tmp_path, *traders, simulated_sources=("vcis_extract",)):
    facts = ListFacts(
        datetime(2024, 6, 1, tzinfo=UTC),
        date(2024, 6, 1),
        simulated_sources,
        (("Mô hình", "risk-1"),),
    )
    path = tmp_path / "targets.xlsx"
    write_target_list(path, traders, facts)
    return path


def test_the_list_can_be_read_as_a_table(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, trader()))
    assert book.sheetnames == ["Danh sách", "Cơ cấu số tiền", "Bằng chứng", "Giới thiệu"]
    sheet = book["Danh sách"]
    headers = [cell.value for cell in sheet[HEADER_ROW]]
    columns = load_contract("audit_target").fields
    assert len(headers) == len(columns)
    for header, column in zip(headers, columns, strict=True):
        assert header.split("\n")[0].startswith(column.listed.head_vi)
        assert ("(VND)" in header) is (column.unit == "VND")
    row = dict(zip(headers, sheet[HEADER_ROW + 1], strict=True))
    assert row["Mã số thuế\nTax code"].value == "0101234567"
    assert row["Mã số thuế\nTax code"].data_type == "s"
    assert row["Mã số thuế\nTax code"].number_format == "@"
    assert row["Thu dự kiến (VND)\nExpected (VND)"].value == 5_000_000_000
    assert row["Đến ngày\nTo"].value == datetime(2024, 5, 1)  # noqa: DTZ001 - cells have no zone
    assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"
    assert sheet.auto_filter.ref is not None


def test_what_is_not_examined_says_so_beside_what_is(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, trader()))["Danh sách"]
    headers = [cell.value for cell in sheet[HEADER_ROW]]
    row = dict(zip(headers, (cell.value for cell in sheet[HEADER_ROW + 1]), strict=True))
    examined = "Đã kiểm tra hồ sơ hoặc hàng: tờ khai\nPapers or goods examined: declarations"
    assert row[examined] == 81
    assert row["Chưa kiểm tra hàng: tờ khai\nGoods not examined: declarations"] == 4
    assert row["Chưa kiểm tra hàng: dòng hàng\nGoods not examined: items"] == 12
    value = "Chưa kiểm tra hàng: trị giá (VND)\nGoods not examined: value (VND)"
    assert row[value] == 90_000_000_000
    assert row["Trong đó có thuế tăng thêm\nFindings with duty"] == 4


def test_examined_never_stands_without_what_was(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, trader()))
    english = [str(cell.value).split("\n")[-1] for cell in book["Danh sách"][HEADER_ROW]]
    told = [title for title in english if "examined" in title]
    assert len(told) == 4
    assert all(re.match("Papers or goods examined|Goods not examined", title) for title in told)


def test_an_interval_says_in_its_title_what_it_is_of(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, trader()))
    titles = [str(cell.value) for cell in book["Danh sách"][HEADER_ROW] if "95 %" in cell.value]
    assert len(titles) == 2
    assert all("Kiểm tra sẽ thu" in title for title in titles)
    assert all("Inspections would bring" in title for title in titles)


def test_no_count_of_findings_to_come_stands_beside_an_amount_that_it_does_not_explain(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, trader()))
    titles = " ".join(str(cell.value) for cell in book["Danh sách"][HEADER_ROW])
    assert "Findings expected" not in titles
    assert "sẽ tìm thấy" not in titles


def test_every_column_has_a_note_in_both_languages(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, trader()))
    sheets = ("Danh sách", "Cơ cấu số tiền", "Bằng chứng")
    contracts = ("audit_target", "audit_target_part", "audit_target_item")
    for name, contract in zip(sheets, contracts, strict=True):
        notes = [cell.comment.text.split("\n") for cell in book[name][HEADER_ROW]]
        assert all(len(note) == 2 and all(note) for note in notes)
        assert len(notes) == len(sheet_columns(load_contract(contract)))
    chance = [cell for cell in book["Bằng chứng"][HEADER_ROW] if "Chance" in cell.value]
    vietnamese, english = chance[0].comment.text.split("\n")
    assert vietnamese.endswith(f"chỉ nằm trong số tiền. {FINDING_VI}")
    assert english.endswith(f"only in the amount. {FINDING_EN}")
    assert chance[0].offset(row=1).number_format == "0.0%"
    assert book["Danh sách"].cell(HEADER_ROW, 4).comment.text.split("\n")[1] == (
        "What inspections like those so far would bring from the goods not examined"
    )


def test_leading_zeros_of_codes_stay(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path, trader()))["Bằng chứng"]
    values = [cell.value for cell in sheet[HEADER_ROW + 1]]
    assert "01012100" in values
    assert "4.000.000 VND: đã tìm thấy" in values
    assert "4,000,000 VND: found" in values


def test_the_parts_of_an_amount_can_be_added_up(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, trader()))
    sheet = book["Cơ cấu số tiền"]
    headers = [cell.value for cell in sheet[HEADER_ROW]]
    amount = headers.index("Số tiền (VND)\nAmount (VND)")
    rows = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    assert sum(row[amount] for row in rows) == trader()["expected_vnd"]
    assert [row[amount + 1] for row in rows] == [0.8, 0.2]


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_looks_like_a_formula_is_written_as_a_text(tmp_path, text):
    evil_item = item(country_of_origin_code=text, reasons=(reason("X", text, text, 1),))
    reasons = (reason("X", text, text, -1),)
    evil = trader(trader_id=text, trader_name=text, reasons=reasons, evidence=(evil_item,))
    path = written(tmp_path, evil)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [value for value in texts if value.lstrip(" ").startswith(("=", "+", "-", "@"))]
    with ZipFile(path) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    assert not [part for part in sheets if b"<f>" in part or b"hyperlink" in part]


@pytest.mark.parametrize("text", NASTY)
def test_what_could_be_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


def test_ordinary_texts_stay_as_they_are():
    assert harmless("CÔNG TY = TỐT") == "CÔNG TY = TỐT"
    assert len(harmless("x" * 40_000)) <= 32_767


def test_simulated_data_say_so_on_every_sheet_and_real_data_on_none(tmp_path):
    for sources in (("reference", "vcis_extract"), ()):
        book = openpyxl.load_workbook(written(tmp_path, trader(), simulated_sources=sources))
        for sheet in book:
            text = " ".join(str(cell.value) for row in sheet for cell in row)
            assert ("SIMULATED DATA (reference, vcis_extract)" in text) is bool(sources)
            assert ("SIMULATED" in text) is bool(sources)


def test_an_empty_list_is_a_workbook_too(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path))
    assert book["Danh sách"].max_row == HEADER_ROW


def test_the_file_is_for_its_owner_and_replaces_an_older_one(tmp_path):
    path = written(tmp_path, trader())
    again = written(tmp_path, trader(), trader(2))
    assert again == path
    assert openpyxl.load_workbook(path)["Danh sách"].max_row == HEADER_ROW + 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["targets.xlsx"]
