"""Goods items and charges of WCO messages that are written in unusual but valid ways."""

import json
from decimal import Decimal

import pytest

from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import land, reasons
from tests.unit.ingestion.messages import HEAD, ITEM, declaration, message

SOURCE = SOURCES["wco_dec_xml"]
CHARGE = '<ItemChargeAmount currencyID="GBP">1000.25</ItemChargeAmount>'
LINE = f"<InvoiceLine>{CHARGE}</InvoiceLine>"


def _land(tmp_path, text):
    return land(tmp_path, SOURCE, "message.xml", text)


def _charged(tmp_path, lines):
    text = message(declaration(items=ITEM.replace(LINE, lines)))
    return _land(tmp_path, text)["goods_item"]


def test_an_item_in_any_part_of_its_declaration_counts(tmp_path):
    items = f"<Consignment>{ITEM}</Consignment>" + ITEM.replace(
        "<SequenceNumeric>1<", "<SequenceNumeric>2<"
    )
    found = _land(tmp_path, message(declaration(items=items)))["goods_item"].accepted
    assert found["item_number"].to_pylist() == [1, 2]


@pytest.mark.parametrize("outer_function", ["<FunctionCode>9</FunctionCode>", ""])
def test_a_declaration_inside_another_is_one_of_its_own(tmp_path, outer_function):
    inner = declaration(HEAD.replace("LRN-1", "LRN-2"))
    head = HEAD.replace("<FunctionCode>9</FunctionCode>", outer_function)
    found = _land(tmp_path, message(declaration(head + f"<Wrapper>{inner}</Wrapper>")))
    outer = ["LRN-1"] if outer_function else []
    numbers = found["goods_item"].accepted["declaration_number"].to_pylist()
    assert sorted(numbers) == [*outer, "LRN-2"]


def test_charges_of_several_lines_in_one_currency_are_added_up(tmp_path):
    second = LINE.replace("1000.25", "0.1234")
    (item,) = _charged(tmp_path, LINE + second).accepted.to_pylist()
    assert (item["invoice_amount"], item["invoice_currency_code"]) == (Decimal("1000.3734"), "GBP")


def test_one_unreadable_charge_of_several_is_not_left_out(tmp_path):
    found = _charged(tmp_path, LINE + LINE.replace("1000.25", "1e3"))
    assert reasons(found.rejected) == {1: ["E_TYPE:invoice_amount"]}


def test_charges_in_several_currencies_have_no_sum(tmp_path):
    found = _charged(tmp_path, LINE + LINE.replace("GBP", "USD"))
    assert reasons(found.rejected) == {1: ["E_CODE:invoice_currency_code"]}


@pytest.mark.parametrize(("written", "currency"), [(" GBP ", "GBP"), (" ", None), ("", None)])
def test_blanks_around_a_currency_are_none_of_it(tmp_path, written, currency):
    (item,) = _charged(tmp_path, LINE.replace("GBP", written)).accepted.to_pylist()
    assert item["invoice_currency_code"] == currency


def test_the_number_that_customs_gave_counts_and_the_reference_is_kept_beside_it(tmp_path):
    head = HEAD.replace("<TypeCode>", "<ID> MRN-7 </ID><TypeCode>")
    (header,) = _land(tmp_path, message(declaration(head)))["declaration"].accepted.to_pylist()
    assert (header["declaration_number"], header["reference_owner_id"]) == ("MRN-7", None)
    assert json.loads(header["extras"]) == {"sender_reference_number": "LRN-1"}


def test_a_reference_is_one_with_its_trader(tmp_path):
    found = _land(tmp_path, message())
    owners = {
        table: part.accepted["reference_owner_id"].to_pylist() for table, part in found.items()
    }
    assert owners == {"declaration": ["GB-IMPORTER"], "goods_item": ["GB-IMPORTER"]}
