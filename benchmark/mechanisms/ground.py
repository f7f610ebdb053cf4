"""Outside files and truth as the tables that claims and signs are asked of."""

from pathlib import Path

import duckdb

from benchmark.mechanisms.duties import compute_duties, lay_rates
from benchmark.mechanisms.files import stage
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_OF_FILES = (
    "last_rows", "last_told", "last_filings", "successor", "declaration", "item", "slip",
    "inspection", "exempted",
)  # fmt: skip
_OF_TRUTH = ("truth", "scheme", "stacked", "stacked_irregular")


def lay(connection: duckdb.DuckDBPyConnection, world: Path, truth: Path) -> list[str]:
    """Make the tables `declaration`, `item`, `slip`, `irregular`, `scheme` and what they rest on.

    Args:
        connection: An empty database.
        world: Outside files of a nation.
        truth: Its truth.

    Returns:
        Names of the outside files that no reader could read.
    """
    unread = stage(connection, world, truth)
    lay_files(connection)
    for step in _OF_TRUTH:
        connection.execute(_SQL[step])
    compute_duties(connection)
    return unread


def lay_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what rests on outside files alone, of the tables that `take_in` or `stage` made."""
    for step in _OF_FILES:
        connection.execute(_SQL[step])
    lay_rates(connection)
