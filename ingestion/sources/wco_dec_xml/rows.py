"""Rows of the contracts from one WCO declaration: which element becomes which column.

Amounts, quantities and dates are handed on as they are written; the contract judges them, nothing
is rounded or repaired. Only a mass in another unit is converted to kg. The numbers in comments are
WCO element ids.
"""

import json
from collections.abc import Iterator

from lxml import etree

from ingestion.sources.wco_dec_xml.amendments import content_of
from ingestion.sources.wco_dec_xml.elements import KGM, NAMES_PARTY, Reader, goods_items
from ingestion.sources.wco_dec_xml.parties import names_a_party

# Under this name the extras of a declaration that customs numbered keep the trader's own reference,
# by which later messages may name it.
SENDER_REFERENCE = "sender_reference_number"

Row = dict[str, str | None]

# First digit of a requested procedure: 0, 4 release for free circulation, 5 inward processing,
# 6 re-import, 7 warehousing are imports; 1, 2, 3 are exports, and of the sevens 76 and 77, which
# store goods before they leave (Union Customs Code, annex B 1/10).
_IMPORT_PROCEDURES = frozenset("04567")
_EXPORT_WAREHOUSING = frozenset({"76", "77"})


def declaration_row(reader: Reader, declaration: etree._Element, number: str) -> Row:
    """Return the row of `declaration` for an original."""
    shipment = reader.child(declaration, "GoodsShipment")
    items = goods_items(reader, declaration)
    direction = _direction(reader, declaration, items)
    trader = _trader(reader, declaration, direction)
    partner = _partner(reader, declaration, direction)
    border = reader.child(declaration, "BorderTransportMeans")
    return {
        "declaration_number": number,
        "declaration_version": "0",
        "goods_item_count": reader.text(declaration, "GoodsItemQuantity") or str(len(items)),
        "direction_code": direction,
        "regime_code": _procedure(reader, items[0]) if items else None,
        "customs_office_code": reader.text(declaration, "DeclarationOfficeID")
        or reader.text(declaration, "PresentationOffice/ID"),
        "registered_at": reader.moment(declaration, "AcceptanceDateTime")
        or reader.moment(declaration, "IssueDateTime"),
        "trader_id": reader.text(trader, "ID"),
        "trader_name": reader.text(trader, "Name"),
        "trader_address": _address(reader, trader),
        "declarant_id": reader.text(declaration, "Declarant/ID"),
        "declarant_name": reader.text(declaration, "Declarant/Name"),
        "foreign_party_name": reader.text(partner, "Name"),
        "foreign_party_address": _address(reader, partner),
        "foreign_party_country_code": reader.text(partner, "Address/CountryCode"),
        "transport_mode_code": reader.text(border, "ModeCode"),
        "means_of_transport_id": reader.text(border, "ID")
        or reader.text(shipment, "Consignment/ArrivalTransportMeans/ID"),
        "country_of_export_code": reader.text(shipment, "ExportCountry/ID"),
        "package_count": reader.text(declaration, "TotalPackageQuantity"),
        "gross_mass_quantity": reader.decimal(declaration, "TotalGrossMassMeasure"),
        "gross_mass_unit_code": _mass_unit(reader, declaration, "TotalGrossMassMeasure"),
        "invoice_number": reader.text(shipment, "Invoice/ID"),
        "incoterm_code": reader.text(shipment, "TradeTerms/ConditionCode"),
        "invoice_currency_code": reader.measure(declaration, "InvoiceAmount", "currencyID"),
        "invoice_total_amount": reader.decimal(declaration, "InvoiceAmount"),
        "extras": _kept(_declaration_extras(reader, declaration, number)),
        "valuation_method_code": reader.text(items[0], "CustomsValuation/MethodCode")
        if items
        else None,
    }


def goods_item_row(reader: Reader, item: etree._Element, number: str, position: int) -> Row:
    """Return the row of `goods_item`; an item without a number is known by its position."""
    commodity = reader.child(item, "Commodity")
    measure = reader.child(commodity, "GoodsMeasure")
    charge, currency = reader.charge(item)
    return {
        "declaration_number": number,
        "declaration_version": "0",
        "item_number": item_number(reader, item, position),
        "tariff_line_code": _tariff_line(reader, commodity),
        "goods_description": reader.text(commodity, "Description"),
        "country_of_origin_code": _origin(reader, item),
        "first_quantity": reader.decimal(measure, "TariffQuantity"),
        "first_quantity_unit_code": reader.measure(measure, "TariffQuantity", "unitCode"),
        "net_mass_kg": reader.kilograms(measure, "NetNetWeightMeasure"),
        "invoice_amount": charge,
        "invoice_currency_code": currency,
        "customs_value_vnd": reader.in_vnd(item, "CustomsValueAmount"),
        "procedure_code": _procedure(reader, item),
        "extras": _kept(_item_extras(reader, item, commodity)),
    }


def duty_tax_rows(
    reader: Reader, item: etree._Element, number: str, position: int
) -> Iterator[Row]:
    """Yield the tax lines of an item, one for each type (113).

    An amount counts only where it is stated in VND: no other can be known from the message. Of
    several lines of one type the first is the row; the others are kept in its extras.
    """
    by_type: dict[str, list[etree._Element]] = {}
    for fee in reader.children(reader.child(item, "Commodity"), "DutyTaxFee"):
        by_type.setdefault(reader.text(fee, "TypeCode") or "", []).append(fee)
    for kind, (fee, *others) in by_type.items():
        if kind:
            yield {
                "declaration_number": number,
                "declaration_version": "0",
                "item_number": item_number(reader, item, position),
                "tax_type_code": kind,
                "rate_text": reader.decimal(fee, "TaxRateNumeric"),
                "rate_choice_code": reader.text(fee, "DutyRegimeCode"),
                "base_vnd": reader.in_vnd(fee, "AdValoremTaxBaseAmount"),
                "base_quantity": reader.decimal(fee, "SpecificTaxBaseQuantity"),
                "assessed_vnd": reader.in_vnd(fee, "Payment/TaxAssessedAmount"),
                "extras": _kept({"DutyTaxFee": [content_of(other) for other in others]}),
            }


