"""What a unit of mass weighs, as a macro of DuckDB."""

import duckdb

from data_contracts.code_lists import column_of


def make_mass_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `kilograms(unit)`, the kilograms in one unit of the code list; null of another unit."""
    connection.execute("create table mass_unit (code text, kilograms double)")
    units = list(column_of("mass_unit", "kg").items())
    connection.executemany("insert into mass_unit values (?, ?)", units)
    connection.execute(
        "create macro kilograms(unit) as"
        " (select mass_unit.kilograms from mass_unit where mass_unit.code = unit)"
    )
