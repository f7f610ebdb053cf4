"""Measures of what customs does with it: lanes, revenue, inspections, corrections, audits."""

import duckdb

from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)


def measure_clearance(connection: duckdb.DuckDBPyConnection) -> None:
    """Add its figures to `measured` and its plots to `drawn`, from the staged tables."""
    for name in ("lanes", "money", "control"):
        connection.execute(_SQL[name])
