"""Small files of the outside formats: a test names only the columns it is about."""

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = Mapping[str, object]


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV with the columns of the first row; None is an empty field."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write_csv(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows as CSV, packed when the name ends in .gz, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = csv_bytes(rows)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def tk(so_tk: str = "300000000010", seq_no: int = 1, **changes: object) -> dict[str, object]:
    """Return one row of `vcis_extract` table tk (a declaration version)."""
    row: dict[str, object] = {
        "SO_TK": so_tk,
        "SEQ_NO": seq_no,
        "OP": "I",
        "SO_DONG": 1,
        "NHOM": "N",
        "MA_LH": "A11",
        "MA_HQ": "02CI",
        "NGAY_DK": "2025-03-01 08:15:00",
        "MA_DN": "0100000001",
        "LOAI_DN": "DN",
        "TEN_DN": "CÔNG TY TNHH THỬ NGHIỆM",
        "MA_PTVT": "2",
        "MA_NT": "USD",
        "TONG_TG_HD": "1000.00",
        "TY_GIA": "25000",
        "TONG_TG_TT": "25000000",
        "TONG_THUE": "2500000",
    }
    return {**row, **changes}


def hang(
    so_tk: str = "300000000010", stt: int = 1, seq_no: int = 1, **changes: object
) -> dict[str, object]:
    """Return one row of `vcis_extract` table hang (a goods item)."""
    row: dict[str, object] = {
        "SO_TK": so_tk,
        "STT": stt,
        "SEQ_NO": seq_no,
        "OP": "I",
        "MA_HS": "84713020",
        "TEN_HANG": "Máy tính xách tay",
        "MA_NUOC_XX": "CN",
        "LUONG1": "10",
        "MA_DVT1": "PCE",
        "LUONG2": "25.5",
        "MA_DVT2": "KGM",
        "TRI_GIA_HD": "1000.00",
        "TRI_GIA_TT": "25000000",
        "MA_BIEU_THUE": "B01",
    }
    return {**row, **changes}


def thue(
    so_tk: str = "300000000010", stt: int = 1, seq_no: int = 1, **changes: object
) -> dict[str, object]:
    """Return one row of `vcis_extract` table thue (a duty or tax of an item)."""
    row: dict[str, object] = {
        "SO_TK": so_tk,
        "STT": stt,
        "MA_SAC_THUE": "V",
        "SEQ_NO": seq_no,
        "OP": "I",
        "THUE_SUAT": "10%",
        "TG_TINH_THUE": "25000000",
        "SO_TIEN": "2500000",
    }
    return {**row, **changes}


def sukien(so_tk_goc: str = "30000000001", seq_no: int = 1, **changes: object) -> dict[str, object]:
    """Return one row of `vcis_extract` table sukien (an event of a declaration)."""
    row: dict[str, object] = {
        "SO_TK_GOC": so_tk_goc,
        "SEQ_NO": seq_no,
        "OP": "I",
        "THOI_DIEM": "2025-03-01 08:20:00",
        "MA_SK": "LUONG",
        "GIA_TRI": "1",
    }
    return {**row, **changes}


def tygia(currency: str = "USD", rate: str = "25000", **changes: object) -> dict[str, object]:
    """Return one row of `reference` table tygia (an official exchange rate)."""
    return {"TU_NGAY": "2025-03-01", "MA_NT": currency, "VND": rate, **changes}


def korea(declaration_id: str = "100", price: str = "1000.0", **changes: object) -> Row:
    """Return one row of `korea_customs_csv` (a declaration, its item and its inspection)."""
    return {
        "Declaration ID": declaration_id,
        "Date": "2020-01-01",
        "Office ID": "30",
        "Process Type": "B",
        "Import Type": "11",
        "Import Use": "21",
        "Payment Type": "11",
        "Mode of Transport": "10",
        "Declarant ID": "ZZR1LT6",
        "Importer ID": "QLRUBN9",
        "Seller ID": "",
        "Courier ID": "",
        "HS6 Code": "440890",
        "Country of Departure": "BE",
        "Country of Origin": "BE",
        "Tax Rate": "0.0",
        "Tax Type": "FEU1",
        "Country of Origin Indicator": "G",
        "Net Mass": "108.0",
        "Item Price": price,
        "Fraud": "1",
        "Critical Fraud": "2",
        **changes,
    }
