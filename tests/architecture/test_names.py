"""A number says its unit in its name, a code is text, a table says its grain."""

import dataclasses

import pytest

from data_contracts.loading import load_contracts
from data_contracts.units import unit_of_name

CONTRACTS = load_contracts()
NUMERIC = ("DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "DOUBLE", "FLOAT", "HUGEINT")
# Ordinals and technical counters: their name is their unit.
WITHOUT_UNIT = ("_number", "_version", "_from", "_to", "_quantity", "_amount", "_sum")


def misnamed(contract) -> list[str]:
    """Return the fields whose name and type or unit do not agree."""
    found = []
    for field in contract.fields:
        if field.name.endswith(("_code", "_id", "_name")) and field.sql_type != "VARCHAR":
            found.append(f"{contract.name}.{field.name}: a code is text")
        if field.name.endswith("_at") and "TIME ZONE" not in _long_type(field):
            found.append(f"{contract.name}.{field.name}: a moment has a time zone")
        if field.name.startswith(("is_", "has_")) and field.sql_type != "BOOLEAN":
            found.append(f"{contract.name}.{field.name}: a statement is true or false")
        if unit_of_name(field.name) != field.unit and not field.name.endswith(WITHOUT_UNIT):
            found.append(f"{contract.name}.{field.name}: unit {field.unit!r} is not in the name")
    return found


def _long_type(field) -> str:
    return field.sql_type.replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE")


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_names_units_and_types_agree(name):
    assert misnamed(CONTRACTS[name]) == []


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_every_table_says_its_grain(name):
    contract = CONTRACTS[name]
    assert contract.grain
    assert set(contract.grain) <= {field.name for field in contract.fields}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "regime_code", "sql_type": "INTEGER"},
        {"name": "registered_at", "sql_type": "TIMESTAMP"},
        {"name": "is_current", "sql_type": "VARCHAR"},
        {"name": "customs_value_vnd", "unit": "kg"},
        {"name": "net_mass_kg", "unit": None},
    ],
)
def test_a_planted_misnamed_field_is_caught(change):
    contract = CONTRACTS["declaration"]
    planted = dataclasses.replace(contract.fields[0], **change)
    assert misnamed(dataclasses.replace(contract, fields=(planted,)))
