from dataclasses import fields, replace
from decimal import Decimal
from itertools import pairwise

import pytest

from data_contracts.compatibility import compare, compare_all, has_enough_version
from data_contracts.loading import load_contract, load_contracts

OLD = load_contract("goods_item")


def changed(name, **facts):
    fields = tuple(replace(f, **facts) if f.name == name else f for f in OLD.fields)
    return replace(OLD, fields=fields)


def without(name):
    return replace(OLD, fields=tuple(field for field in OLD.fields if field.name != name))


def test_nothing_changed_is_no_change():
    assert compare_all(load_contracts(), load_contracts()) == ()


@pytest.mark.parametrize(
    ("new", "is_breaking"),
    [
        (without("producer_name"), True),
        (changed("producer_name", required=True), True),
        (changed("tariff_line_code", required_sources=()), False),
        (changed("producer_name", required_sources=("vcis_extract",)), True),
        (changed("producer_name", max_length=10), True),
        (changed("producer_name", max_length=None), False),
        (changed("producer_name", max_length=9999), False),
        (changed("producer_name", classification="internal"), True),
        (changed("producer_name", description="Another sentence about it."), False),
        (changed("net_mass_kg", sql_type="DECIMAL(24,6)"), False),
        (changed("net_mass_kg", sql_type="DECIMAL(22,3)"), True),
        (changed("net_mass_kg", sql_type="DOUBLE"), True),
        (changed("net_mass_kg", minimum=None), False),
        (changed("net_mass_kg", minimum=Decimal(1)), True),
        (changed("net_mass_kg", maximum=Decimal(1)), True),
        (changed("item_number", maximum_of=()), False),
        (changed("related_item_number", maximum_of=(("vcis_extract", Decimal(50)),)), True),
        (changed("material_code", is_bare=True), True),
        (changed("net_mass_kg", unit="g"), True),
        (changed("item_number", sql_type="BIGINT"), False),
        (changed("item_number", sql_type="SMALLINT"), True),
        (changed("invoice_currency_code", code_list=None), False),
        (changed("invoice_currency_code", code_list="country"), True),
        (changed("invoice_currency_code", code_list_sources=("vcis_extract",)), True),
        (changed("producer_name", pattern="[0-9]+"), True),
        (changed("tariff_line_code", pattern=None), False),
        (changed("tariff_line_code", pattern_sources=("korea_customs_csv",)), True),
        (replace(OLD, grain=OLD.grain[:-1]), True),
        (replace(OLD, purpose="Another purpose."), False),
    ],
)
def test_a_change_breaks_when_what_was_right_can_be_wrong(new, is_breaking):
    changes = compare(OLD, new)
    assert changes
    assert any(change.is_breaking for change in changes) == is_breaking


UNTOLD = {"name", "version", "fields"}
FREE = {"domain", "purpose", "limitations", "label_vi", "label_en", "description", "wco_id"}
# Judged by whether they got tighter or looser, each in a case of its own.
LOOSENED = {
    "sql_type", "required", "required_sources", "minimum", "maximum", "maximum_of", "is_bare",
    "max_length", "pattern", "pattern_sources", "code_list", "code_list_sources", "listed",
}  # fmt: skip
FIXED = [one.name for one in fields(OLD.fields[0]) if one.name not in UNTOLD | LOOSENED]


@pytest.mark.parametrize("fact", [one.name for one in fields(OLD) if one.name not in UNTOLD])
def test_every_fact_of_a_contract_is_told_and_a_new_one_breaks(fact):
    said, unsaid = (replace(OLD, **{fact: value}) for value in (("another",), ()))
    for old, new in ((said, unsaid), (unsaid, said)):
        (change,) = compare(old, new)
        assert change.what.startswith(f"{fact}: ")
        is_looser = fact == ("answer" if new is said else "agreement")
        assert change.is_breaking == (fact not in FREE and not is_looser)


