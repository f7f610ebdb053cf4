from dataclasses import replace

import pytest

from data_contracts.code_lists import code_list, code_list_names
from data_contracts.errors import ContractViolationError
from data_contracts.loading import (
    contract_files,
    contracts_of,
    load_contract,
    load_contracts,
    parse_contract,
)
from data_contracts.odcs_schema import document_problems, schema_problems
from data_contracts.validation import problems

NEEDED = {
    "declaration", "goods_item", "duty_tax", "supporting_document", "declaration_event",
    "declaration_amendment", "selectivity_decision", "inspection_result", "trader", "tariff_rate",
    "customs_office", "exchange_rate", "lane_request", "lane_decision", "risk_score",
}  # fmt: skip


@pytest.fixture(scope="module")
def exchange_rate_text():
    files = {file.name: file for _, file in contract_files()}
    return files["exchange_rate.odcs.yaml"].read_text(encoding="utf-8")


def with_field(contract, name, **facts):
    fields = tuple(
        replace(field, **facts) if field.name == name else field for field in contract.fields
    )
    return {contract.name: replace(contract, fields=fields)}


def test_every_contract_keeps_the_open_data_contract_standard():
    assert list(schema_problems()) == []


def test_contracts_are_right_and_agree_with_each_other():
    assert problems(load_contracts()) == []


def test_the_tables_of_the_first_slice_have_contracts():
    assert set(load_contracts()) >= NEEDED


def test_every_bronze_table_can_order_its_records():
    for contract in contracts_of("bronze"):
        assert contract.order_by in {("sequence_number",), ("snapshot_month",), ()}


def test_a_stray_key_leaves_the_standard(exchange_rate_text):
    planted = exchange_rate_text.replace("required: true", "required: true\n        unit: VND", 1)
    assert any("unit" in problem for problem in document_problems(planted, "planted.odcs.yaml"))


def test_another_version_of_the_standard_is_noticed(exchange_rate_text):
    planted = exchange_rate_text.replace("apiVersion: v3.1.0", "apiVersion: v3.2.0")
    assert document_problems(planted, "planted.odcs.yaml") == (
        "apiVersion is v3.2.0, expected v3.1.0",
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("classification: public", "classification: secret", "classification"),
        ("property: labelVi", "property: labelFr", "unknown custom properties"),
        ("name: exchange_rate\n    logicalType", "name: other\n    logicalType", "named other"),
        ("dataGranularityDescription:", "businessName:", "dataGranularityDescription is missing"),
        ("version: 1.0.0\n", "", "version is missing"),
        ("domain: reference\n", "domain: [\n", "not YAML"),
    ],
)
def test_a_malformed_contract_is_refused_with_its_file_and_fault(
    exchange_rate_text, old, new, says
):
    planted = exchange_rate_text.replace(old, new, 1)
    assert planted != exchange_rate_text
    with pytest.raises(ContractViolationError, match=r"exchange_rate\.odcs\.yaml: .*") as caught:
        parse_contract(planted, "reference", "exchange_rate.odcs.yaml")
    assert says in str(caught.value)


def test_an_unknown_contract_is_an_error_with_its_name():
    with pytest.raises(ContractViolationError, match="no_such_table"):
        load_contract("no_such_table")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"unit": "USD"}, "has unit USD, its name promises VND"),
        ({"unit": None}, "is a number without unit"),
        ({"sql_type": "VARCHAR"}, "is number and stored as VARCHAR"),
        ({"logical_type": "string"}, "its name promises integer or number"),
        ({"description": "Rate."}, "has no sentence as description"),
        ({"pseudonym": "trader"}, "has a pseudonym and is no identity"),
        ({"code_list": "currency"}, "has a rule that only text can have"),
        ({"key_position": 4}, "is not its primary key"),
    ],
)
def test_a_planted_fault_in_a_field_is_caught(facts, says):
    planted = with_field(load_contract("exchange_rate"), "rate_vnd", **facts)
    assert any(says in problem for problem in problems(planted))


def test_a_code_list_that_does_not_exist_is_caught():
    planted = with_field(load_contract("exchange_rate"), "currency_code", code_list="moneys")
    assert any("code list moneys" in problem for problem in problems(planted))


def test_one_column_with_two_types_is_caught():
    contracts = dict(load_contracts())
    contracts |= with_field(load_contract("duty_tax"), "item_number", sql_type="BIGINT")
    assert any("item_number: sql_type" in problem for problem in problems(contracts))


def test_every_code_has_both_labels_and_a_source():
    for name in code_list_names():
        for entry in code_list(name):
            assert all((entry.code, entry.label_vi, entry.label_en, entry.source)), (name, entry)


def test_names_and_free_text_of_bronze_are_identities():
    # What a person typed may name anybody; the analyst release must not carry it.
    suffixes = ("_name", "_name_en", "_address", "trader_id", "goods_description", "remark_text")
    for contract in contracts_of("bronze"):
        for field in contract.fields:
            if field.name.endswith(suffixes) and field.name not in {"office_name", "function_name"}:
                assert field.is_identity, f"{contract.name}.{field.name}"
