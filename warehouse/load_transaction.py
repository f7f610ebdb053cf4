"""Loads: writing a batch to the lake so that a crash at any moment leaves nothing half done.

The ledger records the versions of the tables before anything is written, and the outcome after all
is on disk. A load that is found open did not come to its end: its tables are put back to the
recorded versions and its deliveries are still to be loaded.
"""

import logging
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from deltalake.exceptions import DeltaError

from data_contracts.errors import CustomsDataError
from data_contracts.model import Contract
from warehouse import lake, quarantine, shapes
from warehouse.layout import Layout
from warehouse.ledger import Delivery, Ledger, Outcome
from warehouse.sifting import Sifted

logger = logging.getLogger(__name__)

# Record numbers in one delete predicate; longer lists are cut.
_PREDICATE_LENGTH = 1000
_QUARANTINE_PLACE = (shapes.QUARANTINE, shapes.QUARANTINE_TABLE)


@dataclass(slots=True)
class Load:
    """One open load. Only under the lock of landing; begin, write, close."""

    layout: Layout
    ledger: Ledger
    load_id: str
    tables: Sequence[tuple[str, str]]
    _quarantined: list[pa.Table] = field(default_factory=list)
    _moved: dict[tuple[int, str], int] = field(default_factory=dict)
    _absorbed: dict[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def begin(cls, layout: Layout, ledger: Ledger, contracts: Iterable[Contract]) -> "Load":
        """Open a load over the bronze tables of these contracts and the quarantine."""
        schemas = {
            (shapes.BRONZE, contract.name): shapes.bronze_schema(contract) for contract in contracts
        }
        schemas[shapes.BRONZE, shapes.WITHDRAWAL_TABLE] = shapes.withdrawal_schema()
        schemas[shapes.QUARANTINE, shapes.QUARANTINE_TABLE] = shapes.quarantine_schema()
        versions = {
            f"{layer}/{table}": lake.ensure(layout, layer, table, schema)
            for (layer, table), schema in schemas.items()
        }
        started = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        load_id = f"{started}-{uuid.uuid4().hex[:12]}"
        ledger.begin_load(load_id, versions)
        return cls(layout=layout, ledger=ledger, load_id=load_id, tables=list(schemas))

    def write(self, contract: Contract, sifted: Sifted, deliveries: Mapping[int, Delivery]) -> None:
        """Write the records of one batch for one table: one append, and rarely one delete.

        Args:
            contract: Of the table.
            sifted: What becomes of the records.
            deliveries: Those of the batch, by receipt number.
        """
        if sifted.accepted.num_rows:
            rows = self._bronze_rows(contract, sifted.accepted, deliveries)
            lake.append(self.layout, shapes.BRONZE, contract.name, rows, self._metadata)
        _add_counts(self._moved, contract.name, sifted.moved_counts)
        _add_counts(self._absorbed, contract.name, sifted.absorbed_counts)
        self._delete(contract.name, [*sifted.moved, *sifted.absorbed])
        if sifted.quarantined.num_rows:
            earlier = self.ledger.by_receipt(sifted.moved_counts)
            known = {**earlier, **deliveries}
            rows = quarantine.rows(sifted.quarantined, contract, known, self.load_id)
            self._quarantined.append(rows)

    def flush_quarantine(self) -> None:
        """Append what was written to the quarantine so far, in one commit."""
        if self._quarantined:
            rows = pa.concat_tables(self._quarantined)
            lake.append(self.layout, *_QUARANTINE_PLACE, rows, self._metadata)
            self._quarantined.clear()

    def forget(self, receipt_numbers: Sequence[int]) -> None:
        """Delete every record of some deliveries, which are about to be loaded again."""
        for numbers in _chunks(receipt_numbers):
            for layer, table in self.tables:
                if table != shapes.WITHDRAWAL_TABLE:
                    predicate = f"receipt_number in ({numbers})"
                    lake.delete_where(self.layout, layer, table, predicate, self._metadata)

    def withdraw(self, delivery: Delivery) -> None:
        """Write down the fact that a delivery was withdrawn; its records stay where they are."""
        fact = {
            "receipt_number": delivery.receipt_number,
            "sha256": delivery.sha256,
            "source": delivery.source,
            "withdrawn_at": datetime.now(UTC),
            "load_id": self.load_id,
        }
        rows = pa.Table.from_pylist([fact], schema=shapes.withdrawal_schema())
        lake.append(self.layout, shapes.BRONZE, shapes.WITHDRAWAL_TABLE, rows, self._metadata)

    def close(self, outcomes: Sequence[Outcome]) -> None:
        """Enter the outcomes: from here on the load counts."""
        self.flush_quarantine()
        versions = {
            f"{layer}/{table}": lake.current_version(self.layout, layer, table)
            for layer, table in self.tables
        }
        self.ledger.close_load(self.load_id, outcomes, self._moved, versions, self._absorbed)
        logger.info("load closed load_id=%s deliveries=%d", self.load_id, len(outcomes))

    @property
    def _metadata(self) -> dict[str, str]:
        return {"load_id": self.load_id}

    def _bronze_rows(
        self, contract: Contract, accepted: pa.Table, deliveries: Mapping[int, Delivery]
    ) -> pa.Table:
        numbers = pa.array(deliveries, pa.int64())
        times = pa.array([delivery.received_at for delivery in deliveries.values()])
        positions = pc.index_in(accepted["receipt_number"], value_set=numbers)
        columns = {
            "received_at": times.take(positions.combine_chunks()),
            "load_id": pa.repeat(self.load_id, accepted.num_rows),
            "contract_version": pa.repeat(contract.version, accepted.num_rows),
        }
        schema = shapes.bronze_schema(contract)
        arrays = [
            (columns[name] if name in columns else accepted[name]).cast(schema.field(name).type)
            for name in schema.names
        ]
        return pa.Table.from_arrays(arrays, schema=schema)

    def _delete(self, table: str, places: Sequence[tuple[int, int]]) -> None:
        by_receipt: dict[int, list[int]] = {}
        for receipt_number, record_number in places:
            by_receipt.setdefault(receipt_number, []).append(record_number)
        for receipt_number, records in by_receipt.items():
            for numbers in _chunks(records):
                predicate = f"receipt_number = {receipt_number} and record_number in ({numbers})"
                lake.delete_where(self.layout, shapes.BRONZE, table, predicate, self._metadata)


def _add_counts(to: dict[tuple[int, str], int], table: str, counts: Mapping[int, int]) -> None:
    for receipt_number, count in counts.items():
        place = (receipt_number, table)
        to[place] = to.get(place, 0) + count


def _reason(error: Exception) -> str:
    if isinstance(error, sqlite3.Error):
        return f"ledger: {error}"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def _chunks(numbers: Sequence[int]) -> Iterator[str]:
    for start in range(0, len(numbers), _PREDICATE_LENGTH):
        yield ", ".join(map(str, numbers[start : start + _PREDICATE_LENGTH]))


@contextmanager
def explained_failures(layout: Layout) -> Iterator[None]:
    """Turn failures of the disk, the memory or a store into one sentence with a remedy.

    The text of a failed query or write is left out, as it may quote records.

    Raises:
        CustomsDataError: Instead of the failure.
    """
    try:
        yield
    except (OSError, MemoryError, sqlite3.Error, duckdb.Error, DeltaError) as error:
        message = (
            f"the landing stopped ({_reason(error)}); nothing is half done. "
            f"Free disk space, memory or permissions for {layout.home} and land again"
        )
        raise CustomsDataError(message) from error


def recover(layout: Layout, ledger: Ledger) -> None:
    """Undo the load that a crash left open, if there is one; can itself be interrupted."""
    open_load = ledger.open_load()
    if open_load.load_id is None:
        return
    for key, version in open_load.versions.items():
        layer, _, table = key.partition("/")
        lake.restore(layout, layer, table, version)
    ledger.roll_back_load(open_load.load_id)
    logger.warning("load rolled back load_id=%s", open_load.load_id)
