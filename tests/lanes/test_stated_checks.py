"""Checks that a contract states and the door cannot make are told before anybody is refused."""

from dataclasses import replace

import pytest

from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract, load_contracts
from data_contracts.model import Agreement, Contract
from ml.lanes.request_agreement import problems
from ml.lanes.request_fields import NATIONAL_SYSTEM
from ml.lanes.service import service_of
from ml.lanes.settings import ServingSettings
from tests.lanes.good_request import GOOD, ITEM, changed, read, refusal
from warehouse.settings import LakeSettings

CLOCK, *OTHERS = load_contract("lane_request").agreement
MISSPELT = replace(CLOCK, name="not_ahead_of_clocks")


def with_clock(planted: Agreement) -> Contract:
    return replace(load_contract("lane_request"), agreement=(planted, *OTHERS))


def test_the_door_can_make_every_check_that_is_stated():
    assert list(problems(load_contracts())) == []


@pytest.mark.parametrize(
    ("path", "value", "expected", "found"),
    [
        (f"{ITEM}.is_zero_mass", True, "false, as the item's own figures say", "true"),
        (f"{ITEM}.has_declaration", False, "true, as the item's own figures say", "false"),
        ("$.goods_item_count", 3, "the number of goods items, 2", "another number"),
    ],
)
def test_words_of_a_check_say_what_is_true_and_what_was_told(path, value, expected, found):
    refused = refusal(changed(path, value))
    assert (refused.expected, refused.found) == (expected, found)


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        (MISSPELT, "not_ahead_of_clocks: expected one of not_ahead_of_clock, tax_code_unless_gift"),
        (replace(CLOCK, expected="at most {days} days"), "expected: expected of names within, "),
        (replace(CLOCK, found="{within} or {codes}"), "found: expected of names within, found {co"),
        (replace(CLOCK, expected="at most {within"), "found {"),
        (replace(CLOCK, expected="at most {}"), "found {}"),
        (replace(CLOCK, expected="at most {within:d}"), "found {within:d}"),
        (replace(OTHERS[4], expected="{mass}"), "mass_of_items.expected: expected of names none, "),
    ],
)
def test_a_check_that_is_not_there_and_words_of_another_are_told(planted: Agreement, says: str):
    (problem,) = problems({"lane_request": with_clock(planted)})
    assert problem.startswith(f"lane_request: agreement.{planted.name}")
    assert says in problem


def test_nobody_checks_what_is_no_part_of_a_request():
    mart = replace(load_contract("fct_declaration"), agreement=(CLOCK,))
    (problem,) = problems({mart.name: mart})
    assert problem.startswith(f"{mart.name}: agreement.{CLOCK.name}: expected none, ")


def test_the_door_does_not_open_and_nothing_is_decided_with_such_a_check(tmp_path, monkeypatch):
    monkeypatch.setitem(load_contracts(), "lane_request", with_clock(MISSPELT))
    with pytest.raises(ContractViolationError, match=r"agreement\.not_ahead_of_clocks: "):
        service_of(LakeSettings(home=tmp_path), ServingSettings())
    assert list(tmp_path.iterdir()) == []
    elsewhere = GOOD | {"source_system": f"{NATIONAL_SYSTEM}_elsewhere"}
    with pytest.raises(ContractViolationError, match=r"agreement\.not_ahead_of_clocks: "):
        read(elsewhere)
