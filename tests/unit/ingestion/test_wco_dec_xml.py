import datetime as dt
import json
from decimal import Decimal
from importlib import resources

import pytest

from ingestion.sources.catalog import SOURCES, find_source
from tests.unit.ingestion.files import land, read, reasons
from tests.unit.ingestion.messages import DEC, HEAD, ITEM, declaration, message
from warehouse.layout import Layout

SOURCE = SOURCES["wco_dec_xml"]
NAME = "message.xml"


def _original(tmp_path, **parts):
    return land(tmp_path, SOURCE, NAME, message(declaration(**parts)))


def _header(tmp_path, **parts):
    return _original(tmp_path, **parts)["declaration"].accepted.to_pylist()[0]


def _item(tmp_path, **parts):
    return _original(tmp_path, **parts)["goods_item"].accepted.to_pylist()[0]


def test_an_original_becomes_a_declaration_of_version_zero(tmp_path):
    header = _header(tmp_path)
    assert (header["declaration_number"], header["declaration_version"]) == ("LRN-1", 0)
    assert (header["direction_code"], header["regime_code"]) == ("import", "4000")
    assert (header["trader_id"], header["declarant_id"]) == ("GB-IMPORTER", "GB-DECLARANT")
    assert (header["customs_office_code"], header["transport_mode_code"]) == ("GBLBA001", "1")
    assert header["registered_at"] == dt.datetime(2025, 3, 26, 10, 22, tzinfo=dt.UTC)
    assert header["foreign_party_name"] == "Straw Makers"


def test_an_item_takes_each_figure_as_it_is_written(tmp_path):
    item = _item(tmp_path)
    assert (item["declaration_number"], item["item_number"]) == ("LRN-1", 1)
    assert item["tariff_line_code"] == "4602191000"
    assert item["country_of_origin_code"] == "US"
    assert (item["invoice_amount"], item["invoice_currency_code"]) == (Decimal("1000.25"), "GBP")
    assert item["net_mass_kg"] == Decimal("100.5")
    assert (item["first_quantity"], item["first_quantity_unit_code"]) == (Decimal(20), "NAR")


def test_without_a_reference_the_number_is_the_id_and_then_the_hash_of_the_file(tmp_path):
    reference = "<FunctionalReferenceID>LRN-1</FunctionalReferenceID>"
    with_id = HEAD.replace(reference, "<ID>MRN-7</ID>")
    assert _header(tmp_path, head=with_id)["declaration_number"] == "MRN-7"
    number = _header(tmp_path, head=HEAD.replace(reference, ""))["declaration_number"]
    assert len(number) == 64
    assert set(number) <= set("0123456789abcdef")


def test_an_item_without_a_number_is_known_by_its_place(tmp_path):
    second = ITEM.replace("<SequenceNumeric>1</SequenceNumeric>", "")
    found = _original(tmp_path, items=ITEM + second)["goods_item"].accepted.to_pylist()
    assert [item["item_number"] for item in found] == [1, 2]
    assert [item["extras"] for item in found] == [None, '{"SequenceNumeric": null}']


def test_the_origin_without_type_one_is_the_first(tmp_path):
    items = ITEM.replace("<TypeCode>1</TypeCode>", "<TypeCode>3</TypeCode>")
    assert _item(tmp_path, items=items)["country_of_origin_code"] == "TN"


def test_without_an_importer_the_declarant_is_the_trader(tmp_path):
    text = message().replace("<Importer><ID>GB-IMPORTER</ID></Importer>", "")
    header = land(tmp_path, SOURCE, NAME, text)["declaration"].accepted.to_pylist()[0]
    assert header["trader_id"] == "GB-DECLARANT"


@pytest.mark.parametrize(
    ("kind", "procedure", "direction"),
    [
        ("IMZ", "40", "import"),
        ("EXD", "10", "export"),
        ("EXA", "31", "export"),
        ("EXA", "76", "export"),
        ("COA", "10", "export"),
        ("COA", "40", "import"),
    ],
)
def test_the_direction_follows_the_type_unless_the_procedure_says_import(
    tmp_path, kind, procedure, direction
):
    head = HEAD.replace("IMA", kind)
    items = ITEM.replace("<CurrentCode>40<", f"<CurrentCode>{procedure}<")
    assert _header(tmp_path, head=head, items=items)["direction_code"] == direction


