"""What codes of the shared lists say: of columns, and as macros of DuckDB."""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import Bools, Floats, amounts_in
from data_contracts.code_lists import agreement_schedules, column_of

_KILOGRAMS = {code: float(kg) for code, kg in column_of("mass_unit", "kg").items()}


def kilograms_in(units: pa.ChunkedArray) -> Floats:
    """Return the kilograms in one of each unit of the code list, shape (n,); 0 of another one."""
    place = pc.index_in(units, pa.array(_KILOGRAMS))
    return amounts_in(pa.chunked_array([[*_KILOGRAMS.values()]]).take(place))


def of_agreements(schedules: pa.ChunkedArray) -> Bools:
    """Return which tariff schedules are those of a trade agreement, shape (n,); no null one is."""
    found: Bools = pc.is_in(schedules, pa.array(sorted(agreement_schedules()))).to_numpy()
    return found


def make_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `kilograms(unit)`, null of what is not listed, and `is_of_agreement(schedule)`."""
    connection.execute("create table mass_unit (code text, kilograms double)")
    connection.executemany("insert into mass_unit values (?, ?)", list(_KILOGRAMS.items()))
    connection.execute(
        "create macro kilograms(unit) as"
        " (select mass_unit.kilograms from mass_unit where mass_unit.code = unit)"
    )
    listed = ", ".join(f"'{code}'" for code in sorted(agreement_schedules()))
    connection.execute(
        f"create macro is_of_agreement(schedule) as coalesce(schedule in ({listed}), false)"
    )
