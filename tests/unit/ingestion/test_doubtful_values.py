"""Values that are wrong in small ways: each sets its record aside, never the file."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingestion.sources.catalog import SOURCES
from tests import builders
from tests.unit.ingestion.files import land, read
from tests.unit.ingestion.messages import HEAD, ITEM, declaration, message

RATE = {"MA_HS": "22030010", "THUE_SUAT": "10%", "TU_NGAY": "2025-01-01"}
CHANGE = {"SEQ_NO": "1", "OP": "I"}
SAMPLES: dict[str, Mapping[str, object]] = {
    "tk": builders.tk(),
    "hang": builders.hang(),
    "thue": builders.thue(),
    "sukien": builders.sukien(),
    "chungtu": {**CHANGE, "SO_TK": "300000000010", "STT_CT": 1},
    "phanluong": {**CHANGE, "SO_TK_GOC": "30000000001", "LUONG": "1"},
    "kiemtra": {**CHANGE, "MA_KT": "K1", "STT_KT": 1, "STT": 1, "KET_QUA": "0"},
    "khaibosung": {**CHANGE, "SO_KBS": "K1", "STT": 1, "MA_SAC_THUE": "V"},
    "dn": {"MA_DN": "0101234567", "LOAI_DN": "DN", "TEN_DN": "CÔNG TY SEN", "TRANG_THAI": "00"},
    "bieuthue": {**RATE, "MA_BIEU_THUE": "B01"},
    **dict.fromkeys(("vat", "ttdb", "bvmt"), RATE),
    "tygia": builders.tygia(),
    "hq": {"MA_HQ": "02CI", "TU_NGAY": "2025-03-01"},
}
TABLES = {
    name: (SOURCES[source], table)
    for source in ("vcis_extract", "reference", "trader_registry")
    for name, table in SOURCES[source].outside.tables.items()
}


def _land(folder: Path, table: str, *records: Mapping[str, object]):
    source, _ = TABLES[table]
    (found,) = land(folder, source, f"{table}_202501.csv", builders.csv_bytes(records)).values()
    return found


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_required_field_sets_its_record_aside(tmp_path, table):
    blanks = [{**SAMPLES[table], name: ""} for name in TABLES[table][1].required]
    found = _land(tmp_path, table, SAMPLES[table], *blanks)
    assert found.accepted["record_number"].to_pylist() == [1]
    assert found.rejected.num_rows == len(blanks)


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_required_column_refuses_the_file(tmp_path, table):
    source, outside = TABLES[table]
    for missing in outside.required:
        record = {name: value for name, value in SAMPLES[table].items() if name != missing}
        found = read(tmp_path, source, f"{table}_202501.csv", builders.csv_bytes([record]))
        assert (found.status, found.reason_code) == ("refused", "E_SCHEMA_MISSING"), missing


BAD = [
    ("hang", {"MA_HS": "8471302"}, "E_PATTERN:tariff_line_code"),
    ("hang", {"MA_HS": "8.47E+07"}, "E_PATTERN:tariff_line_code"),
    ("hang", {"STT": "51"}, "E_RANGE:item_number"),
    ("hang", {"STT": "0"}, "E_RANGE:item_number"),
    ("hang", {"TRI_GIA_TT": "25000000.5"}, "E_SCALE:customs_value_vnd"),
    ("hang", {"LUONG2": "1e3"}, "E_TYPE:second_quantity"),
    ("hang", {"MA_NUOC_XX": "Z9"}, "E_CODE:country_of_origin_code"),
    ("thue", {"SO_TIEN": "-1"}, "E_RANGE:assessed_vnd"),
    ("thue", {"SO_TIEN": "1.5"}, "E_SCALE:assessed_vnd"),
    ("thue", {"STT": "51"}, "E_RANGE:item_number"),
    ("thue", {"THUE_SUAT": "ten"}, "E_PATTERN:rate_text"),
    ("thue", {"THUE_SUAT": "-5%"}, "E_PATTERN:rate_text"),
    ("thue", {"HAN_NOP": "1989-12-31"}, "E_RANGE:due_date"),
    ("tk", {"TONG_THUE": "-1"}, "E_RANGE:duty_tax_vnd"),
    ("tk", {"TONG_TG_TT": "1,000"}, "E_TYPE:customs_value_vnd"),
    ("tk", {"NGAY_DK": "2101-01-01 00:00:00"}, "E_RANGE:registered_at"),
    ("tk", {"NGAY_DK": "1989-12-31 23:59:59"}, "E_RANGE:registered_at"),
    ("tk", {"NGAY_TQ": "9999-12-31 23:59:59"}, "E_RANGE:cleared_at"),
    ("tk", {"NGAY_IDA": "0000-00-00 00:00:00"}, "E_TYPE:pre_registered_at"),
    ("tk", {"NGAY_DEN": "0001-01-01"}, "E_TYPE:arrival_date"),
    ("tk", {"MA_DN": "100000001"}, "E_PATTERN:trader_id"),
    ("tk", {"SO_TK": "3.00E+11"}, "E_PATTERN:declaration_number"),
    ("tk", {"OP": "X"}, "E_CODE:operation_code"),
    ("sukien", {"THOI_DIEM": "2152-03-01 08:20:00"}, "E_RANGE:occurred_at"),
    ("kiemtra", {"DEN": "1000-01-01 00:00:00"}, "E_RANGE:ended_at"),
    ("kiemtra", {"STT": "51"}, "E_RANGE:item_number"),
    ("khaibosung", {"STT": "99999999999"}, "E_RANGE:item_number"),
    ("khaibosung", {"STT": "32767"}, "E_RANGE:item_number"),
    ("khaibosung", {"SAU": "-1"}, "E_RANGE:after_vnd"),
    ("khaibosung", {"MA_HS_SAU": "8471302"}, "E_PATTERN:content_text"),
    ("khaibosung", {"MA_NUOC_TRUOC": "cn"}, "E_PATTERN:content_text"),
    ("khaibosung", {"LUONG_SAU": "1e3"}, "E_TYPE:content_text"),
    ("khaibosung", {"TRI_GIA_SAU": "-1"}, "E_TYPE:content_text"),
    ("bieuthue", {"MA_HS": "1012100"}, "E_PATTERN:tariff_line_code"),
    ("vat", {"THUE_SUAT": "1000VND"}, "E_PATTERN:rate_text"),
    ("vat", {"DEN_NGAY": "9999-12-31"}, "E_RANGE:valid_to_date"),
    ("tygia", {"TU_NGAY": "1989-01-01"}, "E_RANGE:valid_from_date"),
    ("hq", {"DEN_NGAY": "2101-01-01"}, "E_RANGE:valid_to_date"),
    ("dn", {"VON_VND": "-1"}, "E_RANGE:capital_vnd"),
    ("dn", {"NGAY_TL": "1899-01-01"}, "E_RANGE:founded_date"),
]


@pytest.mark.parametrize(("table", "change", "reason"), BAD)
def test_a_bad_value_sets_its_record_aside_and_never_the_file(tmp_path, table, change, reason):
    sound = dict.fromkeys(change, "") | SAMPLES[table]
    found = _land(tmp_path, table, sound | change, sound)
    assert found.accepted["record_number"].to_pylist() == [2]
    assert reason in found.rejected["reason_codes"].to_pylist()[0]


GOOD = [
    ("tk", {"NGAY_DK": "1990-01-01 00:00:00", "NGAY_TQ": "2100-12-31 23:59:59"}),
    ("tk", {"DC_TRI_GIA": "-5", "TONG_TG_HD": "999999999999999999.9999"}),
    ("tk", {"TY_GIA": "999999999999.999999", "TRONG_LUONG": "9999999999999999.999999"}),
    ("hang", {"TRI_GIA_TT": "99999999999999999999", "LUONG2": "9999999999999999.999999"}),
    ("hang", {"LUONG2": "0.000001", "TRI_GIA_HD": "0", "TRI_GIA_TT": "0"}),
    ("thue", {"SO_TIEN": "99999999999999999999", "SO_TIEN_MIEN": "0"}),
    ("thue", {"THUE_SUAT": "10%+2 USD/KGM", "MA_MIEN": "MOI", "MA_AP_DUNG": "Z"}),
    ("thue", {"THUE_SUAT": "25.5 USD/TNE"}),
    ("tk", {"MA_DVT_TL": "GRM"}),
    ("dn", {"NGAY_TL": "1958-05-05", "LOAI": "MỚI", "MA_TINH": "01"}),
    ("kiemtra", {"MA_VP": "CHUA_TUNG_CO"}),
]


@pytest.mark.parametrize(("table", "change"), GOOD)
def test_the_largest_and_earliest_values_and_open_codes_are_kept(tmp_path, table, change):
    assert _land(tmp_path, table, {**SAMPLES[table], **change}).accepted.num_rows == 1


@pytest.mark.parametrize(
    ("spelled", "is_same"),
    [("10", True), ("10.0", True), ("10.00%", True), ("10.5%", False), ("100", False)],
)
def test_a_rate_is_what_it_states(tmp_path, spelled, is_same):
    found = _land(tmp_path, "vat", RATE, RATE | {"THUE_SUAT": spelled})
    first, second = found.accepted["content_hash"].to_pylist()
    assert (first == second) == is_same


def test_known_columns_without_a_field_are_content_and_unknown_ones_are_not(tmp_path):
    fee = RATE | {"THUE_SUAT": "1000 VND/LTR", "MA_DVT": "LTR", "LA": "x"}
    found = _land(tmp_path, "bvmt", fee, fee | {"MA_DVT": "KGM"}, fee | {"LA": "y"}).accepted
    hashes = found["content_hash"].to_pylist()
    assert hashes[0] == hashes[2] != hashes[1]
    assert json.loads(found["extras"][1].as_py()) == {"LA": "x", "MA_DVT": "KGM"}
    sample = SAMPLES["khaibosung"] | {"SO_TK_GOC": "30000000001", "LOAI": "TN"}
    changed = sample | {"MA_HS_TRUOC": "84713020", "MA_HS_SAU": "84713090", "LA": "x"}
    found = _land(tmp_path, "khaibosung", changed, changed | {"LA": "y"}).accepted
    assert set(found["content_text"].to_pylist()) == {
        '{"MA_HS_TRUOC":"84713020","MA_HS_SAU":"84713090"}'
    }
    assert len(set(found["content_hash"].to_pylist())) == 1


@pytest.mark.parametrize("unit", ["TNE", "LBR", "GRM", "KGM"])
@pytest.mark.parametrize("digits", [25, 40, 5_000])
def test_an_absurd_mass_sets_its_item_aside_and_nothing_else(tmp_path, unit, digits):
    texts = [declaration(HEAD.replace("LRN-1", f"B-{n}")) for n in (1, 2, 3)]
    texts[1] = texts[1].replace('unitCode="KGM">100.5', f'unitCode="{unit}">{"9" * digits}')
    found = land(tmp_path, SOURCES["wco_dec_xml"], "batch.xml", message(*texts))
    assert found["declaration"].accepted.num_rows == 3
    assert found["goods_item"].accepted["declaration_number"].to_pylist() == ["B-1", "B-3"]
    assert found["goods_item"].rejected["reason_codes"].to_pylist() == [["E_RANGE:net_mass_kg"]]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("1000.25", "9" * 5_000, "E_RANGE:invoice_amount"),
        ("1000.25", "1e400", "E_TYPE:invoice_amount"),
        (">20<", f">{'9' * 60}.5<", "E_RANGE:first_quantity"),
        (">1<", f">{'9' * 60}<", "E_RANGE:item_number"),
        ('unitCode="KGM">100.5', 'unitCode="TNE">٣', "E_TYPE:net_mass_kg"),
    ],
)
def test_any_absurd_number_of_a_message_is_judged_by_its_contract(tmp_path, old, new, reason):
    bad = declaration(HEAD.replace("LRN-1", "B-1"), ITEM.replace(old, new, 1))
    found = land(tmp_path, SOURCES["wco_dec_xml"], "batch.xml", message(bad, declaration()))
    assert found["goods_item"].accepted.num_rows == 1
    assert found["goods_item"].rejected["reason_codes"].to_pylist() == [[reason]]


KOREAN_COLUMNS = [
    name
    for table in SOURCES["korea_customs_csv"].outside.tables.values()
    for name in (*table.required, *table.optional)
]
KOREA: dict[str, object] = dict.fromkeys(KOREAN_COLUMNS, "1") | {
    "Declaration ID": "70000001",
    "Date": "2021-01-01",
    "Office ID": "40",
    "Mode of Transport": "40",
    "Declarant ID": "76NV527",
    "Importer ID": "SHHZGSL",
    "Seller ID": "249LO7A",
    "HS6 Code": "760711",
    "Country of Departure": "CN",
    "Country of Origin": "CN",
    "Tax Rate": "7.2",
    "Net Mass": "901.2",
    "Item Price": "10.0",
    "Fraud": "0",
    "Critical Fraud": "0",
}


def _korea(folder: Path, *records: Mapping[str, object]):
    return land(folder, SOURCES["korea_customs_csv"], "quarter.csv", builders.csv_bytes(records))


def test_no_text_of_a_table_is_taken_for_nothing(tmp_path):
    changes: list[dict[str, object]] = [
        {"Country of Origin": "NA"},
        {"Importer ID": "NA"},
        {"Importer ID": "null"},
        {"Importer ID": "NaN"},
        {"Declarant ID": "None"},
    ]
    found = _korea(tmp_path, *[KOREA | change for change in changes])
    assert all(part.rejected.num_rows == 0 for part in found.values())
    assert found["goods_item"].accepted["country_of_origin_code"][0].as_py() == "NA"
    header = found["declaration"].accepted
    assert header["trader_id"].to_pylist()[1:4] == ["NA", "null", "NaN"]
    assert header["declarant_id"][4].as_py() == "None"


@pytest.mark.parametrize(
    ("name", "value", "tables"),
    [
        ("Declaration ID", "6.49E+07", {"declaration", "goods_item", "inspection_result"}),
        ("Declaration ID", "64900000.0", {"declaration", "goods_item", "inspection_result"}),
        ("Declaration ID", "64,900,000", {"declaration", "goods_item", "inspection_result"}),
        ("Importer ID", "1.2E+10", {"declaration"}),
        ("Declarant ID", "12E+45", {"declaration"}),
        ("HS6 Code", "760711.0", {"goods_item"}),
        ("HS6 Code", "10121", {"goods_item"}),
        ("Office ID", "4.00E+01", {"declaration"}),
        ("Item Price", "1e5", {"goods_item"}),
        ("Net Mass", "1E-05", {"goods_item"}),
        ("Net Mass", "nan", {"goods_item"}),
        ("Date", "01/01/2021", {"declaration"}),
    ],
)
def test_what_a_spreadsheet_spoiled_is_set_aside(tmp_path, name, value, tables):
    found = _korea(tmp_path, KOREA | {name: value})
    assert {table for table, part in found.items() if part.rejected.num_rows} == tables


def test_columns_that_no_field_holds_make_another_record(tmp_path):
    same, seller, rate = {"Tax Rate": "7.20"}, {"Seller ID": "X"}, {"Tax Rate": "8"}
    found = _korea(tmp_path, KOREA, *[KOREA | change for change in (same, seller, rate)])
    header, item = (
        found[table].accepted["content_hash"].to_pylist() for table in ("declaration", "goods_item")
    )
    assert header[0] == header[1] == header[3] != header[2]
    assert item[0] == item[1] == item[2] != item[3]


CODE_PAGES = {
    "cp1258": ["Tân Phương Đông", "Tân Phương"],
    "cp1252": ["Société Générale Café", "Peña Garçon"],
    "latin-1": ["Crème brûlée", "Émile Zola"],
    "cp1250": ["Škoda Plzeň"],
    # In no encoding of ours: another alphabet, two tones on a letter.
    "utf-8": ["株式会社", "Сен", "Ấ\u0301n", "ãi Mü"],
}


@pytest.mark.parametrize("month", ["202301", "202501"])
@pytest.mark.parametrize(
    ("page", "name"), [(page, name) for page, names in CODE_PAGES.items() for name in names]
)
def test_text_that_is_vietnamese_in_no_encoding_is_refused(tmp_path, page, name, month):
    content = builders.csv_bytes([SAMPLES["dn"] | {"TEN_DN": name}]).decode().encode(page)
    found = read(tmp_path, SOURCES["trader_registry"], f"dn_{month}.csv", content)
    assert (found.status, found.reason_code) == ("refused", "E_ENCODING_AMBIGUOUS")


@pytest.mark.parametrize(
    "name", ["Cà phê Đắk Lắk", "Société ngoài", "NHÀ MÁY MÜLLER", "CÔNG TY 株"]
)
def test_a_foreign_word_does_not_spoil_the_sound_lines_beside_it(tmp_path, name):
    found = _land(tmp_path, "dn", SAMPLES["dn"], SAMPLES["dn"] | {"TEN_DN": name})
    assert found.accepted["trader_name"].to_pylist() == ["CÔNG TY SEN", name]
