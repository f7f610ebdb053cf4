import shutil
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from data_contracts import to_odcs
from data_contracts.code_lists import code_list, code_list_names
from data_contracts.errors import ContractViolationError
from data_contracts.loading import (
    contracts_of,
    load_contract,
    load_contracts,
    read_contracts,
)
from data_contracts.validation import problems

NEEDED = {
    "declaration", "goods_item", "duty_tax", "supporting_document", "declaration_event",
    "declaration_amendment", "selectivity_decision", "inspection_result", "trader", "tariff_rate",
    "customs_office", "exchange_rate", "lane_request", "lane_decision", "risk_score",
}  # fmt: skip


PACKAGE = Path(str(resources.files("data_contracts")))


def with_field(contract, name, **facts):
    fields = tuple(
        replace(field, **facts) if field.name == name else field for field in contract.fields
    )
    return {contract.name: replace(contract, fields=fields)}


def test_every_contract_keeps_the_open_data_contract_standard():
    assert [found for one in load_contracts().values() for found in to_odcs.problems(one)] == []


def test_contracts_are_right_and_agree_with_each_other():
    assert problems(load_contracts()) == []


def test_the_tables_of_the_first_slice_have_contracts():
    assert set(load_contracts()) >= NEEDED


def test_what_numbers_its_changes_is_ordered_by_them():
    for contract in contracts_of("bronze"):
        assert contract.order_by == (("sequence_number",) if contract.has_sequence else ())


@pytest.mark.parametrize(
    ("table", "order", "says"),
    [
        ("declaration_event", "occurred_at", "as its source numbers its changes"),
        ("trader", "snapshot_month", "expected a column outside the grain"),
        ("trader", "trader_name", "expected a whole number, a day or a moment"),
        ("trader", "updated_date", "expected a required column"),
        ("trader", "revision_number", "has no column revision_number"),
        ("dim_trader", "valid_to_date", "as only bronze holds records"),
    ],
)
def test_an_order_that_cannot_decide_is_refused(table, order, says):
    planted = replace(load_contract(table), order_by=(order,))
    (problem,) = problems({table: planted})
    assert problem.startswith(f"{table}: ")
    assert says in problem


def test_one_column_orders():
    contract = load_contract("trader")
    required = tuple(replace(one, required=True) for one in contract.fields)
    planted = replace(contract, fields=required, order_by=("updated_date", "founded_date"))
    (problem,) = problems({"trader": planted})
    assert "orders by updated_date, founded_date: expected one column" in problem
    assert problems({"trader": replace(planted, order_by=("updated_date",))}) == []


def test_what_the_standard_does_not_know_is_noticed(monkeypatch):
    monkeypatch.setattr(to_odcs, "API_VERSION", "v9.9.9")
    (problem,) = to_odcs.problems(load_contract("exchange_rate"))
    assert problem.startswith("exchange_rate: at apiVersion: 'v9.9.9' is not one of")


@pytest.fixture
def changed(tmp_path):
    """Reads the contracts after one text of one file is another."""

    def read(path, old, new):
        for name in ("contracts", "fields"):
            shutil.copytree(PACKAGE / name, tmp_path / name)
        shutil.copy(PACKAGE / "record_kinds.yaml", tmp_path)
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert old in text
        (tmp_path / path).write_text(text.replace(old, new, 1), encoding="utf-8")
        return read_contracts(tmp_path)

    return read


