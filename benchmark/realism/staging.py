"""What the report counts: declarations, their items and what befell them, as each last stood."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import duckdb

from data_contracts.errors import CustomsDataError
from data_contracts.simulated import NOTE
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)


def stage(connection: duckdb.DuckDBPyConnection, arguments: Mapping[str, Any]) -> None:
    """Make the tables that are measured of the views of a folder, for the period of its run.

    Args:
        connection: With the views of the folder's tables.
        arguments: Of the run that made the folder; without them all days that it has are counted.

    Raises:
        CustomsDataError: They name days that there are not.
    """
    first, end = None, None
    if "first_date" in arguments and "days" in arguments:
        try:
            first = date.fromisoformat(arguments["first_date"])
            end = first + timedelta(days=arguments["days"])
        except (TypeError, ValueError, OverflowError) as error:
            message = f"{NOTE}, arguments: expected first_date as YYYY-MM-DD and days as a whole "
            message += "number, found others; make the nation anew"
            raise CustomsDataError(message) from error
    connection.execute("create table world (first_date date, end_date date)")
    connection.execute("insert into world values (?, ?)", [first, end])
    for name in ("declarations", "items", "events"):
        connection.execute(_SQL[name])
