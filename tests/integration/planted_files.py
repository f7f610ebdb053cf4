"""Files in which every column of every table says something personal, one column a row.

Each row is right but for the one column; what the border lets in must not be seen by anybody but
the restricted role.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from ingestion.sources.catalog import SOURCES
from tests.builders import hang, sukien, thue, tk, tygia, write_csv

_BASE = "30000000001"
_VERSION = f"{_BASE}0"
_CHANGE = {"SEQ_NO": 1, "OP": "I"}
_NUMBERS = {
    "SO_DONG", "SO_NHANH", "TONG_NHANH", "SO_KIEN", "TRONG_LUONG", "TONG_TG_HD", "PHI_VC",
    "PHI_BH", "DC_TRI_GIA", "TY_GIA", "TONG_TG_TT", "TONG_THUE", "LAN_SUA", "STT", "LUONG1",
    "LUONG2", "TRI_GIA_HD", "DON_GIA", "TRI_GIA_TT", "STT_DMMT", "STT_LQ", "SO_TIEN",
    "TG_TINH_THUE", "LUONG_TINH_THUE", "SO_TIEN_MIEN", "STT_CT", "XAC_SUAT", "STT_KT",
    "LUONG_XD", "TRI_GIA_XD", "THUE_TANG", "TRUOC", "SAU", "VON_VND", "SO_LD", "VND", "SEQ_NO",
}  # fmt: skip

ROWS: Mapping[str, Mapping[str, object]] = {
    "tk": tk(_VERSION),
    "hang": hang(_VERSION),
    "thue": thue(_VERSION),
    "sukien": sukien(_BASE),
    "chungtu": {**_CHANGE, "SO_TK": _VERSION, "STT_CT": 1, "LOAI_CT": "BOL"},
    "phanluong": {
        **_CHANGE,
        "SO_TK_GOC": _BASE,
        "THOI_DIEM": "2025-03-01 08:20:00",
        "LUONG": "3",
        "NHOM_CAN_CU": "RR",
        "CAN_CU": "RR-101;RR-204",
        "NGAU_NHIEN": "0",
    },
    "kiemtra": {
        **_CHANGE,
        "MA_KT": "KT1",
        "STT_KT": 1,
        "SO_TK_GOC": _BASE,
        "HINH_THUC": "3",
        "TU": "2025-03-02 09:00:00",
        "DEN": "2025-03-02 10:00:00",
        "KET_QUA": "1",
        "THUE_TANG": "100",
    },
    "khaibosung": {
        **_CHANGE,
        "SO_KBS": "KBS1",
        "STT": 1,
        "MA_SAC_THUE": "N",
        "SO_TK_GOC": _BASE,
        "NGAY": "2025-03-09 09:00:00",
        "LOAI": "TN",
        "TRUOC": "1",
        "SAU": "2",
    },
    "dn": {"MA_DN": "0100000001", "LOAI_DN": "DN", "TRANG_THAI": "00"},
    "bieuthue": {
        "MA_BIEU_THUE": "B01",
        "MA_HS": "84713020",
        "THUE_SUAT": "5",
        "TU_NGAY": "2025-01-01",
    },
    **{
        name: {"MA_HS": "84713020", "THUE_SUAT": "10", "TU_NGAY": "2025-01-01"}
        for name in ("vat", "ttdb", "bvmt")
    },
    "tygia": tygia(),
    "hq": {"MA_HQ": "02CI", "TEN": "Chi cục 1", "VAI_TRO": "CK", "TU_NGAY": "2025-01-01"},
}
TABLES = {
    name: (source, table)
    for source in ("vcis_extract", "reference", "trader_registry")
    for name, table in SOURCES[source].outside.tables.items()
}


def texts(serial: int) -> tuple[str, ...]:
    """Return one of each kind: tax codes, plate, bill, officer, name and address."""
    return (
        f"03{50_000_000 + serial}",
        f"03{50_000_000 + serial}-001",
        f"0013{50_000_000 + serial}",
        f"29C-{70_000 + serial}",
        f"29C{80_000 + serial}",
        f"MAEU{9_900_000 + serial}",
        f"CBHQ{4_000 + serial}",
        f"ông Nguyễn Văn Trỗi {serial:04d}",
        f"NGUYEN VAN TROI {serial:04d}",
        f"số {serial:04d} Phố Huế",
    )


def plant(folder: Path) -> tuple[dict[str, list[Path]], dict[str, str]]:
    """Write the files; return them by source, and the column that each planted text stands in."""
    serial = count(1)
    files: dict[str, list[Path]] = {}
    planted: dict[str, str] = {}
    for name, (source, table) in TABLES.items():
        rows = [dict.fromkeys((*table.required, *table.optional, "COT_LA")) | dict(ROWS[name])]
        for row, column, text in _planted_rows(name, serial):
            rows.append(rows[0] | row)
            planted[text] = f"{name}.{column}"
        file = folder / f"{name}_202503{'' if name == 'dn' else '01_1'}.csv"
        files.setdefault(source, []).append(write_csv(file, rows))
    return files, planted


def _planted_rows(name: str, serial: count) -> Iterator[tuple[dict[str, object], str, str]]:
    _, table = TABLES[name]
    for column in (*table.required, *table.optional, "COT_LA"):
        for text in texts(next(serial)):
            if column in _NUMBERS and text.isdigit():
                continue  # a number is a number
            own = next(serial)
            keys: dict[str, object] = {
                "SO_TK": f"{30_000_000_001 + own}0",
                "SO_TK_GOC": f"{30_000_000_001 + own}",
                "SEQ_NO": own,
                "MA_KT": f"KT{own}",
                "SO_KBS": f"KBS{own}",
                "MA_DN": f"{100_000_001 + own:010d}" if name == "dn" else None,
                "MA_HS": f"{84_000_000 + own}",
                "MA_HQ": f"{own:04d}" if name == "hq" else "02CI",
            }
            known = {*table.required, *table.optional}
            row = {key: value for key, value in keys.items() if key in known and value}
            yield row | {column: text}, column, text
