"""Requests: exact numbers in, and for anything else the field and the reason, never the value."""

import contextlib
import json
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.code_lists import Code, code_list
from data_contracts.loading import load_contract
from ml.lanes.refusal import RequestRefusedError
from ml.lanes.request import read_request
from ml.lanes.request_agreement import PARTS
from ml.lanes.request_fields import NATIONAL_SYSTEM
from tests.lanes.good_request import GOOD, ITEM, NOW, changed, read, refusal, without

WORDS = {
    "import": ("Nhập", "Tạm nhập", "Tái nhập", "Hàng nhập"),
    "export": ("Xuất", "Tạm xuất", "Tái xuất"),
}
KNOWN_LATER = {
    "control_channel", "cleared_at", "cleared_date", "is_cancelled", "is_refused", "is_complete",
    "is_value_reconciled", "is_in_future", "is_order_doubtful",
}  # fmt: skip


def is_refused(document: Any) -> bool:
    with contextlib.suppress(RequestRefusedError):
        return read(document) is None
    return True


def test_every_column_of_the_marts_is_either_taken_or_known_later():
    taken = set(load_contract("lane_request").names)
    assert set(load_contract("fct_declaration").names) - taken == KNOWN_LATER
    of_items = set(load_contract("fct_goods_item").names)
    later = of_items - set(load_contract("lane_request_item").names)
    assert later == {"is_tariff_line_listed", "is_order_doubtful"}


def test_a_good_request_is_read_with_its_local_date():
    request = read(GOOD)
    # 20:30 UTC is half past three next morning in Hà Nội.
    assert request.registered_date == date(2026, 1, 2)
    assert request.source_system == NATIONAL_SYSTEM
    assert request.declaration["registered_at"] == datetime(2026, 1, 1, 20, 30, tzinfo=UTC)
    assert [item["item_number"] for item in request.items] == [1, 2]
    assert request.items[1]["hs6_code"] is None


def test_numbers_keep_every_digit_as_text_and_as_json_number():
    digits = "1234567890123456.123456"
    as_text = read(changed(f"{ITEM}.net_mass_kg", digits))
    body = json.dumps(changed(f"{ITEM}.net_mass_kg", "@")).replace('"@"', digits).encode()
    as_number = read_request(body, max_items=50, now=NOW)
    for request in (as_text, as_number):
        assert request.items[0]["net_mass_kg"] == Decimal(digits)


@pytest.mark.parametrize("value", ["12.500000000", 12.5, "0", 0, 1e3, "00012.5", 1e-5])
def test_a_value_that_fits_is_taken_however_it_is_written(value: Any):
    read(changed(f"{ITEM}.net_mass_kg", value))


@pytest.mark.parametrize("path", ["$.goods_item_count", "$.declaration_version"])
def test_zeros_before_a_number_are_no_fault_of_the_service(path: str):
    name = path.removeprefix("$.")
    assert read(changed(path, "0" * 5_000 + "2")).declaration[name] == 2


def test_empty_text_means_not_given():
    request = read(changed("$.declarant_id", ""))
    assert request.declaration["declarant_id"] is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_text_is_counted_and_kept_in_one_form(form: str):
    letters = "ếữộ" * 200
    request = read(changed(f"{ITEM}.goods_description", unicodedata.normalize(form, letters)))
    assert request.items[0]["goods_description"] == letters
    longer = unicodedata.normalize(form, letters + "ế")
    error = refusal(changed(f"{ITEM}.goods_description", longer))
    assert (error.field, error.expected) == (f"{ITEM}.goods_description", "at most 600 characters")


@pytest.mark.parametrize(("regime", "direction"), [("H11", "import"), ("H21", "export")])
def test_a_gift_may_come_without_a_trader(regime: str, direction: str):
    gift = without("$.trader_id") | {"regime_code": regime, "direction_code": direction}
    assert read(gift).declaration["trader_id"] is None


