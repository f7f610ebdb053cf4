"""The trader registry: a full snapshot of all traders each month.

Source: files `dn_<YYYYMM>…`; UTF-8 or TCVN3 as a whole.
Contract: trader
Grain out: one row per trader and month of the snapshot.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.sources import tcvn3
from ingestion.sources.byte_stream import FileFormat, chunks
from ingestion.sources.reading import Reading, Source, not_applicable, refused
from ingestion.sources.tables import SourceTable, first_word, read_table, table_and_format

_NAME = "trader_registry"
_TABLE = SourceTable(
    _NAME,
    "dn",
    ("MA_DN",),
    (
        "LOAI_DN",
        "TEN_DN",
        "TEN_EN",
        "NGAY_TL",
        "MA_TINH",
        "DIA_CHI",
        "LOAI",
        "VON_VND",
        "SO_LD",
        "MA_NGANH",
        "TRANG_THAI",
        "UU_TIEN",
        "MA_CU",
        "NGAY_CN",
    ),
    {"trader": "dn"},
)
_WITHOUT_CONTRACT = (
    "chusohuu",
    "vipham",
    "xephang",
    "hopdonggc",
    "cosx",
    "qtnvl",
    "qtsp",
    "dmtt",
    "ruirotg",
    "xdtruoc",
)
_MONTH = re.compile(r"(?<!\d)(\d{4})-?(0[1-9]|1[0-2])(?:-?\d{2})?(?!\d)")


def _read(path: Path, name: str) -> Reading:
    word = first_word(name)
    if word in _WITHOUT_CONTRACT:
        return not_applicable("NO_CONTRACT", f"table {word}: no contract holds it yet")
    if word != _TABLE.name:
        return refused("E_UNKNOWN_TABLE", "the first word of the file name names no table")
    month = _month_in(name)
    if month is None:
        return refused("E_SNAPSHOT_MONTH", "the file name does not say the month of the snapshot")
    constants = {"snapshot_month": f"{month}-01"}
    return read_table(path, name, _TABLE, unpack=_text, constants=constants)


def _text(path: Path, file_format: FileFormat) -> Iterator[bytes]:
    """Yield the text as UTF-8; the encoding is judged over the whole file first."""
    if tcvn3.is_tcvn3(chunks(path, file_format)):
        return map(tcvn3.to_utf8, chunks(path, file_format))
    return chunks(path, file_format)


def _meaning(name: str) -> str:
    return f"{table_and_format(name)} {_month_in(name)}"


def _month_in(name: str) -> str | None:
    month = _MONTH.search(name.rsplit("/", 1)[-1])
    return f"{month[1]}-{month[2]}" if month else None


SOURCE = Source(
    name=_NAME,
    time_zone="Asia/Ho_Chi_Minh",
    read=_read,
    meaning=_meaning,
    names=(f"{_TABLE.name}_YYYYMM…",),
)