@pytest.mark.parametrize(
    ("code", "written", "expected"),
    [
        ("102", "20250326", dt.datetime(2025, 3, 25, 17, tzinfo=dt.UTC)),
        ("203", "202503261122", dt.datetime(2025, 3, 26, 4, 22, tzinfo=dt.UTC)),
        ("204", "20250326112233", dt.datetime(2025, 3, 26, 4, 22, 33, tzinfo=dt.UTC)),
        ("304", "20250326112200Z", dt.datetime(2025, 3, 26, 11, 22, tzinfo=dt.UTC)),
        ("304", "20250326112200-0330", dt.datetime(2025, 3, 26, 14, 52, tzinfo=dt.UTC)),
    ],
)
def test_moments_are_read_in_their_formats_and_are_local_without_an_offset(
    tmp_path, code, written, expected
):
    head = HEAD.replace('formatCode="304"', f'formatCode="{code}"')
    found = _header(tmp_path, head=head.replace("20250326112200+01", written))
    assert found["registered_at"] == expected


def test_a_moment_without_an_offset_is_of_the_zone_of_its_source(tmp_path):
    own = Layout(tmp_path / "home").sources / "tokyo_messages.yaml"
    own.parent.mkdir(parents=True)
    packaged = resources.files("ingestion.sources") / "wco_dec_xml.yaml"
    own.write_text(packaged.read_text(encoding="utf-8") + "zone: Asia/Tokyo\n", encoding="utf-8")
    source = find_source("tokyo_messages", tmp_path / "home")
    text = message(declaration(head=HEAD.replace("20250326112200+01", "20250326112200")))
    header = land(tmp_path, source, NAME, text)["declaration"].accepted.to_pylist()[0]
    assert header["registered_at"] == dt.datetime(2025, 3, 26, 2, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("unit", "written", "kilograms"),
    [("TNE", "1.25", "1250"), ("LBR", "10", "4.535924"), ("GRM", "250", "0.25")],
)
def test_a_net_mass_in_another_unit_is_converted(tmp_path, unit, written, kilograms):
    items = ITEM.replace('unitCode="KGM">100.5', f'unitCode="{unit}">{written}')
    assert _item(tmp_path, items=items)["net_mass_kg"] == Decimal(kilograms)


def test_a_net_mass_in_what_is_no_mass_is_quarantined(tmp_path):
    items = ITEM.replace('unitCode="KGM">100.5', 'unitCode="LTR">5')
    found = _original(tmp_path, items=items)["goods_item"]
    assert reasons(found.rejected) == {1: ["E_CODE:net_mass_kg"]}


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("1e3", "E_TYPE:invoice_amount"),
        ("12,50", "E_TYPE:invoice_amount"),
        ("abc", "E_TYPE:invoice_amount"),
        ("-5", "E_RANGE:invoice_amount"),
        ("1.23456", "E_SCALE:invoice_amount"),
        ("NaN", "E_TYPE:invoice_amount"),
    ],
)
def test_an_amount_that_is_none_is_quarantined_and_never_rounded(tmp_path, amount, reason):
    found = _original(tmp_path, items=ITEM.replace("1000.25", amount))
    assert reasons(found["goods_item"].rejected) == {1: [reason]}
    assert found["declaration"].accepted.num_rows == 1


@pytest.mark.parametrize(("written", "amount"), [("+5", "5"), (".5", "0.5"), ("7.", "7")])
def test_amounts_in_every_form_that_xml_schema_allows_are_read(tmp_path, written, amount):
    item = _item(tmp_path, items=ITEM.replace("1000.25", written))
    assert item["invoice_amount"] == Decimal(amount)


def test_taxes_state_no_amount_in_vnd_unless_the_message_does(tmp_path):
    fee = (
        "<DutyTaxFee><TypeCode>{kind}</TypeCode><TaxRateNumeric>5</TaxRateNumeric>"
        '<Payment><TaxAssessedAmount currencyID="{currency}">120</TaxAssessedAmount></Payment>'
        "</DutyTaxFee>"
    )
    fees = fee.format(kind="A00", currency="GBP") + fee.format(kind="V", currency="VND")
    found = _original(tmp_path, items=ITEM.replace("<GoodsMeasure>", fees + "<GoodsMeasure>"))
    rows = found["duty_tax"].accepted.to_pylist()
    assert [(row["tax_type_code"], row["assessed_vnd"]) for row in rows] == [
        ("A00", None),
        ("V", Decimal(120)),
    ]
    assert {row["rate_text"] for row in rows} == {"5"}