RATE, COLUMNS = "contracts/reference/exchange_rate.yaml", "fields/reference.yaml"
RATES = "contracts/marts/dim_exchange_rate.yaml"
GOODS = "contracts/marts/fct_goods_item.yaml"
VERSIONS = "contracts/marts/fct_goods_item_version.yaml"
REQUEST = "contracts/serving/lane_request.yaml"
MALFORMED = [
    (RATE, "version: 1.0.0\n", "", "Object missing required field `version`"),
    (RATE, "grain:", "grains:", "Object contains unknown field `grains`"),
    (RATE, "grain: [", "grain: [[", "not YAML"),
    (RATE, "- rate_vnd", "- rate_usd", "no file of fields/ has a column rate_usd"),
    (RATE, "- rate_vnd", "- kind: lost", "no kind of record is named lost"),
    (RATE, "- rate_vnd", "- rate_vnd: {wcco: '1'}", "rate_vnd: Object contains unknown field"),
    (RATE, "- rate_vnd", "- rate_vnd: {means: x}", "rate_vnd: it has no meaning x"),
    (RATE, "  - currency_code\n", "", "columns that it has not: ['currency_code']"),
    (COLUMNS, "type: VARCHAR", "type: MONEY", "source_system: Expected `str` matching"),
    (COLUMNS, "label: {vi", "label: {fr", "source_system: Object contains unknown field `fr`"),
    (COLUMNS, "rate_vnd:", "declaration_number:", "declaration_number is in clearance.yaml too"),
    (RATE, "- rate_vnd", "- rate_vnd\n  - rate_vnd", "expected each column once, found rate_vnd"),
    (RATE, "- rate_vnd", "- kind: version_history\n    rate_vnd: {}",
     "has no columns ['rate_vnd']"),
    (RATE, "- rate_vnd", "- rate_vnd:", "fields: rate_vnd: expected a mapping of what differs"),
    (RATE, "grain:", "required: []\ngrain:", "the key required is in line"),
    (COLUMNS, "rate_vnd:", "office_name:", "the key office_name is in line"),
    (COLUMNS, "unit:", "unit: kg\n  unit:", "the key unit is in line"),
    ("record_kinds.yaml", "version_history:", "versioned_record:", "the key versioned_record is"),
    (COLUMNS, "class: public", "class: secret",
     "source_system: Invalid enum value 'secret' at class, expected one of "),
    (COLUMNS, "label: {vi: ", "label: {vi: NO, en: x}\n  # {", "at label.vi, found False, which"),
    (RATES, "roles: [restricted", "roles: [restrictd", "at roles.0, expected one of restricted,"),
    (RATE, "grain:", "grains:", "expected one of version, purpose, limitations, grain,"),
    (REQUEST, "[registered_at], within", "[registered_on], within",
     "columns that it has not: ['registered_on']"),
    (GOODS, "fct_goods_item_version", "fct_none", "a view of fct_none, and no contract is"),
    (VERSIONS, "- item_number", "- item_numbr", "no file of fields/ has a column item_numbr"),
    (GOODS, "view_of:", "fields: [is_current]\nview_of:", "has no columns ['is_current']"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "says"), MALFORMED)
def test_a_malformed_file_is_refused_with_its_name_and_fault(changed, path, old, new, says):
    with pytest.raises(ContractViolationError) as caught:
        changed(path, old, new)
    assert str(caught.value).startswith(f"{path.rpartition('/')[2]}: ")
    assert says in str(caught.value)


def test_what_a_contract_says_counts_before_the_dictionary(changed):
    said = changed(RATE, "- rate_vnd", "- rate_vnd: {unit: null, check: {maximum: 9}}")
    rate, before = (found["exchange_rate"].field("rate_vnd") for found in (said, load_contracts()))
    assert (rate.unit, rate.maximum, rate.minimum) == (None, 9, before.minimum)
    assert rate.label_vi == before.label_vi


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("history_as_of: history_as_of_date", "history_as_of: history_day", "history_day"),
        ("[lane_decision_item]", "[lane_request_item]", "lane_request_item"),
    ],
)
def test_an_answer_holds_columns_and_rows_of_other_answers(changed, old, new, found):
    (problem,) = problems(changed("contracts/serving/lane_decision.yaml", old, new))
    assert problem.startswith("lane_decision: answer.")
    assert problem.endswith(f"found {found}")


def test_a_view_has_the_columns_of_its_versions_without_their_history():
    versions, view = load_contract("fct_goods_item_version"), load_contract("fct_goods_item")
    assert view.names == versions.names[: len(view.names)]
    assert {"valid_from", "is_current"} <= set(versions.names) - set(view.names)