@pytest.mark.parametrize("entry", code_list("regime"), ids=lambda entry: entry.code)
def test_a_direction_that_contradicts_the_regime_is_refused(entry: Code):
    """By the words of the list, which say of nearly every regime whether goods come or go."""
    directions = [
        direction
        for direction in ("import", "export")
        if not is_refused(GOOD | {"regime_code": entry.code, "direction_code": direction})
    ]
    assert len(directions) == 1
    told = [one for one, words in WORDS.items() if entry.label_vi.startswith(words)]
    assert directions == (told or directions)


def test_a_direction_that_contradicts_is_told_with_the_right_one():
    error = refusal(GOOD | {"direction_code": "export"})
    assert (error.field, error.status) == ("$.direction_code", 422)
    assert error.expected == "import, the direction of the regime A11"


@pytest.mark.parametrize(("gross", "is_taken"), [("42.5", True), ("42.499999", False), (0, False)])
def test_goods_weigh_no_less_with_their_packing(gross: Any, is_taken: bool):
    document = changed("$.gross_mass_kg", gross)
    assert is_refused(document) != is_taken
    if not is_taken:
        assert refusal(document).field == "$.gross_mass_kg"


@pytest.mark.parametrize(
    ("unit", "quantity", "net", "is_taken"),
    [
        ("KGM", "12.5", "12.5", True),
        ("KGM", "12.5", "12500", False),
        ("KGM", 0, "0.1", False),
        ("TNE", "0.0125", "12.5", True),
        ("TNE", "12.5", "12.5", False),
        ("LBR", 100, "45.359", True),
        ("PCE", "12.5", "12500", True),
    ],
)
def test_a_quantity_in_a_unit_of_mass_is_the_net_mass(
    unit: str, quantity: Any, net: str, is_taken: bool
):
    changes = {"supplementary_unit_code": unit, "supplementary_quantity": quantity}
    first = GOOD["goods_items"][0] | changes | {"net_mass_kg": net}
    document = GOOD | {"goods_items": [first, GOOD["goods_items"][1]]}
    assert is_refused(document) != is_taken
    if not is_taken:
        assert refusal(document).field == f"{ITEM}.net_mass_kg"


@pytest.mark.parametrize("path", [f"{ITEM}.tariff_schedule_code", "$.duty_tax_vnd"])
def test_a_gap_in_what_the_model_reads_is_refused(path: str):
    error = refusal(without(path))
    assert (error.field, error.found) == (path, "nothing")


def test_an_export_claims_no_tariff_schedule():
    export = without(f"{ITEM}.tariff_schedule_code")
    read(export | {"direction_code": "export", "regime_code": "B11"})


