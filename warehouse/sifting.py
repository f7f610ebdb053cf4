"""Which checked records are new, which are repetitions, which contradict each other.

Set-based over a batch and the records of the same keys that bronze holds already; files whose
statistics rule the batch's keys out are not opened. Nothing is written here: that is for
`load_transaction`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from data_contracts.model import Contract
from data_contracts.statements import statements_beside
from warehouse import engine, lake, shapes
from warehouse.layout import Layout
from warehouse.ledger import TableCount
from warehouse.settings import LakeSettings

_SQL = statements_beside(__file__)
_UNIT_SEPARATOR = 31
_SIDES = ("incoming", "known")
_PLACE = ("receipt_number", "record_number", "content_hash")
_CLOCK = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """The checked records of one batch for one table, all of one source.

    Attributes:
        contract: Of the table.
        source: Name of the source.
        accepted: Records that keep the contract: its fields typed, receipt_number, record_number,
            content_hash, extras and cut. A receipt and a record number name one record.
        rejected: Those that do not: receipt_number, record_number, reason_codes, raw.
        is_message: Whether each file is an act of its own (a message) and not a part of a table
            that may be sent again, split or merged: then none may name a key twice.
        time_zone: IANA zone in which the source writes its times.
    """

    contract: Contract
    source: str
    accepted: pa.Table
    rejected: pa.Table
    is_message: bool = False
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What becomes of the records of one batch for one table.

    Attributes:
        accepted: Rows for bronze, as `Incoming.accepted`.
        quarantined: Rows for the quarantine without what the delivery knows; those that leave
            bronze among them.
        moved: (receipt_number, record_number) of the bronze rows that go to quarantine.
        absorbed: The same of bronze rows that were cut, and whose whole record has come: they count
            as repeated now.
        counts: Counts by receipt number.
        moved_counts: How many are moved, by receipt number of earlier deliveries.
        absorbed_counts: How many are absorbed, by receipt number of earlier deliveries.
    """

    accepted: pa.Table
    quarantined: pa.Table
    moved: list[tuple[int, int]]
    absorbed: list[tuple[int, int]]
    counts: Mapping[int, TableCount]
    moved_counts: Mapping[int, int]
    absorbed_counts: Mapping[int, int]


