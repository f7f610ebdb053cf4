"""Bytes that are no document, or one that two readers would read differently."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lanes.good_request import GOOD, ITEM, changed, refusal


@pytest.mark.parametrize("name", ["trader_id", "registered_at", "goods_items"])
def test_a_key_that_stands_twice_is_refused(name: str):
    for other in ('"0101234567"', "null", "[]"):
        body = json.dumps(GOOD).replace("{", f'{{"{name}": {other}, ', 1).encode()
        error = refusal(body)
        assert (error.field, error.status) == (f"$.{name}", 422)
        assert "twice" in error.found


def test_a_key_that_stands_twice_in_an_item_is_refused():
    body = json.dumps(GOOD).replace('"item_number": 2', '"item_number": 2, "item_number": 2')
    assert refusal(body.encode()).field == "$.goods_items[1].item_number"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nul",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"trader_id": NaN}',
        b'{"trader_id": -Infinity}',
        b'{"trader_id": "\xed\xa0\x80"}',
        b"declaration",
        b"[" * 100_000,
        b"{} {}",
    ],
)
def test_what_is_no_json_is_a_bad_request(body: bytes):
    error = refusal(body)
    assert (error.field, error.status) == ("$", 400)


@pytest.mark.parametrize("body", [b"[]", b"null", b"17", b'"text"'])
def test_json_that_is_no_object_is_refused(body: bytes):
    error = refusal(body)
    assert (error.field, error.status) == ("$", 422)


@pytest.mark.parametrize("number", ["1e999999999999999999999", "9" * 40_000, "-1e-400", "NaN"])
def test_absurd_numbers_are_refused_quickly(number: str):
    for name in ("net_mass_kg", "item_number"):
        body = json.dumps(changed(f"{ITEM}.{name}", "@")).replace('"@"', number).encode()
        refusal(body)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_refused_in_words(body: bytes):
    assert 400 <= refusal(body).status < 500
