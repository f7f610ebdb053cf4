"""Measures of what is wrong: what checks find, what it leaves in the files, what is hidden."""

from pathlib import Path

import duckdb
import pyarrow as pa

from benchmark.truth import read_irregular, read_schemes
from data_contracts.statements import statements_beside

Hidden = tuple[pa.Table, pa.Table]
_SQL = statements_beside(__file__)


def read_hidden(truth: Path) -> Hidden:
    """Return what the report asks of a truth: irregular items and schemes.

    Raises:
        CustomsDataError: The folder lacks a file or a column.
    """
    return read_irregular(truth), read_schemes(truth)


def measure_compliance(connection: duckdb.DuckDBPyConnection, hidden: Hidden | None) -> None:
    """Add its figures to `measured` and its plots to `drawn`, from the staged tables.

    Args:
        connection: With the staged tables.
        hidden: Of the truth of the nation; without it its figures are left out.
    """
    for name in ("checks", "mirror", "prices", "masses"):
        connection.execute(_SQL[name])
    if hidden is not None:
        for name, rows in zip(("irregular_read", "scheme_read"), hidden, strict=True):
            connection.from_arrow(rows).create(name)
        connection.execute(_SQL["truth"])
