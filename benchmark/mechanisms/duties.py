"""What irregular items evade, computed anew from the truth's columns and the tariff files alone.

Duties of what is true less those of what is declared, at least 0. Where the true origin is not the
declared one, the truth does not say by which schedule the goods would have been taxed: any that
its goods were ever declared under counts, the nearest to what is told is taken.
"""

import duckdb

from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_RATES = ("rate_numbers", "rate_amount", "rate")
_STEPS = ("lowered", "case", "charged", "due", "formula")


def lay_rates(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `rate`: every dated rate of the tariff files."""
    for step in _RATES:
        connection.execute(_SQL[step])


def compute_duties(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `formula`, one row per irregular item, amounts in VND."""
    for step in _STEPS:
        connection.execute(_SQL[step])
