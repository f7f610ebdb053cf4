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
        {"name": "regime_code", "logical_type": "integer", "unit": "1"},
        {"name": "registered_at", "logical_type": "date", "unit": None},
        {"name": "is_current", "logical_type": "string", "unit": None},
        {"name": "customs_value_vnd", "logical_type": "number", "unit": "kg"},
        {"name": "net_mass_kg", "logical_type": "number", "unit": None},
        {"name": "item_weight", "logical_type": "number", "unit": None},
    ],
)
def test_a_planted_misnamed_field_is_caught(change):
    contract = CONTRACTS["declaration"]
    planted = dataclasses.replace(contract.fields[0], **change)
    assert list(name_problems(dataclasses.replace(contract, fields=(planted,))))
