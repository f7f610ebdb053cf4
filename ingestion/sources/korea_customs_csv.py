"""Public synthetic import declarations of the Korea Customs Service, one item and one result a row.

Source: Jeong et al., Customs Import Declaration Datasets (MIT licence), quarterly CSV files.
Contract: declaration, goods_item, inspection_result
Grain out: one row per Declaration ID in each of the three.
"""

from pathlib import Path

from ingestion.sources.byte_stream import format_in_name
from ingestion.sources.reading import Reading, Source
from ingestion.sources.tables import SourceTable, read_table

_NAME = "korea_customs_csv"
_COLUMNS = (
    "Declaration ID",
    "Date",
    "Office ID",
    "Process Type",
    "Import Type",
    "Import Use",
    "Payment Type",
    "Mode of Transport",
    "Declarant ID",
    "Importer ID",
    "Seller ID",
    "Courier ID",
    "HS6 Code",
    "Country of Departure",
    "Country of Origin",
    "Tax Rate",
    "Tax Type",
    "Country of Origin Indicator",
    "Net Mass",
    "Item Price",
    "Fraud",
    "Critical Fraud",
)
_TABLE = SourceTable(
    _NAME,
    "korea_declaration",
    _COLUMNS,
    fills={
        "declaration": "declaration",
        "goods_item": "goods_item",
        "inspection_result": "inspection_result",
    },
)


def _read(path: Path, name: str) -> Reading:
    return read_table(path, name, _TABLE)


def _meaning(name: str) -> str:
    return str(format_in_name(name))


# The files give a day without a clock. It is taken as midnight in the lake's own zone, so that the
# registration day of a declaration is the day the file says.
SOURCE = Source(name=_NAME, time_zone="Asia/Ho_Chi_Minh", read=_read, meaning=_meaning)
