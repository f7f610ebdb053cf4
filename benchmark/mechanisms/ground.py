"""Outside files and truth as the tables that claims and signs are asked of."""

from pathlib import Path

import duckdb

from benchmark.mechanisms.duties import compute_duties
from benchmark.mechanisms.files import stage
from benchmark.realism.staging import make_mass_units
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_STEPS = (
    "successor", "declaration", "item", "truth", "scheme", "slip", "stacked", "stacked_irregular",
    "inspection", "exempted",
)  # fmt: skip


def lay(connection: duckdb.DuckDBPyConnection, world: Path, truth: Path) -> None:
    """Make the tables `declaration`, `item`, `slip`, `irregular`, `scheme` and what they rest on.

    Args:
        connection: An empty database.
        world: Outside files of a nation.
        truth: Its truth.
    """
    stage(connection, world, truth)
    make_mass_units(connection)
    for step in _STEPS:
        connection.execute(_SQL[step])
    compute_duties(connection)
