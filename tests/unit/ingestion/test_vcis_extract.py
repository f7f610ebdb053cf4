import datetime as dt
from decimal import Decimal

import pytest

from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import HANG, TK, csv_text, land, reasons

SOURCE = SOURCES["vcis_extract"]
UTC = dt.UTC


def test_a_declaration_is_conformed(tmp_path):
    row = {
        **TK,
        "NGAY_IDA": "2024-03-05 07:00:00",
        "NGAY_DEN": "2024-02-29",
        "SO_VD1": "A1",
        "SO_VD3": "A3",
        "TRONG_LUONG": "12.5",
        "MA_DVT_TL": "TNE",
        "TY_GIA": "24650.5",
        "DC_TRI_GIA": "-100",
        "TONG_TG_TT": "31262500",
        "MA_DN": "0101234567-001",
        "MA_DL": "",
    }
    found = land(tmp_path, SOURCE, "tk_20240305_01.csv", csv_text([row]))["declaration"]
    assert found.rejected.num_rows == 0
    record = {
        name: value for name, value in found.accepted.to_pylist()[0].items() if value is not None
    }
    hash_of_content = record.pop("content_hash")
    assert len(hash_of_content) == 32
    assert record == {
        "source_system": "vcis_extract",
        "declaration_number": "10123456789",
        "declaration_version": 0,
        "sequence_number": 7,
        "operation_code": "I",
        "goods_item_count": 2,
        "direction_code": "import",
        "regime_code": "A11",
        "customs_office_code": "02CI",
        # 08:15 in Hà Nội is 01:15 in UTC; 07:00 is midnight.
        "registered_at": dt.datetime(2024, 3, 5, 1, 15, tzinfo=UTC),
        "pre_registered_at": dt.datetime(2024, 3, 5, 0, 0, tzinfo=UTC),
        "arrival_date": dt.date(2024, 2, 29),
        "trader_id": "0101234567-001",
        "transport_mode_code": "1",
        "transport_document_numbers": "A1;A3",
        "gross_mass_quantity": Decimal("12.500000"),
        "gross_mass_unit_code": "TNE",
        "invoice_currency_code": "USD",
        "value_adjustment_vnd": Decimal(-100),
        "exchange_rate_vnd": Decimal("24650.500000"),
        "customs_value_vnd": Decimal(31262500),
        "receipt_number": 1,
        "record_number": 1,
    }


DECLARATION_FAULTS = [
    ({"SO_TK": "10123456789"}, ["E_PATTERN:declaration_number"]),
    ({"SO_TK": "1012345678901"}, ["E_PATTERN:declaration_number"]),
    ({"SO_TK": "10123456789X"}, ["E_PATTERN:declaration_number"]),
    ({"SO_TK": ""}, ["E_REQUIRED:declaration_number", "E_REQUIRED:declaration_version"]),
    ({"NHOM": "I"}, ["E_CODE:direction_code"]),
    ({"NHOM": ""}, ["E_REQUIRED:direction_code"]),
    ({"MA_PTVT": "8"}, ["E_CODE:transport_mode_code"]),
    ({"MA_LH": "A99"}, ["E_CODE:regime_code"]),
    ({"MA_NT": "usd"}, ["E_CODE:invoice_currency_code"]),
    ({"MA_HQ": "2CI"}, ["E_PATTERN:customs_office_code"]),
    ({"OP": "X"}, ["E_CODE:operation_code"]),
    ({"OP": ""}, ["E_REQUIRED:operation_code"]),
    ({"SEQ_NO": "1.5"}, ["E_TYPE:sequence_number"]),
    ({"SEQ_NO": ""}, ["E_REQUIRED:sequence_number"]),
    ({"NGAY_DK": "05/03/2024 08:15:00"}, ["E_TYPE:registered_at"]),
    ({"NGAY_DK": "2023-02-29 08:15:00"}, ["E_TYPE:registered_at"]),
    ({"NGAY_DK": "2024-03-05 24:00:00"}, ["E_TYPE:registered_at"]),
    ({"TONG_TG_HD": "1e3"}, ["E_TYPE:invoice_total_amount"]),
    ({"TONG_TG_HD": "NaN"}, ["E_TYPE:invoice_total_amount"]),
    ({"TONG_TG_HD": "1,250.50"}, ["E_TYPE:invoice_total_amount"]),
    ({"TONG_TG_TT": "31262500.5"}, ["E_SCALE:customs_value_vnd"]),
    ({"MA_DN": "123"}, ["E_PATTERN:trader_id"]),
    ({"MA_NUOC_DT": "YX"}, ["E_CODE:foreign_party_country_code"]),
    # Codes that ISO leaves to its users name no country.
    ({"MA_NUOC_DT": "ZZ"}, ["E_CODE:foreign_party_country_code"]),
    ({"MA_NUOC_XUAT": "XX"}, ["E_CODE:country_of_export_code"]),
]


