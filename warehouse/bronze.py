"""Bronze: which checked records are new, which are repetitions, which contradict each other.

Set-based over a batch and the records of the same keys that bronze holds already; files whose
statistics rule the batch's keys out are not opened. Nothing is written here (see `loads`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from data_contracts.model import Contract
from warehouse import engine, lake, shapes
from warehouse.deliveries import TableCount
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

_UNIT_SEPARATOR = 31
_PLACE = ("receipt_number", "record_number", "content_hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """The checked records of one batch for one table, all of one source.

    Attributes:
        contract: Of the table.
        source: Name of the source.
        accepted: Records that keep the contract: its fields typed, receipt_number, record_number,
            content_hash and extras. A receipt and a record number name one record of the table.
        rejected: Those that do not: receipt_number, record_number, reason_codes, raw.
        is_message: Whether each file is an act of its own (a message) and not a part of a table
            that may be sent again, split or merged: then no record repeats one of another file.
    """

    contract: Contract
    source: str
    accepted: pa.Table
    rejected: pa.Table
    is_message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What becomes of the records of one batch for one table.

    Attributes:
        accepted: Rows for bronze, as `Incoming.accepted`.
        quarantined: Rows for the quarantine without what the delivery knows; those that leave
            bronze among them.
        moved: (receipt_number, record_number) of the bronze rows that must be deleted.
        counts: Counts by receipt number.
        moved_counts: Accepted records lost, by receipt number of earlier deliveries.
    """

    accepted: pa.Table
    quarantined: pa.Table
    moved: list[tuple[int, int]]
    counts: Mapping[int, TableCount]
    moved_counts: Mapping[int, int]


def sift(
    settings: LakeSettings, layout: Layout, incoming: Incoming, withdrawn: Iterable[int]
) -> Sifted:
    """Tell new records from repetitions and conflicts, against the batch and the lake.

    With a sequence number: the same key and number with the same content is a repetition; with
    another content all contents go to quarantine, one that bronze holds too, in whatever order they
    came. Without: a record equal to the one before it of its key (and order column) is a
    repetition, another is a newer one; two contents inside one file are a conflict.

    Args:
        settings: Bounds of the connection.
        layout: Where the lake lies.
        incoming: The checked records.
        withdrawn: Receipt numbers whose records count as not there.
    """
    with engine.memory_connection(settings) as connection:
        receipts = pa.table({"receipt_number": pa.array(sorted(withdrawn), pa.int64())})
        connection.register("withdrawn", receipts)
        connection.register("rejected", incoming.rejected)
        _register_accepted(connection, incoming)
        _make_known(connection, layout, incoming)
        connection.execute(engine.statement("sift_verdicts"))
        values = {
            "table_name": incoming.contract.name,
            "source": incoming.source,
            "is_message": incoming.is_message,
        }
        connection.execute(engine.statement("sift_rejected"), values)
        _make_conflicting(connection, layout, incoming)
        return _result(connection)


def _register_accepted(connection: duckdb.DuckDBPyConnection, incoming: Incoming) -> None:
    rows = incoming.accepted
    slots = pa.array(range(rows.num_rows), pa.int64())
    connection.register("accepted", rows.append_column("slot", slots))
    query = exp.select(
        "slot",
        exp.alias_(_key_hash(incoming.contract), "key_hash"),
        *_sequence_and_place(incoming.contract),
        exp.alias_(exp.Boolean(this=incoming.is_message), "is_message"),
    ).from_("accepted")
    _create(connection, "incoming", query)


def _make_known(connection: duckdb.DuckDBPyConnection, layout: Layout, incoming: Incoming) -> None:
    contract = incoming.contract
    bronze = _lake_relation(layout, (shapes.BRONZE, contract.name), _ranges(incoming))
    not_withdrawn = exp.column("receipt_number").isin(
        query=exp.select("receipt_number").from_("withdrawn")
    )
    keyed = (
        exp.select(
            exp.alias_(_key_hash(contract), "key_hash"),
            *_sequence_and_place(contract),
            exp.alias_(exp.false(), "is_quarantined"),
        )
        .from_(bronze.subquery("bronze"))
        .where(exp.not_(not_withdrawn))
    )
    keys = exp.select("key_hash").from_("incoming")
    known = (
        exp.select("*")
        .from_(keyed.subquery("keyed"))
        .where(exp.column("key_hash").isin(query=keys))
    )
    _create(connection, "known", known)
    quarantine = _lake_relation(layout, (shapes.QUARANTINE, shapes.QUARANTINE_TABLE), None)
    connection.sql(quarantine.sql(dialect="duckdb")).create_view("quarantined")
    values = {"table_name": contract.name}
    connection.execute(engine.statement("sift_known_quarantine"), values)


