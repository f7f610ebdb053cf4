"""The outside files that can say anything of a mechanism, as `raw_<word>` of text columns."""

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pyarrow as pa
import pyarrow.csv as pacsv

from benchmark.broken_files import UNREADABLE
from benchmark.outside_files import FILE, add, attach
from benchmark.truth import read_irregular, read_schemes, read_slips
from data_contracts.errors import CustomsDataError

_NUMBERED = ("SEQ_NO", "OP")
# Columns that are read, by the first word of the files' names.
TABLES: dict[str, tuple[str, ...]] = {
    "tk": (
        *_NUMBERED, "SO_TK", "SO_DONG", "NHOM", "MA_LH", "MA_HQ", "NGAY_DK", "MA_DN", "MA_DL",
        "TEN_DT", "MA_NUOC_DT", "MA_PTVT", "MA_CANG_XEP", "MA_NUOC_XUAT", "SO_VD1", "SO_KIEN",
        "TRONG_LUONG", "MA_DVT_TL", "SO_HD", "NGAY_HD", "MA_DKGH", "MA_NT", "TONG_TG_HD",
        "MA_PL_TRI_GIA", "PHI_VC", "TY_GIA", "TONG_TG_TT", "TONG_THUE", "HAN_TAI_XUAT", "GHI_CHU",
    ),
    "hang": (
        *_NUMBERED, "SO_TK", "STT", "MA_HS", "MA_QL", "TEN_HANG", "MA_NUOC_XX", "NHA_SX", "LUONG1",
        "MA_DVT1", "LUONG2", "MA_DVT2", "TRI_GIA_HD", "DON_GIA", "TRI_GIA_TT", "MA_BIEU_THUE",
        "SO_CO", "SO_DMMT", "STT_DMMT", "SO_TK_LQ", "STT_LQ",
    ),
    "thue": (*_NUMBERED, "SO_TK", "STT", "MA_SAC_THUE", "SO_TIEN", "SO_TIEN_MIEN"),
    "cont": (*_NUMBERED, "SO_TK", "SO_CONT"),
    "sukien": (*_NUMBERED, "SO_TK_GOC", "THOI_DIEM", "MA_SK", "GIA_TRI", "MA_CB"),
    "kiemtra": (
        *_NUMBERED, "MA_KT", "STT_KT", "SO_TK_GOC", "STT", "HINH_THUC", "TU", "DEN", "KET_QUA",
        "MA_CB",
    ),
    "vanchuyen": (
        *_NUMBERED, "SO_VC", "KH_DEN", "TT_DI", "TT_DEN", "PLATE", "CONTAINERS", "SO_TK", "TUYEN",
    ),
    "tuyen": (*_NUMBERED, "MA_TUYEN", "DUONG", "RONG_KM"),
    "phanluong": (*_NUMBERED, "SO_TK_GOC", "CAN_CU"),
    "chungtu": (*_NUMBERED, "SO_TK", "STT_CT", "DANG"),
    "khaibosung": (*_NUMBERED, "SO_KBS", "STT", "MA_SAC_THUE", "SO_TK_GOC", "LOAI"),
    "ktstq": (*_NUMBERED, "MA_QD", "MA_DN", "TU_NGAY", "DEN_NGAY", "THUE_AN_DINH"),
    "ktstqct": (*_NUMBERED, "MA_QD", "SO_TK_GOC", "STT", "MA_SAC_THUE", "TRANG_THAI"),
    "andinh": (*_NUMBERED, "SO_QD", "SO_TK_GOC", "STT", "MA_SAC_THUE", "HUY_BO"),
    "baolanh": (*_NUMBERED, "SO_BL", "MA_DN"),
    "hoanthue": (*_NUMBERED, "SO_HS", "MA_DN", "SO_TK_GOC"),
    "vpkhac": ("SO_QD", "MA_DN"),
    "kehoachkt": ("SO_KH", "MA_DN"),
    "xephang": ("MA", "LOAI", "MUC"),
    "xdtruoc": ("SO_XDT", "MA_DN", "LOAI", "MA_HS"),
    "cosx": ("MA_DN", "TU_NGAY"),
    "hopdonggc": ("SO_HD_GC", "MA_DN", "TU_NGAY", "DEN_NGAY"),
    "cases": ("id", "subject", "decl"),
    "nsw": ("MsgId", "DeclarationNo", "Result"),
    "dmmt": (*_NUMBERED, "SO_DMMT", "STT", "MA_DN", "LUONG", "TRI_GIA", "TU_NGAY"),
    "no": (*_NUMBERED, "THANG", "MA_DN", "SO_TK_GOC", "MA_SAC_THUE", "CON_NO"),
    "dn": ("MA_DN", "NGAY_TL", "DIA_CHI", "LOAI", "TRANG_THAI", "MA_CU"),
    "chusohuu": ("MA_DN", "SO_GT"),
    "vipham": ("SO_QD", "MA_DN", "NGAY_QD"),
    "qtnvl": (
        "MA_DN", "LOAI", "DEN_NGAY", "MA_NVL", "LAN_NOP", "NHAP", "XUAT_SX", "TON_CUOI",
        "TIEU_HUY",
    ),
    "dmtt": ("MA_DN", "LOAI", "DEN_NGAY", "MA_SP", "MA_NVL", "LAN_NOP", "DINH_MUC", "HAO_HUT_PCT"),
    "qtsp": ("MA_DN", "LOAI", "DEN_NGAY", "MA_SP", "LAN_NOP", "NHAP_KHO"),
    "ruirotg": ("MA_HS", "TEN", "TU_NGAY", "GIA_THAM_KHAO", "MA_NT", "MA_DVT", "DEN_NGAY"),
    "manifest": ("id", "revision", "bills"),
    "gate": ("eventId", "type", "declarations", "weightKg"),
    "port": ("id", "kind", "container", "decl", "gross_kg"),
    "seal": ("seal", "n", "ts", "ev", "lat", "lon", "vc"),
    "scan": ("scan_id", "decl", "decision"),
    "weighbridge": ("SITE", "TICKET", "PLATE", "CONTAINER", "NET_KG", "TS"),
    "licence": ("type", "no", "holder", "quantity", "used"),
    "intelligence": ("id", "issued", "expires", "subject"),
    "partner": (
        "year", "month", "reporter", "partner", "hs6", "flow", "unit", "value_usd", "basis",
    ),
    "bieuthue": ("MA_BIEU_THUE", "MA_NHOM_NUOC", "MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "vat": ("MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "ttdb": ("MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "bvmt": ("MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "pvtm": ("MA_HS", "MA_NUOC_XX", "NHA_SX", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "giamvat": ("MA_HS", "LOAI", "VAT_SUAT", "TU_NGAY", "DEN_NGAY"),
    "tygia": ("TU_NGAY", "MA_NT", "VND"),
    "hq": ("MA_HQ", "MA_MOI"),
    "cudan": (
        *_NUMBERED, "SO_PHIEU", "NGAY", "MA_HQ", "SO_GT", "PLATE", "MA_HS4", "TRI_GIA", "CHIEU",
        "THUE",
    ),
}  # fmt: skip
# What comes in other forms than tables.
OTHER_FORMS = ("certificate", "lao_cai")
# By which name a run tells of some of them all.
NAMED_IN_FULL = {
    "gate": "lang_son_gate", "nsw": "nsw_gate", "port": "port_message", "seal": "seal_stream",
    "scan": "scan_result", "partner": "partner_statistics", "certificate": "co_form",
    "lao_cai": "lao_cai_gate",
}  # fmt: skip
_CERTIFICATE = pa.schema(
    [(name, pa.string()) for name in ("number", "importer", "hs", "quantity", FILE)]
)
_LAO_CAI = {
    "Mã sự kiện": "event", "Loại": "kind", "Số tờ khai": "declarations",
    "Khối lượng (tấn)": "tonnes",
}  # fmt: skip
_GATE_EVENTS = pa.schema([(name, pa.string()) for name in _LAO_CAI.values()])


def stage(connection: duckdb.DuckDBPyConnection, world: Path, truth: Path) -> list[str]:
    """Make the views of the outside files, of `raw_certificate`, `raw_lao_cai` and of the truth.

    Args:
        connection: An empty database.
        world: Outside files of a nation.
        truth: Its truth: `raw_truth`, `raw_scheme` and `raw_slip`, the last two empty where it
            tells none.

    Returns:
        Names of the outside files that no reader could read.

    Raises:
        CustomsDataError: There is no declaration, or no truth.
    """
    attached = attach(connection, world, TABLES, prefix="raw_", skips_broken=True)
    if not attached.files.get("tk"):
        message = f"{world}: expected the outside files of a nation, found no readable tk file"
        raise CustomsDataError(message)
    tables, unread = _other_forms(world.rglob("*"))
    for name, rows in tables.items():
        connection.from_arrow(rows).create(name)
    connection.from_arrow(read_irregular(truth)).create("raw_truth")
    connection.from_arrow(read_schemes(truth)).create("raw_scheme")
    connection.from_arrow(read_slips(truth)).create("raw_slip")
    return [*attached.unread, *(str(path.relative_to(world)) for path in unread)]


def take_in(connection: duckdb.DuckDBPyConnection, paths: Iterable[Path]) -> None:
    """Add the rows of files that have come to the tables that `stage` shows of a whole world."""
    come = list(paths)
    add(connection, come, TABLES, prefix="raw_", skips_broken=True)
    for name, rows in _other_forms(come)[0].items():
        columns = ", ".join(f'"{column}" varchar' for column in rows.column_names)
        connection.execute(f'create table if not exists "{name}" ({columns})')
        connection.from_arrow(rows).insert_into(name)


def _other_forms(paths: Iterable[Path]) -> tuple[dict[str, pa.Table], list[Path]]:
    """Return what comes as messages and as text of another code page, and what is broken of it."""
    files, unread = sorted(paths), []
    forms = (("raw_certificate", "co_*.xml", _certificate), ("raw_lao_cai", "LC_*.csv", _lao_cai))
    parts = {
        "raw_certificate": [_CERTIFICATE.empty_table()],
        "raw_lao_cai": [_GATE_EVENTS.empty_table()],
    }
    for name, pattern, read in forms:
        for path in (path for path in files if path.match(pattern)):
            try:
                parts[name].append(read(path))
            except (ET.ParseError, UnicodeError, *UNREADABLE):
                unread.append(path)
    return {name: pa.concat_tables(read) for name, read in parts.items()}, unread


def _certificate(path: Path) -> pa.Table:
    """Return the items of a certificate of origin that came as a message."""
    # These are files of a nation made here, never what a stranger sends.
    root = ET.parse(path).getroot()  # noqa: S314
    importer = root.find("Importer")
    rows = [
        {
            "number": root.findtext("ReferenceNo", ""),
            "importer": "" if importer is None else importer.get("taxCode", ""),
            "hs": item.findtext("HS", ""),
            "quantity": item.findtext("Quantity", ""),
            FILE: str(path),
        }
        for item in root.iter("Item")
    ]
    return pa.Table.from_pylist(rows, _CERTIFICATE)


def _lao_cai(path: Path) -> pa.Table:
    """Return the events of the second province's gates, as text."""
    text = path.read_text(encoding="utf-16").encode()
    asked = pacsv.ConvertOptions(
        include_columns=list(_LAO_CAI), column_types=dict.fromkeys(_LAO_CAI, pa.string())
    )
    read = pacsv.read_csv(
        pa.BufferReader(text),
        parse_options=pacsv.ParseOptions(delimiter=";"),
        convert_options=asked,
    )
    return read.rename_columns(list(_LAO_CAI.values()))
