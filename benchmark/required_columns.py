"""Columns without which an outside file tells nothing: what is named otherwise is refused.

The formats let optional columns lack; a reader takes them for empty. That would also hide a column
with another name: so every file has what its format requires, and none lacks a column that other
files of its table have while it has one that none of them knows. Kept apart from the simulator's
own lists of columns: its files are judged here too.
"""

import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmark.broken_files import UNREADABLE
from benchmark.csv_headers import found_instead, header_of, header_text
from data_contracts.errors import CustomsDataError

_MOST_BYTES = 1_000_000
# By the first word of the files' names: key columns, and what the formats require beside them.
REQUIRED = {
    "tk": "SEQ_NO OP SO_TK SO_DONG NHOM MA_LH MA_HQ NGAY_DK MA_PTVT MA_NT",
    "hang": "SEQ_NO OP SO_TK STT MA_HS TEN_HANG LUONG1 MA_DVT1 TRI_GIA_HD TRI_GIA_TT",
    "thue": "SEQ_NO OP SO_TK STT MA_SAC_THUE SO_TIEN",
    "chungtu": "SEQ_NO OP SO_TK STT_CT",
    "cont": "SEQ_NO OP SO_TK SO_CONT",
    "sukien": "OP SO_TK_GOC THOI_DIEM MA_SK",
    "phanluong": "SEQ_NO OP SO_TK_GOC",
    "kiemtra": "SEQ_NO OP MA_KT STT_KT SO_TK_GOC KET_QUA",
    "khaibosung": "SEQ_NO OP SO_KBS STT MA_SAC_THUE",
    "vanchuyen": "SEQ_NO OP SO_VC",
    "tuyen": "SEQ_NO OP MA_TUYEN",
    "dmmt": "SEQ_NO OP SO_DMMT STT",
    "ktstq": "SEQ_NO OP MA_QD MA_DN",
    "ktstqct": "SEQ_NO OP MA_QD SO_TK_GOC STT MA_SAC_THUE",
    "andinh": "SEQ_NO OP SO_QD SO_TK_GOC STT MA_SAC_THUE",
    "baolanh": "SEQ_NO OP SO_BL",
    "hoanthue": "SEQ_NO OP SO_HS",
    "vpkhac": "SO_QD MA_DN",
    "kehoachkt": "SO_KH MA_DN",
    "xephang": "MA LOAI",
    "xdtruoc": "SO_XDT MA_DN LOAI MA_HS",
    "cosx": "MA_DN TU_NGAY",
    "hopdonggc": "SO_HD_GC MA_DN",
    "cases": "id",
    "nsw": "MsgId",
    "cudan": "SEQ_NO OP SO_PHIEU",
    "nop": "SEQ_NO OP SO_BT",
    "no": "SEQ_NO OP THANG MA_DN SO_TK_GOC MA_SAC_THUE",
    "dn": "MA_DN",
    "chusohuu": "MA_DN SO_GT",
    "vipham": "SO_QD MA_DN",
    "qtnvl": "MA_DN LOAI DEN_NGAY MA_NVL LAN_NOP",
    "qtsp": "MA_DN LOAI DEN_NGAY MA_SP LAN_NOP",
    "dmtt": "MA_DN LOAI DEN_NGAY MA_SP MA_NVL LAN_NOP",
    "ruirotg": "MA_HS TU_NGAY GIA_THAM_KHAO",
    "bieuthue": "MA_BIEU_THUE MA_HS THUE_SUAT TU_NGAY",
    "vat": "MA_HS THUE_SUAT TU_NGAY",
    "ttdb": "MA_HS THUE_SUAT TU_NGAY",
    "bvmt": "MA_HS THUE_SUAT TU_NGAY",
    "pvtm": "MA_HS MA_NUOC_XX THUE_SUAT TU_NGAY",
    "giamvat": "MA_HS VAT_SUAT TU_NGAY",
    "tygia": "TU_NGAY MA_NT VND",
    "hq": "MA_HQ",
    "manifest": "id revision bills",
    "gate": "eventId type",
    "port": "id kind",
    "seal": "seal n ev",
    "scan": "scan_id decision",
    "weighbridge": "SITE TICKET",
    "licence": "type no",
    "intelligence": "id subject",
    "partner": "year month reporter partner hs6 flow value_usd",
    "parcels": "DATE PLATFORM ORIGIN OFFICE CATEGORY PARCELS",
}


def refuse_renamed(
    table: str, columns: Sequence[str], forms: Mapping[str, Sequence[str]], *, skips_broken: bool
) -> None:
    """Refuse a file of a table that lacks a required column, or names one as no other file does.

    Args:
        table: First word of the files' names.
        columns: Those that are read.
        forms: Paths by form.
        skips_broken: Files without any of the columns are left to the reader, which names them.

    Raises:
        CustomsDataError: A file does.
    """
    required = [name for name in columns if name in REQUIRED.get(table, "").split()]
    named = {path: (_names(form, path), form) for form, paths in forms.items() for path in paths}
    having = Counter(name for names, _ in named.values() for name in set(names or ()))
    for path, (names, form) in named.items():
        if names is None or (skips_broken and not set(columns) & set(names)):
            continue
        if not set(required) <= set(names):
            own = _own(names, having)
            there = [name for name in names if name in required or name in own]
            raise _renamed(path, form, required, there)
        # An object may leave out what it has nothing of.
        lacking = [name for name in columns if name not in names and having[name]]
        if form != "json" and lacking and (own := _own(names, having)):
            raise _renamed(path, form, lacking, own)


def _own(names: Sequence[str], having: Mapping[str, int]) -> list[str]:
    """Return the names that no other file has."""
    return [name for name in names if having[name] == 1]


def _renamed(
    path: str, form: str, expected: Sequence[str], found: Sequence[str]
) -> CustomsDataError:
    place = "line 1" if form == "json" else "header"
    message = f"{path}, {place}: expected the columns {', '.join(expected)}; found "
    message += f"{found_instead(expected, found)}; "
    if form == "csv" and (hint := header_text(Path(path))):
        return CustomsDataError(f"{message}{hint}")
    return CustomsDataError(f"{message}name the columns as the format does")


def _names(form: str, path: str) -> list[str] | None:
    """Return the names in a file; None for one that has none, or is left to its reader."""
    try:
        if form == "parquet":
            names: list[str] = pq.read_schema(path).names
        elif form == "csv":
            names = header_of(Path(path))[0]
        else:
            names = _first_object(path)
    except (CustomsDataError, ValueError, *UNREADABLE):
        return None
    return names or None


def _first_object(path: str) -> list[str]:
    """Return the names of the first object of JSON lines."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rb") as stream:
        line = stream.readline(_MOST_BYTES)
    found = json.loads(line) if line.endswith(b"\n") or len(line) < _MOST_BYTES else None
    return list(found) if isinstance(found, dict) else []