ONE_ITEM = GOOD["goods_items"][0]
BAD = [
    (changed("$.colour", "blue"), "$.colour", "no field of a request has this name"),
    (changed("$.control_channel", "red"), "$.control_channel", "known only after registration"),
    (changed("$.is_cancelled", None), "$.is_cancelled", "this is known only after registration"),
    (changed(f"{ITEM}.colour", 1), f"{ITEM}.colour", "no field"),
    (changed("$.0101234567", 1), "$", "a field of another name"),
    (without("$.declaration_number"), "$.declaration_number", "required"),
    (without("$.registered_at"), "$.registered_at", "required"),
    (without(f"{ITEM}.item_number"), f"{ITEM}.item_number", "required"),
    (without("$.goods_items"), "$.goods_items", "required"),
    (without("$.trader_id"), "$.trader_id", "a tax code"),
    (changed("$.trader_id", ""), "$.trader_id", "a tax code"),
    (changed("$.declaration_number", ""), "$.declaration_number", "required"),
    (changed("$.trader_id", 101234567), "$.trader_id", "expected text, found a number"),
    (changed("$.trader_id", "0" * 36), "$.trader_id", "at most 35 characters"),
    (changed("$.trader_id", "01\x0012"), "$.trader_id", "control characters"),
    (changed("$.trader_id", "0101234567 "), "$.trader_id", "without blanks around it"),
    (changed("$.trader_id", "\u00a00101234567"), "$.trader_id", "without blanks around it"),
    (changed("$.trader_id", "0101234567\u200b"), "$.trader_id", "without invisible characters"),
    (changed("$.trader_id", "０101234567"), "$.trader_id", "of the form"),
    (changed("$.trader_id", "0101234567\n"), "$.trader_id", "control characters"),
    (changed("$.trader_id", "tr_0123456789"), "$.trader_id", "of the form"),
    (changed("$.declarant_id", " 12345"), "$.declarant_id", "without blanks around it"),
    (changed("$.declarant_id", "12\ud800"), "$.declarant_id", "whole Unicode characters"),
    (changed("$.direction_code", "sideways"), "$.direction_code", "code of the list"),
    (changed("$.transport_mode_code", "77"), "$.transport_mode_code", "code of the list"),
    (changed("$.foreign_party_country_code", "c"), "$.foreign_party_country_code", "of the form"),
    (changed("$.declaration_version", 10), "$.declaration_version", "at most 9"),
    (changed("$.declaration_version", 1.0), "$.declaration_version", "whole number"),
    (changed("$.goods_item_count", 2**31), "$.goods_item_count", "at most"),
    (changed("$.goods_item_count", 3), "$.goods_item_count", "the number of goods items, 2"),
    (changed("$.goods_item_count", value=True), "$.goods_item_count", "whole number"),
    (changed("$.registered_at", "2026-01-01T20:30:00"), "$.registered_at", "with its offset"),
    (changed("$.registered_at", "2026-02-30T20:30:00Z"), "$.registered_at", "calendar"),
    (changed("$.registered_at", 1767300000), "$.registered_at", "calendar"),
    (changed("$.registered_at", "0001-01-01T00:00:00+14:00"), "$.registered_at", "calendar"),
    (changed("$.registered_at", "2100-12-31T23:59:59-14:00"), "$.registered_at", "clock"),
    (changed("$.registered_at", "9999-12-31T23:59:59-14:00"), "$.registered_at", "1990 to 2100"),
    (changed("$.registered_at", "1950-06-15T08:30:00+07:00"), "$.registered_at", "1990 to 2100"),
    (changed("$.registered_date", "2026-01-01"), "$.registered_date", "Asia/Ho_Chi_Minh"),
    (changed("$.other_law_codes", ";"), "$.other_law_codes", "of the form"),
    (changed("$.customs_value_vnd", -1), "$.customs_value_vnd", "at least 0"),
    (changed("$.customs_value_vnd", 2_500_003), "$.customs_value_vnd", "within 2"),
    (changed("$.duty_tax_vnd", "-1"), "$.duty_tax_vnd", "at least 0"),
    (changed("$.invoice_total_amount", "100.53"), "$.invoice_total_amount", "within 0.02"),
    (changed("$.goods_items", []), "$.goods_items", "1 to 50 goods items, found 0"),
    (changed("$.goods_items", {}), "$.goods_items", "expected a list"),
    (changed("$.goods_items", [ONE_ITEM] * 51), "$.goods_items", "found 51"),
    (changed("$.goods_items", [ONE_ITEM] * 2), "$.goods_items[1].item_number", "no other goods"),
    (changed(f"{ITEM}.item_number", 0), f"{ITEM}.item_number", "at least 1"),
    (changed(f"{ITEM}.item_number", 51), f"{ITEM}.item_number", "at most 50"),
    (changed(f"{ITEM}.item_number", "one"), f"{ITEM}.item_number", "whole number"),
    *((changed(f"{ITEM}.net_mass_kg", value), f"{ITEM}.net_mass_kg", "expected a number")
      for value in ("NaN", "Infinity", "1,5", "1_0", "1e5", [1])),
    (changed(f"{ITEM}.net_mass_kg", -0.1), f"{ITEM}.net_mass_kg", "at least 0"),
    (changed(f"{ITEM}.net_mass_kg", "1.1234567"), f"{ITEM}.net_mass_kg", "at most 6 decimals"),
    (changed(f"{ITEM}.net_mass_kg", 1e16), f"{ITEM}.net_mass_kg", "at most 9999999999999999"),
    (changed(f"{ITEM}.customs_value_vnd", "0.5"), f"{ITEM}.customs_value_vnd", "0 decimals"),
    (changed(f"{ITEM}.customs_value_vnd", -1), f"{ITEM}.customs_value_vnd", "at least 0"),
    (changed(f"{ITEM}.hs6_code", "84-001"), f"{ITEM}.hs6_code", "of the form"),
    (changed(f"{ITEM}.hs6_code", "840002"), f"{ITEM}.hs6_code", "first six digits"),
    (changed(f"{ITEM}.declaration_number", "10000000002"), f"{ITEM}.declaration_number", "agree"),
    (changed(f"{ITEM}.goods_description", "tin\x07"), f"{ITEM}.goods_description", "control"),
    (changed(f"{ITEM}.is_zero_mass", value=True), f"{ITEM}.is_zero_mass", "figures"),
    (changed(f"{ITEM}.is_zero_value", value=True), f"{ITEM}.is_zero_value", "figures"),
    (changed(f"{ITEM}.has_declaration", value=False), f"{ITEM}.has_declaration", "figures"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "field", "reason"), BAD)
