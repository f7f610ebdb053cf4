"""What is a code stays readable, what could name somebody does not, and numbers still join."""

import re

import pytest

from data_contracts.loading import contracts_of, load_contract
from tests.integration.built_marts import ROWS, change_build, lake_settings, make_build
from warehouse.layout import Layout
from warehouse.masking import Pseudonymiser, shown_form
from warehouse.publish import publish
from warehouse.reading import open_release

COVERED = [
    (contract.name, field)
    for contract in contracts_of("mart")
    for field in contract.fields
    if field.shown_pattern and "analyst" in contract.roles
]
NAMES = (
    "NGUYEN_VAN_TROI", "NGUYEN", "TROI", "Ong Troi", "ông Trỗi", "TRI_GIA_TROI", "CB00061",
    "CBHQ4711", "29C-77123", "0312345678", "0312345678-001", "001350000000", "MAEU992233",
)  # fmt: skip


def values(layout, role, table, column):
    with open_release(layout, role) as reader:
        query = f'select distinct "{column}" from marts.{table} where "{column}" is not null'
        return {value for (value,) in reader.execute(query).fetchall()}


def test_no_code_of_the_nation_is_masked(nation_home):
    layout = Layout(nation_home)
    masked = {}
    for table, field in COVERED:
        sent = values(layout, "restricted", table, field.name)
        hidden = sent - values(layout, "analyst", table, field.name)
        if hidden:
            masked[table, field.name] = (len(hidden), len(sent))
    assert masked == {}
    assert len(values(layout, "analyst", "fct_inspection", "irregularity_type_code")) > 2
    assert len(values(layout, "analyst", "fct_selectivity_decision", "rule_codes")) > 100


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("fct_selectivity_decision", "rule_codes", "R133;XH-2"),
        ("fct_selectivity_decision", "rule_codes", "RR-101; RR-204;TG.7"),
        ("fct_inspection", "irregularity_type_code", "TRI_GIA"),
        ("fct_inspection", "irregularity_type_code", "MA_HS;XUAT_XU;VP12"),
    ],
)
def test_codes_and_lists_of_codes_are_shown(table, column, codes):
    assert re.fullmatch(shown_form(load_contract(table).field(column)), codes)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("table", "column", "code"),
    [
        ("fct_selectivity_decision", "rule_codes", "R133"),
        ("fct_inspection", "irregularity_type_code", "TRI_GIA"),
    ],
)
def test_nobody_is_named_alone_or_among_codes(table, column, code, name):
    form = shown_form(load_contract(table).field(column))
    for text in (name, f"{code};{name}", f"{name};{code}", f"{code}; {name}"):
        assert not re.fullmatch(form, text)


def test_numbers_of_inspections_and_corrections_are_pseudonyms_that_join(tmp_path):
    settings = lake_settings(tmp_path)
    layout = make_build(settings)
    change_build(
        layout,
        "update marts.fct_declaration_amendment"
        " set amendment_number = 'danh tính inspection_number ' || right(amendment_number, 5)",
    )
    publish(settings, roles=["restricted", "analyst"])
    joined = """
        select count(*), count(distinct inspection_number) from marts.fct_inspection
        inner join marts.fct_declaration_amendment on inspection_number = amendment_number
    """
    for role in ("restricted", "analyst"):
        with open_release(layout, role) as reader:
            assert reader.execute(joined).fetchall() == [(ROWS, ROWS)]
    pseudonym = Pseudonymiser.load(layout).pseudonym
    sent = values(layout, "restricted", "fct_inspection", "inspection_number")
    expected = {pseudonym("reference", number) for number in sent}
    assert values(layout, "analyst", "fct_inspection", "inspection_number") == expected
