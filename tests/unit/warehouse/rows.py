"""Conformed records of one table, as the adapters' side hands them to the lake."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import pyarrow as pa

from data_contracts import loading, to_arrow
from warehouse.ledger import Delivery
from warehouse.sifting import Incoming

REJECTED_SCHEMA = pa.schema(
    [
        ("receipt_number", pa.int64()),
        ("record_number", pa.int64()),
        ("reason_codes", pa.list_(pa.string())),
        ("raw", pa.string()),
    ]
)
# Key, sequence number, content, receipt number, record number.
Event = tuple[str, int, str, int, int]
# The same without the sequence number.
Rate = tuple[str, str, int, int]


def delivery(number: int, source: str = "vcis_extract") -> Delivery:
    return Delivery(
        receipt_number=number,
        sha256=f"{number:064x}",
        source=source,
        meaning="",
        name=f"file_{number}.csv",
        size_bytes=1,
        received_at=datetime(2025, 3, 1, number % 24, tzinfo=UTC),
    )


def events(
    rows: Sequence[Event], rejected: Iterable[tuple[int, int, str]] = (), *, message: bool = False
) -> Incoming:
    """Records of a table whose source numbers its changes."""
    values = [
        {
            "source_system": "vcis_extract",
            "declaration_number": key,
            "sequence_number": sequence,
            "content_hash": content,
            "receipt_number": receipt,
            "record_number": record,
        }
        for key, sequence, content, receipt, record in rows
    ]
    return _incoming("declaration_event", values, rejected, message=message)


def rates(rows: Sequence[Rate], *, message: bool = False) -> Incoming:
    """Records of a table without such a number."""
    values = [
        {
            "source_system": "reference",
            "currency_code": key,
            "valid_from_date": date(2025, 3, 1),
            "content_hash": content,
            "receipt_number": receipt,
            "record_number": record,
        }
        for key, content, receipt, record in rows
    ]
    return _incoming("exchange_rate", values, (), message=message)


def _incoming(
    table: str,
    values: list[dict[str, object]],
    rejected: Iterable[tuple[int, int, str]],
    *,
    message: bool,
) -> Incoming:
    contract = loading.load_contract(table)
    fields = [pa.field(field.name, field.type) for field in to_arrow.schema(contract)]
    technical = [
        ("receipt_number", pa.int64()),
        ("record_number", pa.int64()),
        ("content_hash", pa.string()),
        ("extras", pa.string()),
        ("cut", pa.string()),
    ]
    schema = pa.schema([*fields, *[pa.field(name, kind) for name, kind in technical]])
    refusals = [
        {
            "receipt_number": receipt,
            "record_number": record,
            "reason_codes": ["E_TYPE:x"],
            "raw": raw,
        }
        for receipt, record, raw in rejected
    ]
    return Incoming(
        contract=contract,
        source="vcis_extract",
        accepted=pa.Table.from_pylist(values, schema=schema),
        rejected=pa.Table.from_pylist(refusals, schema=REJECTED_SCHEMA),
        is_message=message,
    )