def test_what_is_wrong_is_named_with_its_path(document: Any, field: str, reason: str):
    error = refusal(document)
    assert (error.field, error.status) == (field, 422)
    said = error.as_json()["error"]
    assert reason in said["reason"]
    assert said["reason"] == f"expected {said['expected']}, found {said['found']}"


def test_the_door_makes_the_checks_that_its_contracts_state_and_no_others():
    done: dict[str, set[str]] = {"lane_request": set(), "lane_request_item": set()}
    for contract, checks in PARTS.values():
        done[contract] |= set(checks)
    for contract, checks in done.items():
        assert {said.name for said in load_contract(contract).agreement} == checks
        assert checks


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.customs_value_vnd", 2_500_002),
        ("$.customs_value_vnd", "2499998"),
        ("$.invoice_total_amount", "100.52"),
        ("$.registered_at", "2026-01-03T08:00:00Z"),
        (f"{ITEM}.hs6_code", "840001"),
        (f"{ITEM}.is_zero_mass", False),
    ],
)
def test_what_agrees_within_its_rounding_is_taken(path: str, value: Any):
    read(changed(path, value))


def test_a_registration_more_than_a_day_ahead_of_the_clock_is_refused():
    error = refusal(changed("$.registered_at", "2026-01-03T08:00:00.000001Z"))
    assert (error.field, error.status) == ("$.registered_at", 422)
    assert "at most 1 day after the clock" in error.expected


def test_invoices_in_several_currencies_are_not_added_up():
    document = changed("$.invoice_total_amount", "1")
    read(changed(f"{ITEM}.invoice_currency_code", "EUR", of=document))


def test_no_refusal_repeats_an_identity():
    secret = "SECRET-0101234567"
    for name in ("trader_id", "declarant_id"):
        for value in (secret * 3, f"{secret}\x01", [secret], {secret: 1}, f" {secret}"):
            assert "SECRET" not in str(refusal(changed(f"$.{name}", value)))
    for value in (f"{secret}\x01", secret * 200, [secret]):
        assert "SECRET" not in str(refusal(changed(f"{ITEM}.goods_description", value)))
    assert "SECRET" not in str(refusal(GOOD | {secret: 1}))
    assert "0101234567" not in str(refusal(GOOD | {"0101234567": 1}))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
PATHS = [
    *(f"$.{name}" for name in (*load_contract("lane_request").names, "goods_items", "other")),
    *(f"{ITEM}.{name}" for name in (*load_contract("lane_request_item").names, "other")),
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), VALUES)
def test_any_value_in_any_place_is_read_or_refused_in_words(path: str, value: Any):
    body = json.dumps(changed(path, value)).encode()
    with contextlib.suppress(RequestRefusedError):
        assert read_request(body, max_items=50, now=NOW).items
