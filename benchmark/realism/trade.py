"""Measures of what is declared: how much, by whom, which goods, with which countries, when."""

import duckdb

from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)


def measure_trade(connection: duckdb.DuckDBPyConnection) -> None:
    """Add its figures to `measured` and its plots to `drawn`, from the staged tables."""
    for name in ("declarations", "concentration", "goods", "season"):
        connection.execute(_SQL[name])
