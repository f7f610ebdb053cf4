"""The quarantine: records that did not get into bronze, each with its reasons and its text.

It is part of the restricted zone: the raw text may name persons, so it is shown only on request,
record by record, and never put into a message or a log.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from data_contracts.errors import CustomsDataError
from data_contracts.model import Contract
from data_contracts.reasons import REASON_TEXTS
from data_contracts.statements import statements_beside
from warehouse import engine, lake, shapes
from warehouse.layout import Layout
from warehouse.ledger import Delivery, Ledger
from warehouse.settings import LakeSettings

KEY_CONFLICT = "E_KEY_CONFLICT"
_SQL = statements_beside(__file__)
_OWN_REASONS = {
    KEY_CONFLICT: (
        "Cùng khóa và số thứ tự nhưng nội dung khác nhau",
        "The same key stands for different contents; none of them can be trusted",
    ),
    "E_ROW": ("Dòng không đọc được", "The row cannot be read"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Quarantined records of one file with one reason; `field` is null for reasons of a record."""

    source: str
    table_name: str
    reason_code: str
    field: str | None
    reason_vi: str
    reason_en: str
    sha256: str
    file: str
    records: int
    first_record_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """One delivery that did not get in as a whole, as far as its bytes were kept."""

    source: str
    file: str
    sha256: str
    reason_code: str
    reason_text: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason with its text in two languages."""

    code: str
    field: str | None
    text_vi: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record in quarantine as it was delivered."""

    source: str
    table_name: str
    sha256: str
    file: str
    record_number: int
    reasons: Sequence[Reason]
    raw: str | None
    contract_version: str
    received_at: datetime
    is_withdrawn: bool


def rows(
    sifted: pa.Table,
    contract: Contract,
    deliveries: Mapping[int, Delivery],
    load_id: str,
) -> pa.Table:
    """Return rows of the quarantine table.

    Args:
        sifted: Receipt and record number, reasons, raw text, key and content (`sifting.sift`).
        contract: Of the table the records were meant for.
        deliveries: The deliveries of all rows, by receipt number.
        load_id: The load that writes them.
    """
    receipts = sifted["receipt_number"].to_pylist()
    fixed = {"table_name": contract.name, "contract_version": contract.version, "load_id": load_id}
    columns = {name: pa.array([value] * len(receipts)) for name, value in fixed.items()}
    for name in ("source", "sha256", "received_at"):
        values = {number: getattr(delivery, name) for number, delivery in deliveries.items()}
        columns[name] = pa.array([values[number] for number in receipts])
    schema = shapes.quarantine_schema()
    arrays = [
        (columns[field.name] if field.name in columns else sifted[field.name]).cast(field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def groups(
    settings: LakeSettings,
    *,
    source: str | None = None,
    reason: str | None = None,
    limit: int | None = None,
) -> tuple[list[Group], int]:
    """Return the groups of the quarantine, largest first, and how many records there are.

    Args:
        settings: Of the lake.
        source: Only this source.
        reason: Only this reason code, without its field.
        limit: At most so many groups; the number of records counts all.
    """
    layout = Layout(settings.home)
    with (
        _connection(settings, layout) as connection,
        Ledger(layout.ledger_path, read_only=True) as ledger,
    ):
        values = {"source": source, "reason": reason}
        found = _dictionaries(connection.execute(_SQL["groups"], values))
        total = _dictionaries(connection.execute(_SQL["total"], values))
        names = _names(ledger, found)
    return [_group(row, names) for row in found[:limit]], int(total[0]["records"])


def refused_files(
    settings: LakeSettings, *, source: str | None = None, reason: str | None = None
) -> list[RefusedFile]:
    """Return the refused deliveries, latest first.

    Args:
        settings: Of the lake.
        source: Only this source.
        reason: Only this reason code.
    """
    with Ledger(Layout(settings.home).ledger_path, read_only=True) as ledger:
        refused = ledger.deliveries("refused")
    return [
        RefusedFile(
            source=delivery.source,
            file=delivery.name,
            sha256=delivery.sha256,
            reason_code=delivery.reason_code or "",
            reason_text=delivery.reason_text or "",
            received_at=delivery.received_at,
        )
        for delivery in reversed(refused)
        if source in {None, delivery.source} and reason in {None, delivery.reason_code}
    ]


def records(
    settings: LakeSettings, sha256: str, *, record_number: int | None = None, limit: int = 20
) -> list[Record]:
    """Return the quarantined records of the files whose hash begins with `sha256`.

    Raises:
        CustomsDataError: The lake knows no such file.
    """
    layout = Layout(settings.home)
    values = {"sha256": sha256.lower(), "record_number": record_number, "limit": limit}
    with (
        _connection(settings, layout) as connection,
        Ledger(layout.ledger_path, read_only=True) as ledger,
    ):
        if not ledger.find_prefix(sha256.lower()):
            message = (
                f"no file in {layout.home} has a hash that begins with {sha256}; "
                "customs quarantine list shows the hashes of those with quarantined records"
            )
            raise CustomsDataError(message)
        found = _dictionaries(connection.execute(_SQL["records"], values))
        names = _names(ledger, found)
    return [_record(row, names) for row in found]


def explain(reason: str) -> Reason:
    """Return a reason as stored (`CODE` or `CODE:field`) with its texts."""
    code, _, field = reason.partition(":")
    text_vi, text_en = {**_OWN_REASONS, **REASON_TEXTS}.get(code, (code, code))
    return Reason(code=code, field=field or None, text_vi=text_vi, text_en=text_en)


@contextmanager
def _connection(settings: LakeSettings, layout: Layout) -> Iterator[duckdb.DuckDBPyConnection]:
    cut = lake.cut(layout)
    place = (shapes.QUARANTINE, shapes.QUARANTINE_TABLE)
    version = cut.get("/".join(place), -1)
    relation = engine.relation(layout, place, version, expected=shapes.columns(*place))
    with Ledger(layout.ledger_path, read_only=True) as ledger:
        withdrawn = [delivery.receipt_number for delivery in ledger.deliveries("withdrawn")]
    with engine.memory_connection(settings) as connection:
        connection.register(
            "withdrawn", pa.table({"receipt_number": pa.array(withdrawn, pa.int64())})
        )
        view = connection.sql(relation.sql(dialect="duckdb"))
        view.create_view("quarantined")
        yield connection


def _dictionaries(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _names(ledger: Ledger, found: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    deliveries = ledger.by_receipt(row["receipt_number"] for row in found)
    return {number: delivery.name for number, delivery in deliveries.items()}


def _group(row: dict[str, Any], names: Mapping[int, str]) -> Group:
    reason = explain(row["reason_code"])
    receipt_number = row.pop("receipt_number")
    return Group(
        **row, reason_vi=reason.text_vi, reason_en=reason.text_en, file=names[receipt_number]
    )


def _record(row: dict[str, Any], names: Mapping[int, str]) -> Record:
    reasons = [explain(reason) for reason in row.pop("reason_codes")]
    receipt_number = row.pop("receipt_number")
    return Record(**row, reasons=reasons, file=names[receipt_number])
