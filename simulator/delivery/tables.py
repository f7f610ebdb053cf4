"""The registry of every outside table, by the name that producers use."""

from data_contracts.errors import ContractViolationError
from simulator.delivery.border_tables import border_tables
from simulator.delivery.national_tables import national_tables
from simulator.delivery.outside_table import OutsideTable

TABLES: dict[str, OutsideTable] = {
    table.name: table for table in (*national_tables(), *border_tables())
}
SOURCES: tuple[str, ...] = tuple(dict.fromkeys(table.source for table in TABLES.values()))


def find_table(name: str) -> OutsideTable:
    """Return the outside table of this name.

    Raises:
        ContractViolationError: There is none.
    """
    if name not in TABLES:
        message = f"outside table {name}: not in the registry"
        raise ContractViolationError(message)
    return TABLES[name]


def tables_of(source: str) -> tuple[OutsideTable, ...]:
    """Return all tables of a source."""
    return tuple(table for table in TABLES.values() if table.source == source)
