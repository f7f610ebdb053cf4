"""Rows of messages that change a declaration: what they point at, and what they carry."""

import json

from lxml import etree

from ingestion.sources.wco_dec_xml.elements import NAMES_PARTY, Reader, goods_items, stripped
from ingestion.sources.wco_dec_xml.parties import names_a_party


def amendment_row(
    reader: Reader, declaration: etree._Element, message: str
) -> dict[str, str | None]:
    """Return the row of `declaration_amendment` for a message that changes a declaration.

    Its target is named by the reference that customs gave (ID, D014), else by the trader's own.
    """
    reference = reader.text(declaration, "FunctionalReferenceID")
    number = reader.text(declaration, "ID") or reference
    is_telling = number is not None and names_a_party(reader, declaration, number)
    return {
        "amendment_number": message,
        "amendment_line_number": "1",
        "declaration_number": number,
        "message_reference_number": reference,
        "reference_owner_id": _sender(reader, declaration),
        "amended_at": reader.moment(declaration, "IssueDateTime"),
        "function_code": reader.text(declaration, "FunctionCode"),
        "function_name": reader.text(declaration, "TypeCode"),
        "reason_code": reader.text(declaration, "Amendment/ChangeReasonCode"),
        "pointers_text": _pointers(reader, declaration),
        "content_text": json.dumps(content_of(declaration), ensure_ascii=False),
        "goods_item_count": str(len(goods_items(reader, declaration))),
        "extras": json.dumps({NAMES_PARTY: True}) if is_telling else None,
    }


def _sender(reader: Reader, declaration: etree._Element) -> str | None:
    """Return who may be the trader of the reference: importer, exporter, declarant."""
    places = (
        "GoodsShipment/Importer/ID",
        "Exporter/ID",
        "GoodsShipment/Exporter/ID",
        "Declarant/ID",
    )
    return next(filter(None, (reader.text(declaration, place) for place in places)), None)


def _pointers(reader: Reader, declaration: etree._Element) -> str | None:
    """Return where each amendment points, such as `42A/67A/68A[1]/23A/79A#112`, joined with `;`."""
    paths = []
    for amendment in reader.children(declaration, "Amendment"):
        steps = []
        for pointer in reader.children(amendment, "Pointer"):
            section = reader.text(pointer, "DocumentSectionCode") or ""
            sequence = reader.text(pointer, "SequenceNumeric")
            tag = reader.text(pointer, "TagID")
            steps.append(
                section + (f"[{sequence}]" if sequence else "") + (f"#{tag}" if tag else "")
            )
        paths.append("/".join(steps))
    return ";".join(paths) or None


def content_of(element: etree._Element) -> object:
    """Return an element as plain values: the text of a leaf, else its children by name."""
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        unit = next(iter(element.attrib.values()), None)
        text = stripped(element)
        return {"value": text, "unit": unit} if unit else text
    content: dict[str, list[object]] = {}
    for child in children:
        content.setdefault(etree.QName(child).localname, []).append(content_of(child))
    return content
