"""The ledger: what happened to each delivery, kept in SQLite with every commit forced to disk.

It has a rollback journal, not a write-ahead log, which even a reader needs room on the disk for.

One row per delivery, one per load, counts per delivery and table, and the names under which each
delivery was seen: a duplicate is another sighting, never a delivery of its own.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from data_contracts.office_time import office_offset
from data_contracts.statements import statements_beside

_SQL = statements_beside(__file__)
_BUSY_SECONDS = 30.0

Run = Callable[[str, Mapping[str, object]], sqlite3.Cursor]
State = Literal["received", "accepted", "not_applicable", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class TableCount:
    """Records of one delivery for one table; conflicted ones are among the quarantined."""

    accepted: int = 0
    quarantined: int = 0
    repeated: int = 0
    conflicted: int = 0

    def __add__(self, other: "TableCount") -> "TableCount":
        return TableCount(
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.repeated + other.repeated,
            self.conflicted + other.conflicted,
        )

    def as_json(self) -> dict[str, int]:
        """Return what becomes of the records, each of which is one of three."""
        return {
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "repeated": self.repeated,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One content that was received, as what its name says it is.

    Attributes:
        receipt_number: Rises with receipt; never used twice.
        sha256: Of the bytes as received, in hexadecimal.
        source: Name of the source it was landed for.
        meaning: What its name says of the bytes, such as table, month and format; the same bytes
            that mean something else are another delivery.
        name: The name it is read under, relative to the folder that was landed.
        size_bytes: Size as received.
        received_at: UTC.
        state: What became of it.
        reason_code: Why it is refused or not applicable.
        reason_text: The same for people.
        load_id: The load that last touched it.
        is_simulated: The simulator wrote it.
    """

    receipt_number: int
    sha256: str
    source: str
    meaning: str
    name: str
    size_bytes: int
    received_at: datetime
    state: State = "received"
    reason_code: str | None = None
    reason_text: str | None = None
    load_id: str | None = None
    is_simulated: bool = False

    def first_seen(self) -> "Seen":
        """Return the sighting that made this delivery."""
        return Seen(self.receipt_number, self.source, self.name, self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a load made of one delivery."""

    receipt_number: int
    state: State
    reason_code: str | None = None
    reason_text: str | None = None
    counts: Mapping[str, TableCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenLoad:
    """The load that is under way (None: none), where it began, and how many were closed before."""

    load_id: str | None
    versions: Mapping[str, int]
    closed_count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One content delivered for a source, under one name, at one time, simulated or not."""

    receipt_number: int
    source: str
    name: str
    seen_at: datetime
    is_simulated: bool = False


class Ledger:
    """One open ledger; use it as a context manager, from one thread."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the ledger at `path`.

        Args:
            path: The file; made where there is none.
            read_only: Nothing is made or written, so no room on the disk is needed; a ledger that
                is not there, or has no table yet, is empty.
        """
        if read_only and path.exists():
            # Not SQLite's own read-only: what a killed writer left could not be taken back.
            self._connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
            self._connection.execute("PRAGMA query_only = ON")
            if self._has_tables():
                return
            self._connection.close()
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = _connect(":memory:" if read_only else path.absolute().as_uri())
        # One of before has a write-ahead log; while somebody reads it, that stays.
        with suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA journal_mode = DELETE")
        for pragma in ("synchronous = EXTRA", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        if not self._has_tables():
            self._connection.executescript(_SQL["schema"])

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @staticmethod
    def open_load_at(path: Path) -> OpenLoad:
        """Return the open load of the ledger at `path`; none where there is no ledger."""
        with Ledger(path, read_only=True) as ledger:
            return ledger.open_load()

    # deliveries

    def reserve(self, count: int) -> int:
        """Take `count` receipt numbers for good and return the first; none is ever used again."""
        with self._transaction() as run:
            row = run(_SQL["reserve"], {"count": count}).fetchone()
        return int(row[0]) - count + 1

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Enter received deliveries with their names, all or none."""
        with self._transaction() as run:
            for delivery in deliveries:
                values = asdict(delivery) | {"received_at": delivery.received_at.isoformat()}
                run(_SQL["add_delivery"], values)
                _enter_seen(run, delivery.first_seen())

    def add_seen(self, sightings: Iterable[Seen]) -> None:
        """Record that known contents were delivered again."""
        with self._transaction() as run:
            for seen in sightings:
                _enter_seen(run, seen)

    def find(self, sha256: str, source: str, meaning: str) -> Delivery | None:
        """Return the delivery of this content, source and meaning that was not taken back."""
        values = {"sha256": sha256, "source": source, "meaning": meaning}
        rows = self._all("find_delivery", values)
        return _delivery(rows[0]) if rows else None

    def receipt_numbers(self, hashes: Iterable[str]) -> set[int]:
        """Return the numbers of all deliveries with one of these contents."""
        values = {"hashes": json.dumps(sorted(set(hashes)))}
        return {row["receipt_number"] for row in self._all("receipt_numbers", values)}

    def find_prefix(self, prefix: str) -> list[Delivery]:
        """Return the deliveries whose hash begins with `prefix`."""
        return [_delivery(row) for row in self._all("find_prefix", {"prefix": prefix})]

    def by_receipt(self, receipt_numbers: Iterable[int]) -> dict[int, Delivery]:
        """Return deliveries by their receipt number."""
        values = {"receipts": json.dumps(sorted(set(receipt_numbers)))}
        found = [_delivery(row) for row in self._all("by_receipt", values)]
        return {delivery.receipt_number: delivery for delivery in found}

    def has_other_content(self, source: str, name: str, sha256: str) -> bool:
        """Return whether another content of this source was seen under this name."""
        values = {"source": source, "name": name, "sha256": sha256}
        return bool(self._all("find_name", values))

    def deliveries(self, state: State) -> list[Delivery]:
        """Return the deliveries in one state, in the order of receipt."""
        return [_delivery(row) for row in self._all("in_state", {"state": state})]

    def overlapping(self, receipt_number: int) -> list[Delivery]:
        """Return the accepted deliveries that may have lost records to a given one.

        These are the others of its source with repeated or conflicting records in a table that it
        has records for too.
        """
        values = {"receipt_number": receipt_number}
        return [_delivery(row) for row in self._all("overlapping", values)]

    def retry(self, delivery: Delivery) -> None:
        """Set a refused delivery back to received, under the name it has come with now."""
        values = {"receipt_number": delivery.receipt_number, "name": delivery.name}
        with self._transaction() as run:
            run(_SQL["retry"], values)

    # loads

    def begin_load(self, load_id: str, versions: Mapping[str, int]) -> None:
        """Open a load and record the table versions that a crash falls back to."""
        values = {
            "load_id": load_id,
            "versions": json.dumps(dict(versions), sort_keys=True),
            "started_at": datetime.now(UTC).isoformat(),
        }
        with self._transaction() as run:
            run(_SQL["begin_load"], values)

    def open_load(self) -> OpenLoad:
        """Return the load that is open, and how many were closed before."""
        row = self._all("open_load", {})[0]
        versions = json.loads(row["versions"]) if row["versions"] else {}
        return OpenLoad(row["load_id"], versions, int(row["closed_count"]))

    def close_load(
        self,
        load_id: str,
        outcomes: Sequence[Outcome],
        moved: Mapping[tuple[int, str], int],
        versions: Mapping[str, int],
        absorbed: Mapping[tuple[int, str], int] = MappingProxyType({}),
    ) -> None:
        """Close a load: states and counts of its deliveries, in one transaction.

        Args:
            load_id: The open load.
            outcomes: What became of each delivery; its earlier counts are replaced.
            moved: (receipt_number, table) to the accepted records that this load moved to
                quarantine because their key turned out to be in conflict.
            versions: Versions of the tables after the load.
            absorbed: As `moved`, of the records that count as repeated from now on.
        """
        with self._transaction() as run:
            for outcome in outcomes:
                _enter_outcome(run, load_id, outcome)
            for statement, counts in (
                ("move_count", moved),
                ("absorb_count", absorbed),
            ):
                for (receipt_number, table), count in counts.items():
                    values = {"receipt_number": receipt_number, "table_name": table, "count": count}
                    run(_SQL[statement], values)
            run(_SQL["close_load"], _closing(load_id, "loaded", versions))

    def roll_back_load(self, load_id: str) -> None:
        """Close a load that did not come to its end; its deliveries stay as they were."""
        with self._transaction() as run:
            run(_SQL["close_load"], _closing(load_id, "rolled_back", {}))

    # summaries

    def simulated_sources(self) -> list[str]:
        """Return the sources, sorted, that have an accepted delivery of the simulator."""
        return [row["source"] for row in self._all("simulated_sources", {})]

    def names(self) -> dict[int, tuple[str, bool]]:
        """Return the name each delivery was last read under, and whether it was taken back."""
        rows = self._all("names", {})
        return {row["receipt_number"]: (row["name"], bool(row["is_withdrawn"])) for row in rows}

    def states(self) -> list[dict[str, Any]]:
        """Return one row per source and state: files, size_bytes, last_received_at."""
        return [dict(row) for row in self._all("states", {})]

    def table_counts(self) -> dict[str, TableCount]:
        """Return accepted, quarantined, repeated by table, without withdrawn deliveries."""
        rows = map(dict, self._all("table_counts", {}))
        return {row.pop("table_name"): TableCount(**row) for row in rows}

    def last_day_counts(self, table: str) -> TableCount:
        """Return the records of a table on the last day, of the office, on which any came."""
        values = {"table_name": table, "office_offset": office_offset()}
        rows = self._all("last_day", values)
        return TableCount(**rows[0]) if rows else TableCount()

    def _has_tables(self) -> bool:
        return bool(self._connection.execute("PRAGMA schema_version").fetchone()[0])

    def _all(self, statement: str, values: Mapping[str, object]) -> list[sqlite3.Row]:
        with closing(self._connection.execute(_SQL[statement], values)) as cursor:
            return cursor.fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[Run]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection.execute
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _enter_seen(run: Run, seen: Seen) -> None:
    run(_SQL["add_seen"], asdict(seen) | {"seen_at": seen.seen_at.isoformat()})
    if seen.is_simulated:
        run(_SQL["mark_simulated"], {"receipt_number": seen.receipt_number})


def _enter_outcome(run: Run, load_id: str, outcome: Outcome) -> None:
    delivery = {"receipt_number": outcome.receipt_number}
    values = {
        "state": outcome.state,
        "reason_code": outcome.reason_code,
        "reason_text": outcome.reason_text,
        "load_id": load_id,
    }
    run(_SQL["set_state"], {**delivery, **values})
    if outcome.state == "withdrawn":
        return
    run(_SQL["clear_counts"], delivery)
    for table, count in outcome.counts.items():
        numbers = {"table_name": table, **asdict(count)}
        run(_SQL["add_count"], {**delivery, **numbers})


def _closing(load_id: str, state: str, versions: Mapping[str, int]) -> dict[str, str]:
    return {
        "load_id": load_id,
        "state": state,
        "versions_after": json.dumps(dict(versions), sort_keys=True),
        "ended_at": datetime.now(UTC).isoformat(),
    }


def _delivery(row: sqlite3.Row) -> Delivery:
    values = dict(row)
    received_at, is_simulated = _time(values["received_at"]), bool(values["is_simulated"])
    return Delivery(**values | {"received_at": received_at, "is_simulated": is_simulated})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
