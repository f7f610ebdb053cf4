"""What the marts make of withdrawals with junk, lone children, months and tables alike."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from ingestion.delivery import deliver, withdraw
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
RATE = {"MA_HS": "22030010", "THUE_SUAT": "10%", "TU_NGAY": "2025-01-01", "DEN_NGAY": ""}


def _files(folder: Path) -> list[tuple[str, Path]]:
    """In the order of receipt, each one landed for itself."""
    heads = [builders.tk(number, place) for place, number in enumerate(NUMBERS, start=1)]
    items = [builders.hang(number, 1, place) for place, number in enumerate(NUMBERS, start=1)]
    gone = [
        BLANK | {"SO_TK": NUMBERS[0], "SEQ_NO": 11, "OP": "D"},
        dict.fromkeys(BLANK, "0") | {"SO_TK": NUMBERS[1], "SEQ_NO": 12, "OP": "D"},
        builders.tk(NUMBERS[2], 13, OP="D", NGAY_DK="0000-00-00 00:00:00"),
        builders.tk(NUMBERS[3], 14, OP="d"),
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
    for number, rate in enumerate(("25000", "25500")):
        path = folder / f"tygia_{number}.csv"
        made.append(("reference", builders.write_csv(path, [builders.tygia(rate=rate)])))
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LakeSettings:
    folder = tmp_path_factory.mktemp("doubtful")
    settings = LakeSettings(home=folder / "home", memory_limit_mb=1024, threads=2)
    for source, path in _files(folder):
        assert deliver(settings, source, [path]).accepted_files == 1, path.name
    with Ledger(Layout(settings.home).ledger_path) as ledger:
        (last,) = [one for one in ledger.deliveries("accepted") if one.name == "tygia_1.csv"]
    withdraw(settings, last.sha256)
    build(settings)
    return settings


def _rows(settings: LakeSettings, query: str) -> list[tuple[object, ...]]:
    with engine.build_connection(Layout(settings.home), settings, read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_a_withdrawal_need_only_name_its_record(settings: LakeSettings) -> None:
    found = _rows(settings, "select declaration_number from marts.fct_declaration order by all")
    # `d` is no operation; the fifth was sent again after it was withdrawn.
    assert [number for (number,) in found] == BASES[3:]


def test_children_follow_their_declaration(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select declaration_number, has_declaration from marts.fct_goods_item order by all",
    )
    assert found == [(BASES[3], True), (BASES[4], True)]


def test_a_check_knows_whether_its_declaration_ever_came(settings: LakeSettings) -> None:
    found = _rows(
        settings,
        "select inspection_number, has_declaration, registered_date is not null "
        "from marts.fct_inspection order by all",
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
    kinds = _rows(settings, "select rate_kind_code from marts.dim_tariff_line order by all")
    assert kinds == [("special_consumption",), ("vat",)]
    assert _rows(settings, "select rate_vnd::int from marts.dim_exchange_rate") == [(25_000,)]