def test_a_tax_in_several_lines_is_one_row_that_keeps_the_others(tmp_path):
    fee = (
        "<DutyTaxFee><SpecificTaxBaseQuantity>{base}</SpecificTaxBaseQuantity>"
        "<TypeCode>345</TypeCode></DutyTaxFee>"
    )
    fees = fee.format(base="10") + fee.format(base="20")
    found = _original(tmp_path, items=ITEM.replace("<GoodsMeasure>", fees + "<GoodsMeasure>"))
    (row,) = found["duty_tax"].accepted.to_pylist()
    assert row["base_quantity"] == Decimal(10)
    assert json.loads(row["extras"])["DutyTaxFee"][0]["SpecificTaxBaseQuantity"] == ["20"]


def test_a_message_of_another_function_is_an_amendment_and_no_declaration(tmp_path):
    head = (
        "<FunctionCode>13</FunctionCode><FunctionalReferenceID>M-2</FunctionalReferenceID>"
        "<ID>MRN-7</ID><TypeCode>COR</TypeCode><Amendment><ChangeReasonCode>21</ChangeReasonCode>"
        "<Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>42A"
        "</DocumentSectionCode></Pointer><Pointer><SequenceNumeric>2</SequenceNumeric>"
        "<DocumentSectionCode>68A</DocumentSectionCode><TagID>112</TagID></Pointer></Amendment>"
    )
    found = land(tmp_path, SOURCE, NAME, message(declaration(head, ITEM + ITEM)))
    assert list(found) == ["declaration_amendment"]
    (row,) = found["declaration_amendment"].accepted.to_pylist()
    assert (row["function_code"], row["function_name"]) == ("13", "COR")
    assert (row["declaration_number"], row["message_reference_number"]) == ("MRN-7", "M-2")
    assert (row["reason_code"], row["goods_item_count"]) == ("21", 2)
    assert row["pointers_text"] == "42A[1]/68A[2]#112"
    assert "1000.25" in row["content_text"]


def test_a_file_may_hold_several_messages_and_keeps_them_apart(tmp_path):
    second = HEAD.replace("LRN-1", "LRN-2")
    cancellation = "<FunctionCode>13</FunctionCode><ID>LRN-1</ID><TypeCode>INV</TypeCode>"
    text = message(declaration(), declaration(second), declaration(cancellation, items=""))
    found = land(tmp_path, SOURCE, NAME, text)
    numbers = found["declaration"].accepted["declaration_number"].to_pylist()
    assert numbers == ["LRN-1", "LRN-2"]
    assert found["goods_item"].accepted.num_rows == 2
    (row,) = found["declaration_amendment"].accepted.to_pylist()
    assert (row["function_name"], row["declaration_number"]) == ("INV", "LRN-1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"<q:DeclarationStatusResponse xmlns:q='q'>{declaration()}</q:DeclarationStatusResponse>",
         "STATUS"),
        (f"<FullResponse><a>{declaration()}</a></FullResponse>", "RESPONSE"),
        (message(declaration(namespace="urn:somebody:else")), "UNKNOWN_NAMESPACE"),
        (message(declaration().replace("<FunctionCode>9</FunctionCode>", "")), "OTHER_ROOT"),
        (message(declaration().replace("<TypeCode>IMA</TypeCode>", "")), "OTHER_ROOT"),
        ("<invoice/>", "OTHER_ROOT"),
    ],
)  # fmt: skip
def test_what_is_no_declaration_is_not_applicable_and_says_why(tmp_path, text, reason):
    found = read(tmp_path, SOURCE, NAME, text)
    assert (found.status, found.reason_code, dict(found.tables)) == ("not_applicable", reason, {})


def test_another_edition_of_the_namespace_is_read_as_well(tmp_path):
    namespace = DEC.replace(":2", ":3")
    assert _header(tmp_path, namespace=namespace)["declaration_number"] == "LRN-1"