def test_a_fault_of_a_declaration_names_its_field(tmp_path):
    plain = {**TK, "TONG_TG_HD": "", "TONG_TG_TT": "", "MA_DN": ""}
    plain |= {"MA_NUOC_DT": "", "MA_NUOC_XUAT": ""}
    content = csv_text([{**plain, **change} for change, _ in DECLARATION_FAULTS])
    found = land(tmp_path, SOURCE, "tk_20240305_01.csv", content)["declaration"]
    expected = [reason for _, reason in DECLARATION_FAULTS]
    assert reasons(found.rejected) == dict(enumerate(expected, start=1))


def test_a_goods_item_is_conformed_and_zero_is_a_value(tmp_path):
    row = {**HANG, "LUONG1": "0", "TRI_GIA_TT": "0", "MA_BIEU_THUE": "B05", "DON_GIA": "0.123456"}
    found = land(tmp_path, SOURCE, "hang_1.csv", csv_text([row]))["goods_item"]
    record = found.accepted.to_pylist()[0]
    assert (record["item_number"], record["tariff_line_code"]) == (1, "85171300")
    assert (record["first_quantity"], record["customs_value_vnd"]) == (Decimal(0), Decimal(0))
    assert record["invoice_amount"] == Decimal("1250.5000")
    assert record["unit_price_amount"] == Decimal("0.123456")
    assert record["invoice_currency_code"] is None


ITEM_FAULTS = [
    ({"STT": "51"}, ["E_RANGE:item_number"]),
    ({"STT": "0"}, ["E_RANGE:item_number"]),
    ({"STT": "a"}, ["E_TYPE:item_number"]),
    ({"MA_HS": "851713"}, ["E_PATTERN:tariff_line_code"]),
    ({"MA_HS": "8517.1300"}, ["E_PATTERN:tariff_line_code"]),
    ({"TEN_HANG": "x" * 601}, ["E_LENGTH:goods_description"]),
    ({"TEN_HANG": ""}, ["E_REQUIRED:goods_description"]),
    ({"LUONG1": "1.1234567"}, ["E_SCALE:first_quantity"]),
    ({"TRI_GIA_HD": "-1"}, ["E_RANGE:invoice_amount"]),
    ({"MA_NUOC_XX": "QM"}, ["E_CODE:country_of_origin_code"]),
]


def test_a_fault_of_an_item_names_its_field(tmp_path):
    content = csv_text([{**HANG, "MA_NUOC_XX": "XK", **change} for change, _ in ITEM_FAULTS])
    found = land(tmp_path, SOURCE, "hang_1.csv", content)["goods_item"]
    expected = [reason for _, reason in ITEM_FAULTS]
    assert reasons(found.rejected) == dict(enumerate(expected, start=1))


def test_a_withdrawal_needs_no_more_than_its_key(tmp_path):
    empty = dict.fromkeys(TK, "") | {"SO_TK": "101234567890", "SEQ_NO": "8", "OP": "D"}
    rows = [empty, {**empty, "SO_TK": ""}, {**empty, "SEQ_NO": ""}, {**empty, "OP": "X"}]
    found = land(tmp_path, SOURCE, "tk_1.csv", csv_text(rows))["declaration"]
    assert found.accepted["declaration_number"].to_pylist() == ["10123456789"]
    assert found.accepted["direction_code"].to_pylist() == [None]
    refused = reasons(found.rejected)
    assert refused[2] == ["E_REQUIRED:declaration_number", "E_REQUIRED:declaration_version"]
    assert refused[3] == ["E_REQUIRED:sequence_number"]
    assert "E_CODE:operation_code" in refused[4]