def _make_conflicting(
    connection: duckdb.DuckDBPyConnection, layout: Layout, incoming: Incoming
) -> None:
    """Give the conflicting records of the batch and of bronze as text: their contract's fields."""
    names = incoming.contract.names
    pairs = [
        exp.PropertyEQ(this=exp.to_identifier(name), expression=exp.column(name)) for name in names
    ]
    raw = exp.Anonymous(
        this="to_json", expressions=[exp.Anonymous(this="struct_pack", expressions=pairs)]
    )
    record = [*[exp.column(name) for name in _PLACE], exp.alias_(exp.cast(raw, "varchar"), "raw")]
    wanted = exp.select("content_hash").from_("verdict").where("verdict in ('conflict', 'moved')")
    place = (shapes.BRONZE, incoming.contract.name)
    none_moved = connection.execute(engine.statement("sift_moved")).fetchone() is None
    bronze = _lake_relation(layout, place, _ranges(incoming), is_empty=none_moved)
    new = exp.select(*record).from_("accepted")
    old = exp.select(*record).from_(bronze.subquery("bronze"))
    in_conflict = exp.column("content_hash").isin(query=wanted)
    both = exp.union(new.where(in_conflict), old.where(in_conflict.copy()), distinct=False)
    _create(connection, "conflicting", both)


def _result(connection: duckdb.DuckDBPyConnection) -> Sifted:
    accepted = connection.sql(engine.statement("sift_accepted")).to_arrow_table()
    quarantined = connection.sql(engine.statement("sift_quarantine")).to_arrow_table()
    moved = connection.execute(engine.statement("sift_moved")).fetchall()
    rows = connection.execute(engine.statement("sift_counts")).fetchall()
    return Sifted(
        accepted=accepted,
        quarantined=quarantined,
        moved=[(int(receipt), int(record)) for receipt, record in moved],
        counts={row[0]: TableCount(*row[1:5]) for row in rows if any(row[1:5])},
        moved_counts={row[0]: row[5] for row in rows if row[5]},
    )


def _lake_relation(
    layout: Layout,
    table: tuple[str, str],
    ranges: Mapping[str, lake.Range] | None,
    *,
    is_empty: bool = False,
) -> exp.Select:
    version = -1 if is_empty else lake.current_version(layout, *table)
    expected = shapes.columns(*table)
    return engine.relation(layout, table, version, expected=expected, ranges=ranges)


def _key_hash(contract: Contract) -> exp.Expr:
    """Hash the key: the grain, and the order column where it is not the source's own number."""
    order = () if contract.has_sequence else contract.order_by
    texts = [
        exp.Anonymous(
            this="coalesce",
            expressions=[exp.cast(exp.column(name), "varchar"), exp.Literal.string("")],
        )
        for name in dict.fromkeys((*contract.grain, *order))
    ]
    separator = exp.Anonymous(this="chr", expressions=[exp.Literal.number(_UNIT_SEPARATOR)])
    joined = exp.Anonymous(this="concat_ws", expressions=[separator, *texts])
    return exp.Anonymous(this="md5", expressions=[joined])


def _sequence_and_place(contract: Contract) -> list[exp.Expr]:
    source = exp.column("sequence_number") if contract.has_sequence else exp.null()
    sequence = exp.alias_(exp.cast(source, "bigint"), "sequence_number")
    return [sequence, *[exp.column(name) for name in ("content_hash", *_PLACE[:2])]]


def _ranges(incoming: Incoming) -> dict[str, lake.Range]:
    fields = [incoming.contract.field(name) for name in incoming.contract.grain]
    texts = [field.name for field in fields if field.sql_type == "VARCHAR"]
    extremes = {name: pc.min_max(incoming.accepted[name]).as_py() for name in texts}
    return {name: (found["min"], found["max"]) for name, found in extremes.items()}


def _create(connection: duckdb.DuckDBPyConnection, name: str, query: exp.Query) -> None:
    table = exp.Create(kind="TABLE", this=exp.table_(name), expression=query)
    table.set("properties", exp.Properties(expressions=[exp.TemporaryProperty()]))
    connection.execute(table.sql(dialect="duckdb"))