@pytest.mark.parametrize("fact", FIXED)
def test_every_fact_of_a_field_is_told_and_a_new_one_breaks(fact):
    said, unsaid = (changed("producer_name", **{fact: value}) for value in ("another", "none"))
    (change,) = compare(said, unsaid)
    assert change.what.startswith(f"{fact}: ")
    assert change.is_breaking == (fact not in FREE)


# What is promised of a column, from the most that may stand in it to the least.
PROMISES = [
    ("required", False, True),
    ("required_sources", (), ("vcis_extract",)),
    ("minimum", None, Decimal(0), Decimal(1)),
    ("maximum", None, Decimal(9), Decimal(8)),
    ("maximum_of", (), (("vcis_extract", Decimal(50)),)),
    ("is_bare", False, True),
    ("max_length", None, 9, 8),
    ("pattern", None, "[0-9]+"),
]
SENT = {"goods_item": True, "lane_request": True, "fct_goods_item": False, "lane_decision": False}


@pytest.mark.parametrize("table", SENT)
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[0])
def test_who_sends_is_broken_by_a_new_promise_and_who_reads_by_one_taken_back(table, promise):
    contract, (fact, *values) = load_contract(table), promise
    first, *others = contract.fields
    states = [
        replace(contract, fields=(replace(first, **{fact: value}), *others)) for value in values
    ]
    for loose, tight in pairwise(states):
        for old, new in ((loose, tight), (tight, loose)):
            (change,) = compare(old, new)
            assert change.is_breaking == ((new is tight) == SENT[table])


def test_what_neither_says_an_answer_nor_is_checked_at_the_door_breaks_by_either():
    score = load_contract("risk_score")
    loose = replace(score, fields=tuple(replace(one, required=False) for one in score.fields))
    for old, new in ((loose, score), (score, loose)):
        assert {change.is_breaking for change in compare(old, new)} == {True}


@pytest.mark.parametrize("fact", ["sql_type", "code_list"])
@pytest.mark.parametrize("table", ["fct_goods_item", "lane_decision"])
def test_another_type_or_other_codes_break_who_reads(table, fact):
    contract = load_contract(table)
    first, *others = contract.fields
    said, unsaid = (
        replace(contract, fields=(replace(first, **{fact: value}), *others))
        for value in {"sql_type": ("INTEGER", "BIGINT"), "code_list": (None, "country")}[fact]
    )
    for old, new in ((said, unsaid), (unsaid, said)):
        (change,) = compare(old, new)
        assert change.is_breaking


def test_an_answer_breaks_where_it_lacks_what_it_had():
    decision = load_contract("lane_decision")
    first, *others = decision.answer
    shorter = replace(decision, answer=tuple(others))
    renamed = replace(decision, answer=(replace(first, name="another"), *others))
    for old, new, is_breaking in (
        (decision, shorter, True),
        (decision, renamed, True),
        (shorter, decision, False),
    ):
        (change,) = compare(old, new)
        assert change.is_breaking == is_breaking
        assert first.name in change.what
        assert others[0].name not in change.what


def test_a_new_field_breaks_only_who_must_fill_it():
    assert not any(change.is_breaking for change in compare(without("producer_name"), OLD))
    assert any(change.is_breaking for change in compare(without("tariff_line_code"), OLD))
    mart = load_contract("fct_goods_item")
    (added,) = compare(replace(mart, fields=mart.fields[1:]), mart)
    assert mart.fields[0].required
    assert not added.is_breaking


def test_a_removed_contract_breaks_and_a_new_one_does_not():
    (removed,) = compare_all({"goods_item": OLD}, {})
    (added,) = compare_all({}, {"goods_item": OLD})
    assert removed.is_breaking
    assert not added.is_breaking


def test_a_break_needs_a_new_major_version_and_any_change_a_new_one():
    broken, widened = without("producer_name"), changed("net_mass_kg", minimum=None)
    assert not has_enough_version(OLD, broken)
    assert not has_enough_version(OLD, replace(broken, version="1.1.0"))
    assert has_enough_version(OLD, replace(broken, version="2.0.0"))
    assert not has_enough_version(OLD, widened)
    assert has_enough_version(OLD, replace(widened, version="1.1.0"))