def test_nothing_else_in_a_withdrawal_is_looked_at(tmp_path):
    sound = {**TK, "OP": "D", "SEQ_NO": "8", "MA_NUOC_XUAT": "CN"}
    zeros = dict.fromkeys(sound, "0") | {"SO_TK": TK["SO_TK"], "SEQ_NO": "8", "OP": "D"}
    junk = sound | {"NGAY_DK": "0000-00-00 00:00:00", "NHOM": "?", "MA_NUOC_XUAT": "ZZ"}
    rows = [
        sound,
        zeros,
        junk,
        dict.fromkeys(sound, "") | {"SO_TK": TK["SO_TK"], "SEQ_NO": "8", "OP": "D"},
        sound | {"OP": "d"},
    ]
    found = land(tmp_path, SOURCE, "tk_1.csv", csv_text(rows))["declaration"]
    assert found.rejected.num_rows == 0
    assert len(set(found.accepted["content_hash"].to_pylist())) == 1
    assert set(found.accepted["trader_id"].to_pylist()) == {None}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("hang", {"SO_TK": "101234567890", "STT": "1", "MA_HS": "?", "MA_NUOC_XX": "ZZ"}),
        ("thue", {"SO_TK": "101234567890", "STT": "1", "MA_SAC_THUE": "N", "SO_TIEN": "-1"}),
        ("chungtu", {"SO_TK": "101234567890", "STT_CT": "1", "LOAI_CT": "?"}),
        ("phanluong", {"SO_TK_GOC": "10123456789", "LUONG": "?", "NGAU_NHIEN": "maybe"}),
        ("kiemtra", {"MA_KT": "K", "STT_KT": "1", "STT": "99", "MA_HS_XD": "?", "KET_QUA": "?"}),
        ("khaibosung", {"SO_KBS": "K", "STT": "1", "MA_SAC_THUE": "V", "LOAI": "?", "SAU": "x"}),
    ],
)
def test_a_withdrawal_in_any_table_need_only_name_its_record(tmp_path, table, row):
    filled = dict.fromkeys(
        ("TEN_HANG", "LUONG1", "MA_DVT1", "TRI_GIA_HD", "TRI_GIA_TT", "SO_TIEN"), "junk"
    )
    content = csv_text([{**filled, **row, "SEQ_NO": "4", "OP": code} for code in "Dd"])
    (found,) = land(tmp_path, SOURCE, f"{table}_1.csv", content).values()
    assert reasons(found.rejected) == {}
    assert found.accepted["operation_code"].to_pylist() == ["D", "D"]


def test_events_are_only_added(tmp_path):
    event = {"SO_TK_GOC": "10123456789", "THOI_DIEM": "2025-03-01 08:20:00", "MA_SK": "HUY"}
    rows = [{**event, "SEQ_NO": str(n), "OP": operation} for n, operation in enumerate("IUDX", 1)]
    found = land(tmp_path, SOURCE, "sukien_1.csv", csv_text(rows))["declaration_event"]
    assert found.accepted["sequence_number"].to_pylist() == [1]
    assert reasons(found.rejected) == {
        2: ["E_CODE:operation_code"],
        3: ["E_CODE:operation_code"],
        # By the list of the contract and by that of the source, and told once.
        4: ["E_CODE:operation_code"],
    }
    item = dict.fromkeys(HANG, "") | {"SO_TK": "101234567890", "STT": "1", "SEQ_NO": "2", "OP": "D"}
    items = land(tmp_path, SOURCE, "hang_1.csv", csv_text([item]))["goods_item"]
    assert items.accepted.num_rows == 1


CHANGE = {"SEQ_NO": "3", "OP": "I"}


