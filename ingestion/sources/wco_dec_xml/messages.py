"""One file of messages becomes rows, as the file `wco_dec_xml.yaml` names them.

Source: WCO Data Model 3.x DEC messages (`urn:wco:datamodel:WCO:DEC-DMS:*`), in any wrapper.
Contract: declaration, goods_item, duty_tax, supporting_document, declaration_amendment
Grain out: for an original (FunctionCode 9) one declaration row and one row for each item, tax line
    and document; for any other function one amendment row.
"""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from lxml import etree

from ingestion.sources.mapping_query import mapping_of
from ingestion.sources.outside_tables import OutsideSource, OutsideTable
from ingestion.sources.reading import Reading, RefusedFileError, not_applicable, refused
from ingestion.sources.wco_dec_xml.amendments import amendment_row
from ingestion.sources.wco_dec_xml.elements import ORIGINAL, Reader, goods_items
from ingestion.sources.wco_dec_xml.rows import (
    Row,
    declaration_row,
    document_rows,
    duty_tax_rows,
    goods_item_row,
)
from ingestion.sources.wco_dec_xml.stream import Sighting, declarations
from warehouse import durable


@dataclass(slots=True)
class _Rows:
    """Rows of the messages of one file, and what names a declaration without a number of its own.

    Attributes:
        file_hash: Of the file.
        utc_offset: Of moments without one.
        by_message: Rows by table of each message that stands, in their order.
        originals: Which message states a declaration, by each of its names.
        replaced: Rows by table of originals that a later one of the file replaces whole.
        messages: How many there were.
    """

    file_hash: str
    utc_offset: str
    by_message: dict[int, dict[str, list[Row]]] = field(default_factory=dict)
    originals: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    replaced: Counter[str] = field(default_factory=Counter)
    messages: int = 0

    def add(self, declaration: etree._Element) -> None:
        """Add the rows of one declaration."""
        reader = Reader(str(etree.QName(declaration).namespace), self.utc_offset)
        self.messages += 1
        if reader.text(declaration, "FunctionCode") != ORIGINAL:
            row = amendment_row(reader, declaration, self._own_number())
            self.by_message[self.messages] = {"declaration_amendment": [row]}
            return
        registered = reader.text(declaration, "ID")
        reference = reader.text(declaration, "FunctionalReferenceID")
        number = registered or reference or self._own_number()
        rows: dict[str, list[Row]] = {
            "declaration": [declaration_row(reader, declaration, number)],
            "goods_item": [],
            "duty_tax": [],
            "supporting_document": list(document_rows(reader, declaration, number)),
        }
        for position, item in enumerate(goods_items(reader, declaration), start=1):
            rows["goods_item"].append(goods_item_row(reader, item, number, position))
            rows["duty_tax"] += duty_tax_rows(reader, item, number, position)
        is_own_reference = registered is None and reference is not None
        owner = rows["declaration"][0]["trader_id"] if is_own_reference else None
        # A message says what it says as a whole: any of its rows is repeated where all of them are.
        common = {"reference_owner_id": owner, "further_content": _content_hash(rows)}
        for name in _names(rows["declaration"][0], reference, owner):
            self._replace(self.originals.get(name))
            self.originals[name] = self.messages
        self.by_message[self.messages] = {
            table: [row | common for row in found] for table, found in rows.items()
        }

    def _replace(self, message: int | None) -> None:
        for table, rows in self.by_message.pop(message, {}).items() if message else ():
            self.replaced[table] += len(rows)

    def _own_number(self) -> str:
        # A file may hold several messages; the first one is the file.
        return self.file_hash if self.messages == 1 else f"{self.file_hash}-{self.messages}"

    def reading(self, source: OutsideSource) -> Reading:
        """Return what was read."""
        by_table = {
            name: [row for rows in self.by_message.values() for row in rows.get(name, ())]
            for name in source.tables
        }
        filled = {name: rows for name, rows in by_table.items() if rows or self.replaced[name]}
        tables = [source.tables[name] for name in filled]
        return Reading(
            status="accepted",
            tables={table.name: _as_table(table, filled[table.name]) for table in tables},
            mappings=tuple(mapping_of(source, table) for table in tables),
            replaced=dict(self.replaced),
        )


def read_messages(path: Path, source: OutsideSource) -> Reading:
    """Read one file of messages; a broken or unsafe one is refused, one without is no matter."""
    sighting = Sighting()
    try:
        rows = _Rows(durable.digest(path), source.utc_offset)
        for declaration in declarations(path, sighting):
            rows.add(declaration)
    except RefusedFileError as refusal:
        return refused(refusal.reason_code, str(refusal))
    except OSError as error:
        return refused("E_FILE_CORRUPT", f"the file cannot be read: {error.strerror}")
    return rows.reading(source) if rows.messages else _without_declaration(sighting)


def _names(
    header: Row, reference: str | None, owner: str | None
) -> Iterator[tuple[str | None, ...]]:
    """Yield what names the declaration of an original, as the staging models of dbt have it.

    That is its number, and where customs gave it another one its trader, reference and moment of
    acceptance.
    """
    yield header["declaration_number"], owner
    lodged = (header["trader_id"], reference, header["registered_at"])
    if owner is None and all(lodged):
        yield lodged


def _without_declaration(sighting: Sighting) -> Reading:
    if sighting.status_responses:
        return not_applicable("STATUS", "the answer to a question about a status")
    if sighting.responses:
        return not_applicable("RESPONSE", "an answer, not a declaration")
    if sighting.unknown_namespaces:
        return not_applicable("UNKNOWN_NAMESPACE", "a declaration of an unknown namespace")
    if sighting.incomplete:
        return not_applicable("OTHER_ROOT", "a declaration without FunctionCode or TypeCode")
    return not_applicable("OTHER_ROOT", "no declaration of the WCO Data Model")


def _content_hash(rows: Mapping[str, list[Row]]) -> str:
    text = unicodedata.normalize("NFC", json.dumps(rows, ensure_ascii=False, sort_keys=True))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _as_table(table: OutsideTable, rows: list[Row]) -> pa.Table:
    names = [*(column.name for column in table.columns), "extras", "further_content"]
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    return pa.table({**columns, "record_number": pa.array(range(1, len(rows) + 1), pa.int64())})
