"""Measures of what is wrong: what checks find, what it leaves in the files, what is hidden."""

from pathlib import Path

import duckdb

from benchmark.truth import read_irregular, read_schemes
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)


def measure_compliance(connection: duckdb.DuckDBPyConnection, truth: Path | None) -> None:
    """Add its figures to `measured` and its plots to `drawn`, from the staged tables.

    Args:
        connection: With the staged tables.
        truth: The truth of the nation; without it its figures are left out.

    Raises:
        CustomsDataError: The folder of the truth lacks a file or a column.
    """
    for name in ("checks", "mirror", "prices", "masses"):
        connection.execute(_SQL[name])
    if truth is not None:
        connection.from_arrow(read_irregular(truth)).create("irregular_read")
        connection.from_arrow(read_schemes(truth)).create("scheme_read")
        connection.execute(_SQL["truth"])
