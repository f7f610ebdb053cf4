"""Pseudonyms: keyed, separated by kind, the same for one value and for a column; who sees what."""

import json
import re

import pyarrow as pa
import pytest

from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.loading import contracts_of, load_contract
from warehouse.layout import Layout
from warehouse.masking import KEY_FILE, Pseudonymiser, published_fields, treatment

TAX_CODE = "0101234567"


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def test_the_first_use_makes_a_key_that_only_the_owner_can_read(layout):
    Pseudonymiser.load(layout)
    path = layout.secrets / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    document = json.loads(path.read_text())
    assert len(bytes.fromhex(document["keys"][str(document["current"])])) == 32


def test_a_pseudonym_has_a_prefix_and_twenty_characters_and_stays_the_same(layout):
    pseudonym = Pseudonymiser.load(layout).pseudonym("trader", TAX_CODE)
    assert re.fullmatch(r"tr_[a-z2-7]{20}", pseudonym)
    assert Pseudonymiser.load(layout).pseudonym("trader", TAX_CODE) == pseudonym


def test_one_code_as_trader_and_as_declarant_has_two_pseudonyms(layout):
    pseudonymiser = Pseudonymiser.load(layout)
    trader = pseudonymiser.pseudonym("trader", TAX_CODE)
    assert trader[3:] != pseudonymiser.pseudonym("declarant", TAX_CODE)[3:]


def test_another_lake_has_another_key(tmp_path):
    first, second = (Pseudonymiser.load(Layout(tmp_path / name)) for name in "ab")
    assert first.pseudonym("trader", TAX_CODE) != second.pseudonym("trader", TAX_CODE)
    assert first.fingerprint != second.fingerprint


def test_a_column_is_turned_value_by_value_and_nulls_stay_null(layout):
    pseudonymiser = Pseudonymiser.load(layout)
    column = pa.array([TAX_CODE, None, "0209999999", TAX_CODE])
    turned = pseudonymiser.pseudonyms("trader", column).to_pylist()
    assert turned == [
        None if value is None else pseudonymiser.pseudonym("trader", value)
        for value in column.to_pylist()
    ]


def test_the_key_is_in_no_text_of_the_pseudonymiser(layout):
    pseudonymiser = Pseudonymiser.load(layout)
    key = json.loads((layout.secrets / KEY_FILE).read_text())["keys"]["1"]
    assert key not in repr(pseudonymiser)
    assert "bytes" not in repr(pseudonymiser)


@pytest.mark.parametrize("text", ["", "{}", '{"current": 2, "keys": {"1": "00"}}', "[]"])
def test_a_damaged_key_is_an_error(layout, text):
    Pseudonymiser.load(layout)
    (layout.secrets / KEY_FILE).write_text(text)
    with pytest.raises(CustomsDataError, match="restore it"):
        Pseudonymiser.load(layout)


def test_a_key_that_others_can_read_is_an_error(layout):
    Pseudonymiser.load(layout)
    (layout.secrets / KEY_FILE).chmod(0o644)
    with pytest.raises(CustomsDataError, match="chmod 600"):
        Pseudonymiser.load(layout)


def test_restricted_keeps_analysts_get_pseudonyms_management_nothing():
    declaration = load_contract("fct_declaration")
    trader, name = declaration.field("trader_id"), declaration.field("trader_name")
    assert [treatment(trader, role) for role in ("restricted", "analyst", "management")] == [
        "keep",
        "pseudonymise",
        "drop",
    ]
    assert [treatment(name, role) for role in ("restricted", "analyst", "management")] == [
        "keep",
        "drop",
        "drop",
    ]


def test_a_table_that_would_lose_a_key_column_is_not_published():
    with pytest.raises(ContractViolationError, match="trader_id"):
        published_fields(load_contract("profile_trader_day"), "management")


def test_a_column_that_is_an_identity_at_the_border_is_one_in_every_mart():
    identities = {
        field.name: field.pseudonym
        for contract in contracts_of("bronze")
        for field in contract.fields
        if field.is_identity
    }
    assert len(identities) > 20
    wrong = [
        (contract.name, field.name)
        for contract in contracts_of("mart")
        for field in contract.fields
        if field.name in identities
        and (not field.is_identity or field.pseudonym != identities[field.name])
    ]
    assert wrong == []


def test_no_free_text_of_a_mart_reaches_analysts_by_its_name():
    # Texts that people write: what stands in them nobody can know.
    personal = re.compile(
        r"(^|_)(name|address|description|remark|content|plate|officer|means_of_transport"
        r"|transport_document|invoice_number|guarantee_number)s?(_|$)"
    )
    # Of offices, of message functions and of models.
    allowed = {"office_name", "customs_office_name", "function_name", "model_name"}
    shown = [
        (contract.name, field.name)
        for contract in contracts_of("mart")
        if "analyst" in contract.roles
        for field, how in published_fields(contract, "analyst")
        if how == "keep" and personal.search(field.name) and field.name not in allowed
    ]
    assert shown == []
