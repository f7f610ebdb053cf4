"""Received files become rows of the lake, batch by batch: read, conform, sift, write, enter.

Reading and conforming touch nothing, so a file that breaks them is found by halving the batch and
refused; it can stop neither the others nor every later call.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from data_contracts import loading
from data_contracts.errors import ContractViolationError, CustomsDataError
from data_contracts.model import Contract
from ingestion.conform import Conformed, conform
from ingestion.sources.catalog import UnknownSourceError, find_source
from ingestion.sources.reading import Reading, Source, refused
from warehouse import engine, landing, locks, sifting, unpacked_size
from warehouse.layout import Layout
from warehouse.ledger import Delivery, Ledger, Outcome, TableCount
from warehouse.load_transaction import Load, explained_failures, recover
from warehouse.settings import MEGABYTE, LakeSettings

logger = logging.getLogger(__name__)

# What rows take in memory of a byte of text: up to two, and lists may repeat some of it.
_ROWS_PER_BYTE = 3

Done = Callable[[Delivery, Outcome, Reading], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries of one source that are loaded in one pass.

    Attributes:
        source: Their source.
        deliveries: In the order of receipt.
        defects: Readings that are known without looking: broken or empty files.
    """

    source: Source
    deliveries: Sequence[Delivery]
    defects: Mapping[int, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch that was read and conformed: readings by receipt number, records by table."""

    batch: Batch
    readings: Mapping[int, Reading]
    conformed: Mapping[str, Conformed]

    @property
    def contracts(self) -> list[Contract]:
        """Contracts of the tables that the batch has records for."""
        return [loading.load_contract(table) for table in sorted(self.conformed)]


@contextmanager
def opened_ledger(layout: Layout, settings: LakeSettings) -> Iterator[Ledger]:
    """Open the ledger to write to the lake, which is made where there is none.

    Raises:
        CustomsDataError: Another landing is under way, or the home cannot be written.
    """
    layout.ensure()
    with (
        locks.landing(layout, settings.lock_wait_seconds),
        explained_failures(layout),
        Ledger(layout.ledger_path) as ledger,
    ):
        yield ledger


def prepare(settings: LakeSettings, layout: Layout, batch: Batch) -> Iterator[Prepared]:
    """Read and conform a batch, one part after the other.

    It is one as a rule; more where a file breaks its reader, or where lists repeat much text.
    """
    rest = list(batch.deliveries)
    while rest:
        parts, taken = _prepared(settings, layout, replace(batch, deliveries=rest))
        yield from parts
        rest = rest[taken:]


def _prepared(
    settings: LakeSettings, layout: Layout, batch: Batch
) -> tuple[Iterable[Prepared], int]:
    """Return the first deliveries of a batch, for which there is room, and how many they are."""
    try:
        readings = _readings(settings, layout, batch)
        accepted = {n: reading for n, reading in readings.items() if reading.status == "accepted"}
        conformed = conform(settings, batch.source.name, list(accepted.items())) if accepted else {}
        taken = replace(batch, deliveries=batch.deliveries[: len(readings)])
        return [Prepared(taken, readings, conformed)], len(readings)
    except CustomsDataError:
        raise
    except engine.RESOURCE_ERRORS:
        # The machine failed, not a file; a smaller batch may still fit.
        if len(batch.deliveries) == 1:
            raise
        return _halve(settings, layout, batch, ""), len(batch.deliveries)
    except Exception as error:  # noqa: BLE001 - see the module's docstring
        logger.error(  # noqa: TRY400 - the traceback may show record values
            "batch failed source=%s files=%d error=%s",
            batch.source.name,
            len(batch.deliveries),
            type(error).__name__,
        )
        failure = type(error).__name__
        return _halve(settings, layout, batch, failure), len(batch.deliveries)


def _readings(settings: LakeSettings, layout: Layout, batch: Batch) -> dict[int, Reading]:
    """Read deliveries until their rows are as much as a batch may be, one at least."""
    readings: dict[int, Reading] = {}
    room = _ROWS_PER_BYTE * settings.batch_max_mb * MEGABYTE
    for delivery in batch.deliveries:
        reading = readings[delivery.receipt_number] = _read(layout, batch, delivery)
        # Tables may share their rows.
        tables = {id(one): one for one in (*reading.tables.values(), *reading.broken.values())}
        room -= sum(table.nbytes for table in tables.values())
        if room < 0:
            break
    return readings


def _halve(
    settings: LakeSettings, layout: Layout, batch: Batch, failure: str
) -> Iterator[Prepared]:
    if len(batch.deliveries) == 1:
        reason = f"the adapter failed on it ({failure})"
        number = batch.deliveries[0].receipt_number
        yield Prepared(batch, {number: refused("E_ADAPTER", reason)}, {})
        return
    middle = len(batch.deliveries) // 2
    for half in (batch.deliveries[:middle], batch.deliveries[middle:]):
        yield from prepare(settings, layout, replace(batch, deliveries=half))


def write(
    settings: LakeSettings, load: Load, prepared: Prepared, withdrawn: Iterable[int]
) -> list[Outcome]:
    """Sift and write a prepared batch inside an open load, and return the outcomes."""
    batch = prepared.batch
    deliveries = {delivery.receipt_number: delivery for delivery in batch.deliveries}
    counts: dict[int, dict[str, TableCount]] = {number: {} for number in deliveries}
    gone = set(withdrawn)
    for contract in prepared.contracts:
        conformed = prepared.conformed[contract.name]
        incoming = sifting.Incoming(
            contract=contract,
            source=batch.source.name,
            accepted=conformed.accepted,
            rejected=conformed.rejected,
            is_message=batch.source.is_message,
            time_zone=batch.source.time_zone,
        )
        sifted = sifting.sift(settings, load.layout, incoming, gone)
        load.write(contract, sifted, deliveries)
        for number, reading in prepared.readings.items():
            if _fills(reading, contract.name) or number in sifted.counts:
                replaced = TableCount(repeated=reading.replaced.get(contract.name, 0))
                counts[number][contract.name] = sifted.counts.get(number, TableCount()) + replaced
    load.flush_quarantine()
    return [_outcome(number, prepared.readings[number], counts[number]) for number in deliveries]


def cut_batches(
    settings: LakeSettings, layout: Layout, source: Source, deliveries: Sequence[Delivery]
) -> Iterator[Batch]:
    """Cut deliveries of earlier calls into batches within the limits.

    What only was received is held against the limits of a file once more; what was accepted stays.
    One whose bytes are gone is refused, so that it stops no other: it may come again.
    """
    chosen: list[Delivery] = []
    defects: dict[int, Reading] = {}
    room = settings.batch_max_mb * MEGABYTE
    for delivery in deliveries:
        measure = _measure(settings, layout, delivery)
        if chosen and (measure.unpacked_bytes > room or len(chosen) == settings.batch_max_files):
            yield Batch(source, chosen, defects)
            chosen, defects, room = [], {}, settings.batch_max_mb * MEGABYTE
        if measure.reason_code is not None and delivery.state == "received":
            reading = refused(measure.reason_code, measure.reason_text)
            defects[delivery.receipt_number] = reading
        chosen.append(delivery)
        room -= measure.unpacked_bytes
    if chosen:
        yield Batch(source, chosen, defects)


def load_batch(
    settings: LakeSettings, layout: Layout, ledger: Ledger, batch: Batch, done: Done
) -> None:
    """Load one batch completely and report each delivery with its outcome and its reading."""
    for prepared in prepare(settings, layout, batch):
        withdrawn = [delivery.receipt_number for delivery in ledger.deliveries("withdrawn")]
        load = Load.begin(layout, ledger, prepared.contracts)
        outcomes = write(settings, load, prepared, withdrawn)
        load.close(outcomes)
        for delivery, outcome in zip(prepared.batch.deliveries, outcomes, strict=True):
            done(delivery, outcome, prepared.readings[delivery.receipt_number])


def _read(layout: Layout, batch: Batch, delivery: Delivery) -> Reading:
    defect = batch.defects.get(delivery.receipt_number)
    if defect is not None:
        return defect
    path = landing.raw_path(layout, delivery.sha256)
    return batch.source.read(path, delivery.name.rsplit("/", 1)[-1])


def _measure(settings: LakeSettings, layout: Layout, delivery: Delivery) -> unpacked_size.Measure:
    try:
        with landing.raw_path(layout, delivery.sha256).open("rb") as file:
            return unpacked_size.measure(file, settings)
    except FileNotFoundError:
        return unpacked_size.Measure(0, "E_BYTES_GONE", bytes_gone(layout, delivery))


def bytes_gone(layout: Layout, delivery: Delivery) -> str:
    """Return what is said of a delivery whose bytes are not in the landing any more."""
    return (
        f"landed bytes {delivery.sha256} are gone: restore {layout.landing} from a backup "
        "and land the file again"
    )


def _fills(reading: Reading, table: str) -> bool:
    return any(mapping.table == table for mapping in reading.mappings)


def _outcome(number: int, reading: Reading, counts: Mapping[str, TableCount]) -> Outcome:
    return Outcome(
        receipt_number=number,
        state=reading.status,
        reason_code=reading.reason_code,
        reason_text=reading.reason_text,
        counts=counts,
    )


def finish_interrupted(
    settings: LakeSettings, layout: Layout, ledger: Ledger
) -> dict[int, tuple[Delivery, Outcome, Reading]]:
    """Enter and load what was received but not loaded, undo a half-done load; under the lock only.

    What a source sent that this program does not know, or whose file is broken, waits.

    Returns:
        What was loaded, by receipt number; the readings without their rows.
    """
    landing.discard_unfinished(layout)
    with landing.unentered(layout) as receipts:
        entered = ledger.by_receipt(receipt.receipt_number for receipt in receipts)
        if new := [one.delivery() for one in receipts if one.receipt_number not in entered]:
            ledger.add(new)
    recover(layout, ledger)
    loaded: dict[int, tuple[Delivery, Outcome, Reading]] = {}

    def done(delivery: Delivery, outcome: Outcome, reading: Reading) -> None:
        loaded[delivery.receipt_number] = (delivery, outcome, reading.without_rows())

    waiting = ledger.deliveries("received")
    for name in sorted({delivery.source for delivery in waiting}):
        mine = [delivery for delivery in waiting if delivery.source == name]
        try:
            source = find_source(name, layout.home)
            for batch in cut_batches(settings, layout, source, mine):
                load_batch(settings, layout, ledger, batch, done)
        except (UnknownSourceError, ContractViolationError) as error:
            logger.warning("what the source %s sent waits until it can be read: %s", name, error)
    return loaded
