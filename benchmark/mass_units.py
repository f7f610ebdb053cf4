"""What a unit of mass weighs: as numbers, and as a macro of DuckDB."""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import Floats, amounts_in
from data_contracts.code_lists import column_of

_KILOGRAMS = {code: float(kg) for code, kg in column_of("mass_unit", "kg").items()}


def kilograms_in(units: pa.ChunkedArray) -> Floats:
    """Return the kilograms in one of each unit of the code list, shape (n,); 0 of another one."""
    place = pc.index_in(units, pa.array(_KILOGRAMS))
    return amounts_in(pa.chunked_array([[*_KILOGRAMS.values()]]).take(place))


def make_mass_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `kilograms(unit)`, the kilograms in one unit of the code list; null of another unit."""
    connection.execute("create table mass_unit (code text, kilograms double)")
    connection.executemany("insert into mass_unit values (?, ?)", list(_KILOGRAMS.items()))
    connection.execute(
        "create macro kilograms(unit) as"
        " (select mass_unit.kilograms from mass_unit where mass_unit.code = unit)"
    )
