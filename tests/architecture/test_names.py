"""A number says its unit, a code is text, a table says its grain; no column is without words."""

import dataclasses

import pytest

from data_contracts.loading import load_contracts
from data_contracts.units import name_problems

CONTRACTS = load_contracts()


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_names_units_and_types_agree(name):
    assert list(name_problems(CONTRACTS[name])) == []


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_every_table_says_its_grain(name):
    contract = CONTRACTS[name]
    assert contract.grain
    assert set(contract.grain) <= set(contract.names)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "regime_code", "sql_type": "INTEGER", "unit": "1"},
        {"name": "registered_at", "sql_type": "DATE", "unit": None},
        {"name": "is_current", "sql_type": "VARCHAR", "unit": None},
        {"name": "customs_value_vnd", "sql_type": "DOUBLE", "unit": "kg"},
        {"name": "net_mass_kg", "sql_type": "DOUBLE", "unit": None},
        {"name": "item_weight", "sql_type": "DOUBLE", "unit": None},
    ],
)
def test_a_planted_misnamed_field_is_caught(change):
    contract = CONTRACTS["declaration"]
    planted = dataclasses.replace(contract.fields[0], **change)
    assert list(name_problems(dataclasses.replace(contract, fields=(planted,))))
