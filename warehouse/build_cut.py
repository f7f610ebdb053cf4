"""The cut of the lake that a build was pinned to, kept inside the build file itself."""

import duckdb
from sqlglot import exp

from data_contracts.errors import CustomsDataError
from warehouse.engine import statement
from warehouse.lake import Cut


def record_cut(connection: duckdb.DuckDBPyConnection, cut: Cut) -> None:
    """Write the cut into the build file, beside the views that `engine.attach_lake` makes of it."""
    connection.execute(statement("publish_lake_cut_make"))
    if cut:
        rows = exp.values(sorted(cut.items()))
        inserted = exp.insert(rows, exp.table_("lake_cut", db="main"))
        connection.execute(inserted.sql(dialect="duckdb"))


def recorded_cut(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the cut of the build: Delta version by `layer/table`.

    Raises:
        CustomsDataError: The build names no cut, so nothing made from it could be traced back.
    """
    try:
        rows = connection.execute(statement("publish_lake_cut_read")).fetchall()
    except duckdb.CatalogException as error:
        message = "the build names no cut of the lake; run customs build"
        raise CustomsDataError(message) from error
    return {str(name): int(version) for name, version in rows}
