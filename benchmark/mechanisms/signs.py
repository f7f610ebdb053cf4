"""What an honest single rule can look at: one number an item or slip, from all outside tables.

Each is a sign somebody would think of: a higher number is more suspicious. What is null says
nothing of the item. `signs.csv` says of each what it looks at, in the order in which they are
judged. Those of OF_INSPECTION look at how the declaration itself was inspected; what is on file of
a trader is counted without what came of the declaration itself.
"""

import csv
from pathlib import Path

import duckdb

from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
# The outside tables that each sign is about; what they only help to compare by is not named.
SIGNS = {row["sign"]: tuple(row["tables"].split()) for row in _ROWS}
LOOKS_AT = {row["sign"]: row["looks_at"] for row in _ROWS}
OF_INSPECTION = frozenset(row["sign"] for row in _ROWS if row["of_inspection"] == "1")
_STEPS = (
    "words", "goods", "price_signs", "ring_signs", "related_signs", "name_signs", "origin_signs",
    "certificate_signs", "bill", "weight", "cargo_signs", "trip", "trip_signs", "paper_signs",
    "report_signs", "firm_signs", "heads", "officer_signs", "control_signs",
    "trader_history", "paper_history", "ruling_signs", "slip_signs", "sign",
)  # fmt: skip


def make_signs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `sign`, a row an item or slip: base, stt, trader, client, is_import and all of SIGNS."""
    for step in _STEPS:
        connection.execute(_SQL[step])
