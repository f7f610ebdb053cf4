"""Small files of the outside formats for the tests of the adapters."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from ingestion.conform import Conformed, conform
from ingestion.sources.catalog import find_source
from ingestion.sources.reading import Reading, Source
from warehouse.settings import LakeSettings

Row = Mapping[str, str | None]

TK: Row = {
    "SO_TK": "101234567890",
    "SO_DONG": "2",
    "NHOM": "N",
    "MA_LH": "A11",
    "MA_HQ": "02CI",
    "NGAY_DK": "2024-03-05 08:15:00",
    "MA_PTVT": "2",
    "MA_NT": "USD",
    "SEQ_NO": "7",
    "OP": "I",
}
HANG: Row = {
    "SO_TK": "101234567890",
    "STT": "1",
    "MA_HS": "85171300",
    "TEN_HANG": "Điện thoại",
    "LUONG1": "10",
    "MA_DVT1": "PCE",
    "TRI_GIA_HD": "1250.5",
    "TRI_GIA_TT": "31262500",
    "SEQ_NO": "1",
    "OP": "I",
}


def settings(home: Path) -> LakeSettings:
    """Return settings of a small machine."""
    return LakeSettings(home=home, memory_limit_mb=512, threads=1, spill_limit_mb=100)


def csv_text(rows: Sequence[Row]) -> str:
    """Return rows as delimited text with the columns of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(folder: Path, source: Source, name: str, content: bytes | str) -> Reading:
    """Write a file and read it with its adapter."""
    path = folder / "received"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return source.read(path, name)


def own_source(folder: Path, text: str, name: str = "a_new_one") -> Source:
    """Return the source that a home has by one file of its own."""
    file = folder / "home" / "sources" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return find_source(name, folder / "home")


def land(folder: Path, source: Source, name: str, content: bytes | str) -> dict[str, Conformed]:
    """Write a file, read it and conform it as delivery 1."""
    return conform(settings(folder), source.name, [(1, read(folder, source, name, content))])


def reasons(rejected: pa.Table) -> dict[int, list[str]]:
    """Return the reason codes by record number."""
    return {row["record_number"]: row["reason_codes"] for row in rejected.to_pylist()}