@pytest.mark.parametrize(
    ("file", "row", "table", "expected"),
    [
        (
            "thue_1.csv",
            {"SO_TK": "101234567891", "STT": "2", "MA_SAC_THUE": "V", "SO_TIEN": "1000",
             "THUE_SUAT": "10%+2 USD/KGM", "MA_MIEN": "any text", "HAN_NOP": "2024-03-31"},
            "duty_tax",
            {"declaration_version": 1, "tax_type_code": "V", "assessed_vnd": Decimal(1000),
             "exemption_code": "any text", "due_date": dt.date(2024, 3, 31)},
        ),
        (
            "chungtu_1.csv",
            {"SO_TK": "101234567890", "STT_CT": "1", "LOAI_CT": "CO", "MA_MAU": "EUR.1"},
            "supporting_document",
            {"document_sequence_number": 1, "document_type_code": "CO", "form_code": "EUR.1"},
        ),
        (
            "sukien_1.csv",
            {"SO_TK_GOC": "10123456789", "THOI_DIEM": "2024-03-05 23:30:00", "MA_SK": "LUONG",
             "GIA_TRI": "3"},
            "declaration_event",
            {"event_code": "LUONG", "value_text": "3",
             "occurred_at": dt.datetime(2024, 3, 5, 16, 30, tzinfo=UTC)},
        ),
        (
            "phanluong_1.csv",
            {"SO_TK_GOC": "10123456789", "LUONG": "2", "NGAU_NHIEN": "1", "XAC_SUAT": "0.05",
             "NHOM_CAN_CU": "NN"},
            "selectivity_decision",
            {"control_channel": "yellow", "is_random": True, "ground_code": "NN",
             "selection_probability_ratio": Decimal("0.050000000")},
        ),
        (
            "kiemtra_1.csv",
            {"MA_KT": "K1", "STT_KT": "1", "SO_TK_GOC": "10123456789", "STT": "",
             "HINH_THUC": "3", "KET_QUA": "1", "MA_VP": "any", "THUE_TANG": "-5"},
            "inspection_result",
            {"outcome": "irregular", "item_number": None, "additional_duty_vnd": Decimal(-5),
             "irregularity_type_code": "any", "method_code": "3"},
        ),
        (
            # Item 3 and V, the 22nd letter.
            "khaibosung_1.csv",
            {"SO_KBS": "B1", "STT": "3", "MA_SAC_THUE": "V", "SO_TK_GOC": "10123456789",
             "NGAY": "2024-05-01", "LOAI": "TN", "TRUOC": "10", "SAU": "15", "MA_LY_DO": "2",
             "MA_HS_SAU": "85171400"},
            "declaration_amendment",
            {"amendment_line_number": 322, "before_vnd": Decimal(10), "after_vnd": Decimal(15),
             "function_name": "TN", "content_text": '{"MA_HS_SAU":"85171400"}',
             "amended_at": dt.datetime(2024, 4, 30, 17, 0, tzinfo=UTC)},
        ),
    ],
)  # fmt: skip
def test_the_other_tables_are_conformed(tmp_path, file, row, table, expected):
    found = land(tmp_path, SOURCE, file, csv_text([{**row, **CHANGE}]))[table]
    assert reasons(found.rejected) == {}
    record = found.accepted.to_pylist()[0]
    assert {name: record[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("file", "row", "expected"),
    [
        ("thue_1.csv", {"SO_TK": "101234567890", "STT": "1", "MA_SAC_THUE": "Z", "SO_TIEN": "1"},
         ["E_CODE:tax_type_code"]),
        ("sukien_1.csv", {"SO_TK_GOC": "10123456789", "THOI_DIEM": "2024-03-05 00:00:00",
                          "MA_SK": "LUONG", "GIA_TRI": "4"}, ["E_CODE:value_text"]),
        ("phanluong_1.csv", {"SO_TK_GOC": "10123456789", "LUONG": "4"}, ["E_CODE:control_channel"]),
        ("kiemtra_1.csv", {"MA_KT": "K1", "STT_KT": "1", "SO_TK_GOC": "10123456789",
                           "KET_QUA": "2"}, ["E_CODE:outcome"]),
        ("khaibosung_1.csv", {"SO_KBS": "B1", "STT": "3", "MA_SAC_THUE": "",
                              "SO_TK_GOC": "10123456789"},
         ["E_REQUIRED:amendment_line_number", "E_REQUIRED:tax_type_code"]),
    ],
)  # fmt: skip
def test_an_unknown_code_of_a_closed_list_is_refused(tmp_path, file, row, expected):
    ((_, found),) = land(tmp_path, SOURCE, file, csv_text([{**row, **CHANGE}])).items()
    assert reasons(found.rejected) == {1: expected}


def test_the_order_of_columns_is_no_content(tmp_path):
    row = {"SO_KBS": "B1", "STT": "3", "MA_SAC_THUE": "V", "HS_TRUOC": "1", "HS_SAU": "2", **CHANGE}
    turned = dict(reversed(row.items()))
    hashes, extras = set(), set()
    for content in (csv_text([row]), csv_text([turned])):
        (found,) = land(tmp_path, SOURCE, "khaibosung_1.csv", content).values()
        hashes |= set(found.accepted["content_hash"].to_pylist())
        extras |= set(found.accepted["extras"].to_pylist())
    assert len(hashes) == len(extras) == 1


def test_an_inspection_needs_no_more_than_its_key(tmp_path):
    row = {"MA_KT": "K1", "STT_KT": "1", **CHANGE}
    (found,) = land(tmp_path, SOURCE, "kiemtra_1.csv", csv_text([row])).values()
    assert reasons(found.rejected) == {}
    assert found.accepted["declaration_number"].to_pylist() == [None]