def document_rows(reader: Reader, declaration: etree._Element, number: str) -> Iterator[Row]:
    """Yield the supporting documents (02A) of the declaration and its items, numbered through."""
    holders = [declaration, *goods_items(reader, declaration)]
    documents = (
        document for holder in holders for document in reader.children(holder, "AdditionalDocument")
    )
    for position, document in enumerate(documents, start=1):
        category = reader.text(document, "CategoryCode") or ""
        kind = reader.text(document, "TypeCode") or ""
        yield {
            "declaration_number": number,
            "declaration_version": "0",
            "document_sequence_number": str(position),
            "document_type_code": category + kind or None,
            "document_number": reader.text(document, "ID"),
            "issuer_name": reader.text(document, "Submitter/Name"),
        }


def _declaration_extras(
    reader: Reader, declaration: etree._Element, number: str
) -> dict[str, object]:
    is_numbered = reader.text(declaration, "ID") is not None
    reference = reader.text(declaration, "FunctionalReferenceID")
    extras: dict[str, object] = {SENDER_REFERENCE: reference} if is_numbered and reference else {}
    if names_a_party(reader, declaration, number):
        extras[NAMES_PARTY] = True
    return extras


def _item_extras(
    reader: Reader, item: etree._Element, commodity: etree._Element | None
) -> dict[str, object]:
    """Return what no column holds: a number that is not there, fees without a type of tax.

    A DutyTaxFee without a type (113) is a preference or a way to pay, not a tax line.
    """
    fees = reader.children(commodity, "DutyTaxFee")
    untyped = [content_of(fee) for fee in fees if reader.text(fee, "TypeCode") is None]
    extras: dict[str, object] = {"DutyTaxFee": untyped}
    if reader.text(item, "SequenceNumeric") is None:
        extras["SequenceNumeric"] = None
    return extras


def _kept(extras: dict[str, object]) -> str | None:
    """Return extras as JSON text without what is empty; nothing where all is."""
    filled = {name: value for name, value in extras.items() if value != []}
    return json.dumps(filled, ensure_ascii=False) if filled else None


def item_number(reader: Reader, item: etree._Element, position: int) -> str:
    """Return the item's SequenceNumeric (006), else its position counted from 1."""
    return reader.text(item, "SequenceNumeric") or str(position)


def _direction(
    reader: Reader, declaration: etree._Element, items: list[etree._Element]
) -> str | None:
    kind = reader.text(declaration, "TypeCode") or ""
    if kind.startswith("IM"):
        return "import"
    if not kind.startswith(("EX", "CO")):
        return None
    is_import = any(_is_import_procedure(_procedure(reader, item)) for item in items)
    return "import" if is_import else "export"


def _is_import_procedure(procedure: str | None) -> bool:
    requested = (procedure or "")[:2]
    return requested[:1] in _IMPORT_PROCEDURES and requested not in _EXPORT_WAREHOUSING


def _trader(
    reader: Reader, declaration: etree._Element, direction: str | None
) -> etree._Element | None:
    path = "GoodsShipment/Importer" if direction == "import" else "Exporter"
    party = reader.child(declaration, path)
    if party is None and direction == "export":
        party = reader.child(declaration, "GoodsShipment/Exporter")
    return party if reader.text(party, "ID") else reader.child(declaration, "Declarant")


def _partner(
    reader: Reader, declaration: etree._Element, direction: str | None
) -> etree._Element | None:
    if direction == "import":
        exporter = reader.child(declaration, "Exporter")
        return (
            exporter if exporter is not None else reader.child(declaration, "GoodsShipment/Seller")
        )
    consignee = reader.child(declaration, "GoodsShipment/Consignee")
    return consignee if consignee is not None else reader.child(declaration, "GoodsShipment/Buyer")


def _address(reader: Reader, party: etree._Element | None) -> str | None:
    names = ("Line", "CityName", "PostcodeID", "CountryCode")
    parts = [reader.text(party, f"Address/{name}") for name in names]
    return ", ".join(part for part in parts if part) or None


def _procedure(reader: Reader, item: etree._Element) -> str | None:
    procedure = reader.child(item, "GovernmentProcedure")
    current = reader.text(procedure, "CurrentCode") or ""
    previous = reader.text(procedure, "PreviousCode") or ""
    return current + previous or None


def _tariff_line(reader: Reader, commodity: etree._Element | None) -> str | None:
    codes: dict[str, str] = {}
    for classification in reader.children(commodity, "Classification"):
        kind = reader.text(classification, "IdentificationTypeCode") or ""
        codes.setdefault(kind, reader.text(classification, "ID") or "")
    if not codes.get("TSP"):
        return None
    return codes["TSP"] + codes.get("TRC", "")


def _origin(reader: Reader, item: etree._Element) -> str | None:
    origins = reader.children(item, "Origin")
    stated = [origin for origin in origins if reader.text(origin, "TypeCode") == "1"]
    chosen = (stated or origins)[:1]
    return reader.text(chosen[0], "CountryCode") if chosen else None


def _mass_unit(reader: Reader, element: etree._Element, name: str) -> str | None:
    if reader.text(element, name) is None:
        return None
    return reader.measure(element, name, "unitCode") or KGM
