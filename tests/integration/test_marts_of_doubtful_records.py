"""What the marts make of withdrawals with junk, lone children, doubtful orders, codes and days."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from ingestion.land import land_files
from ingestion.withdraw import withdraw
from orchestration.operations.build import build
from tests import builders
from warehouse import engine
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

NUMBERS = [f"3000000000{n}0" for n in range(1, 7)]
BASES = [number[:11] for number in NUMBERS]
BLANK = dict.fromkeys(builders.tk(), "")
INSPECTION = {"STT_KT": 1, "OP": "I", "KET_QUA": "0", "HINH_THUC": "1"}
DECISION = {"OP": "I", "THOI_DIEM": "2025-03-01 08:20:00", "LUONG": "2", "NHOM_CAN_CU": "RR"}
RATE = {"MA_HS": "22030010", "THUE_SUAT": "10%", "TU_NGAY": "2025-01-01", "DEN_NGAY": ""}
LINE = RATE | {"MA_BIEU_THUE": "B01", "MA_NHOM_NUOC": "", "MA_HS": "84713020"}
OFFICE = {"MA_HQ": "02CI", "TEN": "Chi cục", "TU_NGAY": "2010-01-01", "DEN_NGAY": "", "MA_MOI": ""}
# By file: what is new alone, and again what has an end now.
TOLD = {
    "bieuthue_20250101.csv": [LINE],
    "bieuthue_20250331.csv": [
        LINE | {"DEN_NGAY": "2025-03-30"}, LINE | {"TU_NGAY": "2025-03-31", "THUE_SUAT": "5%"},
    ],
    "hq_20250101.csv": [OFFICE],
    "hq_20250301.csv": [
        OFFICE | {"DEN_NGAY": "2025-02-28", "MA_MOI": "02I1"},
        OFFICE | {"MA_HQ": "02I1", "TU_NGAY": "2025-03-01"},
    ],
}  # fmt: skip


def _files(folder: Path) -> list[tuple[str, Path]]:
    """In the order of receipt, each one landed for itself."""
    heads = [builders.tk(number, place) for place, number in enumerate(NUMBERS, start=1)]
    items = [builders.hang(number, 1, place) for place, number in enumerate(NUMBERS, start=1)]
    # The number of the fourth change, under another key; a code that the tariff does not list.
    items[4] |= {"SEQ_NO": 4, "MA_HS": "84713099"}
    gone = [
        BLANK | {"SO_TK": NUMBERS[0], "SEQ_NO": 11, "OP": "D"},
        dict.fromkeys(BLANK, "0") | {"SO_TK": NUMBERS[1], "SEQ_NO": 12, "OP": "D"},
        builders.tk(NUMBERS[2], 13, OP="d", NGAY_DK="0000-00-00 00:00:00"),
        builders.tk(NUMBERS[3], 14, OP="X"),
        BLANK | {"SO_TK": NUMBERS[4], "SEQ_NO": 15, "OP": "D"},
    ]
    checks = [
        {"MA_KT": "K1", "SEQ_NO": 1, "SO_TK_GOC": BASES[5], **INSPECTION},
        {"MA_KT": "K2", "SEQ_NO": 2, "SO_TK_GOC": BASES[0], **INSPECTION},
        {"MA_KT": "K3", "SEQ_NO": 3, "SO_TK_GOC": "39999999999", **INSPECTION},
        {"MA_KT": "K4", "SEQ_NO": 4, "SO_TK_GOC": "", **INSPECTION},
    ]
    junk = [builders.hang(NUMBERS[5], 1, 21, OP="D", MA_HS="?", LUONG1="x")]
    traders = {"202501": "00", "202502": "01", "202503": "00"}
    cut = builders.csv_bytes([builders.thue(NUMBERS[5], 1, 30)]).removesuffix(b"00\r\n")
    (folder / "thue_1.csv.gz").write_bytes(gzip.compress(cut))
    vcis = {
        "tk_1.csv": heads,
        "hang_1.csv.gz": items,
        "tk_2.csv": gone,
        "kiemtra_1.csv": checks,
        "hang_2.csv": junk,
        "tk_3.csv": [builders.tk(NUMBERS[4], 16)],
        "thue_2.csv": [builders.thue(NUMBERS[5], 1, 30)],
        "phanluong_1.csv": [
            {"SO_TK_GOC": base, "SEQ_NO": place, **DECISION}
            for place, base in enumerate([BASES[0], BASES[3], "39999999999"], start=1)
        ],
        "sukien_1.csv": [
            builders.sukien(BASES[3], 1, MA_SK="HUY", THOI_DIEM="2052-03-01 09:00:00", GIA_TRI="")
        ],
    }
    made = [("vcis_extract", folder / "thue_1.csv.gz")]
    made += [
        ("vcis_extract", builders.write_csv(folder / name, rows)) for name, rows in vcis.items()
    ]
    for month, status in traders.items():
        row = {"MA_DN": "0101234567", "LOAI_DN": "DN", "TRANG_THAI": status}
        made.append(("trader_registry", builders.write_csv(folder / f"dn_{month}.csv", [row])))
    for table in ("vat", "ttdb"):
        made.append(("reference", builders.write_csv(folder / f"{table}_2025.csv", [RATE])))
    for name, rows in TOLD.items():
        made.append(("reference", builders.write_csv(folder / name, rows)))
    for number, prices in enumerate((("10.0", "20.0"), ("11.0", "20.0"))):
        lines = [builders.korea(f"{place}00", price) for place, price in enumerate(prices, start=1)]
        path = builders.write_csv(folder / f"korea_{number}.csv", lines)
        made.append(("korea_customs_csv", path))
    for number, rate in enumerate(("25000", "25500")):
        path = folder / f"tygia_{number}.csv"
        made.append(("reference", builders.write_csv(path, [builders.tygia(rate=rate)])))
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    folder = tmp_path_factory.mktemp("doubtful")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024, threads=2)
    for source, path in _files(folder):
        assert land_files(settings, source, [path]).accepted_files == 1, path.name
    with Ledger(Layout(settings.home).ledger_path) as ledger:
        (last,) = [one for one in ledger.deliveries("accepted") if one.name == "tygia_1.csv"]
    withdraw(settings, last.sha256)
    build(settings)
    return settings


def _rows(settings: LakeSettings, query: str) -> list[tuple[object, ...]]:
    with engine.build_connection(Layout(settings.home), settings, read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_a_withdrawal_need_only_name_its_record(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select declaration_number from marts.fct_declaration "
        "where source_system = 'vcis_extract' order by all",
    )
    # `d` is `D`, `X` is no operation; the fifth was sent again after it was withdrawn.
    assert [number for (number,) in found] == BASES[3:]


def test_children_follow_their_declaration(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select declaration_number, has_declaration from marts.fct_goods_item"
        " where source_system = 'vcis_extract' order by all",
    )
    assert found == [(BASES[3], True), (BASES[4], True)]


def test_a_check_knows_whether_its_declaration_ever_came(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select inspection_number, has_declaration, registered_date is not null "
        "from marts.fct_inspection where source_system = 'vcis_extract' order by all",
    )
    assert found == [
        ("K1", True, True),
        ("K2", True, False),
        ("K3", False, False),
        ("K4", None, False),
    ]


def test_the_whole_tax_counts_though_the_cut_one_came_first(settings: LakeSettings) -> None:
    found = _rows(settings, "select assessed_vnd::bigint from marts.fct_duty_tax")
    assert found == [(2_500_000,)]


def test_a_trader_is_what_its_months_say(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select valid_from_date, valid_to_date, status_code, is_current "
        "from marts.dim_trader order by all",
    )
    assert found == [
        (date(2025, 1, 1), date(2025, 2, 1), "00", False),
        (date(2025, 2, 1), date(2025, 3, 1), "01", False),
        (date(2025, 3, 1), None, "00", True),
    ]


def test_both_taxes_have_their_rate_and_the_withdrawn_correction_has_none(
    settings: LakeSettings,
) -> None:
    kinds = _rows(
        settings,
        "select rate_kind_code from marts.dim_tariff_line "
        "where valid_from_date < '2025-03-31' order by all",
    )
    assert kinds == [("import",), ("special_consumption",), ("vat",)]
    assert _rows(settings, "select rate_vnd::int from marts.dim_exchange_rate") == [(25_000,)]


def test_a_rate_and_an_office_are_as_the_latest_of_their_files_tells_them(
    settings: LakeSettings,
) -> None:
    rates = _rows(
        settings,
        "select rate_text, valid_from_date, valid_to_date from marts.dim_tariff_line "
        "where rate_kind_code = 'import' order by valid_from_date",
    )
    assert rates == [
        ("10%", date(2025, 1, 1), date(2025, 3, 30)),
        ("5%", date(2025, 3, 31), None),
    ]
    offices = _rows(
        settings,
        "select customs_office_code, valid_to_date, successor_office_code "
        "from marts.dim_customs_office order by valid_from_date",
    )
    assert offices == [("02CI", date(2025, 2, 28), "02I1"), ("02I1", None, None)]


def test_a_code_that_the_tariff_does_not_list_is_kept_and_flagged(settings: LakeSettings) -> None:
    for table in ("fct_goods_item", "fct_goods_item_version"):
        found = _rows(
            settings,
            "select distinct declaration_number, tariff_line_code, is_tariff_line_listed "  # noqa: S608
            f"from marts.{table} where is_tariff_line_listed is not null "
            "and declaration_number >= '30000000004' order by all",
        )
        assert found[:2] == [(BASES[3], "84713020", True), (BASES[4], "84713099", False)], table
    # No tariff of the year 2020 has landed.
    unknown = _rows(
        settings,
        "select count(is_tariff_line_listed) from marts.fct_goods_item "
        "where source_system = 'korea_customs_csv'",
    )
    assert unknown == [(0,)]


def test_a_number_under_two_keys_and_a_key_said_twice_without_one_are_flagged(
    settings: LakeSettings,
) -> None:
    found = _rows(
        settings,
        "select declaration_number, invoice_amount::int, is_order_doubtful "
        "from marts.fct_goods_item order by all",
    )
    # Of the Korean declarations the first was sent again with another price.
    assert found == [
        ("100", 11, True),
        ("200", 20, False),
        (BASES[3], 1000, True),
        (BASES[4], 1000, True),
    ]
    declarations = _rows(
        settings,
        "select declaration_number from marts.fct_declaration where is_order_doubtful order by all",
    )
    assert declarations == []
    for table in ("fct_inspection", "fct_selectivity_decision", "fct_duty_tax"):
        flagged = f"select count(*), count_if(is_order_doubtful) from marts.{table}"  # noqa: S608
        ((rows, doubtful),) = _rows(settings, flagged)
        assert (rows > 0, doubtful) == (True, 0), table


def test_a_decision_knows_whether_its_declaration_ever_came(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select declaration_number, has_declaration from marts.fct_selectivity_decision "
        "order by all",
    )
    # The first declaration was withdrawn: it came.
    assert found == [(BASES[0], True), (BASES[3], True), ("39999999999", False)]


def test_an_event_in_the_future_counts_from_its_receipt_and_is_flagged(
    settings: LakeSettings,
) -> None:
    found = _rows(
        settings,
        "select declaration_number, is_cancelled, is_in_future from marts.fct_declaration "
        "where source_system = 'vcis_extract' order by all",
    )
    assert found == [
        (BASES[3], True, True),
        (BASES[4], False, False),
        (BASES[5], False, False),
    ]
    today = _rows(settings, "select as_of_date::varchar from marts.dim_source order by all")
    assert today == [("2020-01-01",), ("2025-03-01",)]
