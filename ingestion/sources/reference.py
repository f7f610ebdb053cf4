"""Reference tables: rates of duty and tax, exchange rates, customs offices.

Source: files `<table>_…`, told apart by the first word of the name.
Contract: tariff_rate, exchange_rate, customs_office
Grain out: one row per rate, currency or office and the first day it is valid.
"""

from ingestion.sources.reading import Source
from ingestion.sources.tables import Folder, SourceTable, table_and_format

_NAME = "reference"
_RATE = ("MA_HS", "THUE_SUAT", "TU_NGAY")

_TABLES = (
    SourceTable(
        _NAME,
        "bieuthue",
        ("MA_BIEU_THUE", *_RATE),
        ("MA_NHOM_NUOC", "DEN_NGAY"),
        {"tariff_rate": "bieuthue"},
    ),
    SourceTable(_NAME, "vat", _RATE, ("DEN_NGAY",), {"tariff_rate": "vat"}),
    SourceTable(_NAME, "ttdb", _RATE, ("DEN_NGAY",), {"tariff_rate": "ttdb"}),
    SourceTable(_NAME, "bvmt", _RATE, ("DEN_NGAY", "MA_DVT"), {"tariff_rate": "bvmt"}),
    SourceTable(_NAME, "tygia", ("TU_NGAY", "MA_NT", "VND"), fills={"exchange_rate": "tygia"}),
    SourceTable(
        _NAME,
        "hq",
        ("MA_HQ", "TU_NGAY"),
        ("TEN", "MA_CHA", "VAI_TRO", "DEN_NGAY", "MA_MOI"),
        {"customs_office": "hq"},
    ),
)

_FOLDER = Folder(
    tables={table.name: table for table in _TABLES},
    without_contract=("pvtm", "giamvat", "ngaynghi", "hs", "hstuongquan"),
)

SOURCE = Source(
    name=_NAME,
    time_zone="Asia/Ho_Chi_Minh",
    read=_FOLDER.read,
    meaning=table_and_format,
    names=_FOLDER.names,
)