def test_an_unknown_contract_is_an_error_with_its_name():
    with pytest.raises(ContractViolationError, match="no_such_table"):
        load_contract("no_such_table")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"unit": "USD"}, "has unit USD, its name promises VND"),
        ({"unit": None}, "is a number without unit"),
        ({"sql_type": "VARCHAR"}, "its name promises integer or number"),
        (
            {"description": "Rate told."},
            "a sentence of at least 3 words that ends with a full stop",
        ),
        ({"minimum": Decimal(3), "maximum": Decimal(2)}, "a minimum up to the maximum 2, found 3"),
        ({"maximum_of": (("vcis_extract", Decimal(-1)),)}, "up to the maximum -1, found 0"),
        ({"minimum": Decimal(10) ** 12}, "a minimum up to the maximum 999999999999.999999, found"),
        ({"first_year": 2000}, "has a rule that only a date can have"),
        ({"shown_pattern": "[0-9]+"}, "has a shown pattern and is an identity or no text"),
        ({"pseudonym": "trader"}, "has a pseudonym and is no identity"),
        ({"code_list": "currency"}, "has a rule that only text can have"),
        ({"key_position": 4}, "is not its primary key"),
    ],
)
def test_a_planted_fault_in_a_field_is_caught(facts, says):
    planted = with_field(load_contract("exchange_rate"), "rate_vnd", **facts)
    assert any(says in problem for problem in problems(planted))


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"pattern": "[A-Z("}, "check.pattern: expected a regular expression, found [A-Z("),
        ({"pattern": r"\p{L}"}, "check.pattern: expected a regular expression"),
        ({"pattern": "(?=A)"}, "check.pattern: expected a regular expression"),
        ({"shown_pattern": "[A-Z0-9-{1,20}"}, "shown.pattern: expected a regular expression"),
        ({"max_length": 0}, "check.max_length: expected 1 or more, found 0"),
        ({"minimum": Decimal(1)}, "has a rule that only a number can have"),
        (
            {"shown_pattern": "[A-Z]+", "classification": "identity"},
            "has a shown pattern and is an identity or no text",
        ),
        ({"shown_codes": "currency"}, "has shown codes and no shown pattern"),
    ],
)
def test_a_rule_that_no_text_can_keep_is_caught(facts, says):
    planted = with_field(load_contract("exchange_rate"), "currency_code", **facts)
    assert any(says in problem for problem in problems(planted))


@pytest.mark.parametrize(
    ("origin", "grain", "says"),
    [
        ("fct_goods_item_version", ("source_system", "declaration_number"), "item_number, as in"),
        (
            "exchange_rate",
            ("source_system", "currency_code"),
            "valid_from_date, currency_code, as in",
        ),
        ("exchange_rate", ("rate_vnd",), "found rate_vnd"),
    ],
)
def test_a_view_that_would_repeat_or_lose_rows_is_caught(origin, grain, says):
    contract = load_contract(origin)
    fields = tuple(
        replace(one, key_position=grain.index(one.name) + 1 if one.name in grain else None)
        for one in contract.fields
        if one.name != "recorded_from"
    )
    planted = replace(
        contract, name="seen", kind="mart", view_of=origin, grain=grain, fields=fields, order_by=()
    )
    (problem,) = problems({origin: contract, "seen": planted})
    assert problem.startswith("seen: grain: expected source_system, ")
    assert says in problem


def test_a_name_that_is_none_is_caught():
    planted = replace(load_contract("exchange_rate"), name="../x {{ 1 }}")
    assert any("'../x {{ 1 }}' is no name" in problem for problem in problems({"x": planted}))


def test_a_column_and_a_field_of_an_answer_that_are_there_twice_are_caught():
    contract = load_contract("lane_decision")
    planted = replace(contract, answer=(*contract.answer, contract.answer[0]))
    (problem,) = problems({**load_contracts(), "lane_decision": planted})
    assert problem.endswith(f"the field of its answer {contract.answer[0].name} is there twice")


def test_a_code_list_that_does_not_exist_is_caught():
    planted = with_field(load_contract("exchange_rate"), "currency_code", code_list="moneys")
    assert any("code list moneys" in problem for problem in problems(planted))


@pytest.mark.parametrize(
    ("fact", "other"),
    [
        ("sql_type", "BIGINT"),
        ("classification", "public"),
        ("label_vi", "Tên khác"),
        ("pseudonym", "office"),
    ],
)
def test_one_column_that_is_another_elsewhere_is_caught(fact, other):
    contracts = dict(load_contracts())
    contracts |= with_field(load_contract("trader"), "trader_id", **{fact: other})
    found = [problem for problem in problems(contracts) if f".trader_id: {fact} is " in problem]
    assert f"trader.trader_id: {fact} is {other}, " in "".join(found)


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