def sift(
    settings: LakeSettings, layout: Layout, incoming: Incoming, withdrawn: Iterable[int]
) -> Sifted:
    """Tell new records from repetitions and conflicts, against the batch and the lake.

    With a sequence number: the same key and number with the same content is a repetition; with
    another content all records go to quarantine, one that bronze holds too, in whatever order they
    came. One that its file cut short is no other content, and gives way to the whole one. Without:
    a record equal to any of its key is a repetition; which of the others is the latest is for the
    contract's order to say, when they are read.

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
        _make_fragments(connection, layout, incoming)
        connection.execute(_SQL["verdicts"])
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
        "cut",
        exp.alias_(exp.Boolean(this=incoming.is_message), "is_message"),
    ).from_("accepted")
    _create(connection, "incoming", query)


def _make_known(connection: duckdb.DuckDBPyConnection, layout: Layout, incoming: Incoming) -> None:
    contract = incoming.contract
    bronze = _lake_relation(layout, (shapes.BRONZE, contract.name), _ranges(incoming))
    keyed = (
        exp.select(
            exp.alias_(_key_hash(contract), "key_hash"),
            *_sequence_and_place(contract),
            "cut",
            exp.alias_(exp.false(), "is_quarantined"),
        )
        .from_(bronze.subquery("bronze"))
        .where(exp.not_(_withdrawn()))
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
    connection.execute(_SQL["known_quarantine"], values)


def _make_fragments(
    connection: duckdb.DuckDBPyConnection, layout: Layout, incoming: Incoming
) -> None:
    """Find the records that are another one up to the field that the end of their file cut."""
    contract = incoming.contract
    cut_keys = exp.union(
        *[exp.select("key_hash").from_(name).where("cut is not null") for name in _SIDES]
    )
    has_cut = connection.execute(cut_keys.sql(dialect="duckdb")).fetchone() is not None
    place = (shapes.BRONZE, contract.name)
    bronze = _lake_relation(layout, place, _ranges(incoming), is_empty=not has_cut)
    record: list[exp.Expr] = [
        exp.alias_(_key_hash(contract), "key_hash"),
        *_sequence_and_place(contract),
        exp.column("cut"),
        exp.alias_(_as_text(contract, incoming.time_zone), "content"),
    ]
    # A copy for each step, the usual way here, would take longer than the query itself.
    new = exp.select(*record).from_("accepted", copy=False)
    old = exp.select(*record).from_(bronze.subquery("bronze", copy=False), copy=False)
    old.where(exp.not_(_withdrawn()), copy=False)
    both = exp.union(new, old, distinct=False, copy=False).subquery("both", copy=False)
    is_near_a_cut = exp.column("key_hash").isin(query=cut_keys, copy=False)
    numbered = exp.select("*").from_(both, copy=False).where(is_near_a_cut, copy=False)
    _create(connection, "numbered", numbered)
    connection.execute(_SQL["fragments"])


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
    none_moved = not _places(connection, "moved")
    bronze = _lake_relation(layout, place, _ranges(incoming), is_empty=none_moved)
    new = exp.select(*record).from_("accepted")
    old = exp.select(*record).from_(bronze.subquery("bronze"))
    in_conflict = exp.column("content_hash").isin(query=wanted)
    both = exp.union(new.where(in_conflict), old.where(in_conflict.copy()), distinct=False)
    _create(connection, "conflicting", both)


def _result(connection: duckdb.DuckDBPyConnection) -> Sifted:
    accepted = connection.sql(_SQL["accepted"]).to_arrow_table()
    quarantined = connection.sql(_SQL["quarantine"]).to_arrow_table()
    rows = connection.execute(_SQL["counts"]).fetchall()
    return Sifted(
        accepted=accepted,
        quarantined=quarantined,
        moved=_places(connection, "moved"),
        absorbed=_places(connection, "absorbed"),
        counts={row[0]: TableCount(*row[1:5]) for row in rows if any(row[1:5])},
        moved_counts={row[0]: row[5] for row in rows if row[5]},
        absorbed_counts={row[0]: row[6] for row in rows if row[6]},
    )


def _places(connection: duckdb.DuckDBPyConnection, verdict: str) -> list[tuple[int, int]]:
    found = connection.execute(_SQL["moved"], {"verdict": verdict}).fetchall()
    return [(int(receipt), int(record)) for receipt, record in found]


def _withdrawn() -> exp.In:
    withdrawn = exp.select("receipt_number").from_("withdrawn")
    return exp.column("receipt_number").isin(query=withdrawn)


def _as_text(contract: Contract, time_zone: str) -> exp.Expr:
    """Return all fields as a JSON object of texts; moments as their source writes them."""
    members: list[exp.Expr] = []
    for field in contract.fields:
        value: exp.Expr = exp.column(field.name)
        if field.logical_type == "timestamp":
            local = exp.Anonymous(
                this="timezone", expressions=[exp.Literal.string(time_zone), value]
            )
            value = exp.Anonymous(this="strftime", expressions=[local, exp.Literal.string(_CLOCK)])
        members += [exp.Literal.string(field.name), exp.cast(value, "varchar")]
    return exp.Anonymous(this="json_object", expressions=members)


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
    """Hash the key: the grain; a number that is a trader's own is one with that trader only."""
    owner = (name for name in contract.names if name == "reference_owner_id")
    texts = [
        exp.Anonymous(
            this="coalesce",
            expressions=[exp.cast(exp.column(name), "varchar"), exp.Literal.string("")],
        )
        for name in dict.fromkeys((*contract.grain, *owner))
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
    connection.execute(table.sql(dialect="duckdb", copy=False))
