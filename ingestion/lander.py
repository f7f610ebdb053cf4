"""One landing under the lock: finish what was interrupted, then receive and load file by file.

Files are gathered until a batch is full, received together, and loaded in one pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ingestion.batch_load import Batch, load_batch
from ingestion.delivery_report import DeliveryReport, FileNote
from ingestion.resumption import finish_interrupted
from ingestion.sources.reading import Reading, Source, refused
from warehouse import arrivals, landing
from warehouse.arrivals import Arrival, Inspected, Refusal
from warehouse.deliveries import Delivery, Outcome, Seen
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

Progress = Callable[[int, int], None]

_MEGABYTE = 1_000_000
_WITHOUT_EFFECT = ("refused", "not_applicable")


@dataclass(slots=True)
class Lander:
    """One call of `deliver`: the report is its result.

    Attributes:
        settings: Of the lake.
        layout: Where it lies.
        ledger: Open.
        source: The adapter of all files.
        report: Filled while running.
        progress: Called with (files done, files in all).
    """

    settings: LakeSettings
    layout: Layout
    ledger: Ledger
    source: Source
    report: DeliveryReport
    progress: Progress | None = None
    _resumed: dict[str, tuple[Delivery, Outcome]] = field(default_factory=dict)
    _pending: dict[str, Inspected] = field(default_factory=dict)
    _again: list[Delivery] = field(default_factory=list)
    _aliases: list[tuple[str, str, bool]] = field(default_factory=list)
    _total: int = 0

    def run(self, found: Sequence[Arrival | Refusal]) -> None:
        """Land everything that was found."""
        self._total = len(found)
        self._resumed = finish_interrupted(self.settings, self.layout, self.ledger)
        for entry in found:
            self._take(entry)
            if self._is_full():
                self._flush()
        self._flush()
        self.report.resumed_files = len(self._resumed)

    def _take(self, entry: Arrival | Refusal) -> None:
        inspected = arrivals.inspect(entry, self.settings) if isinstance(entry, Arrival) else entry
        if isinstance(inspected, Refusal):
            self._refuse(inspected)
        elif inspected.sha256 in self._pending:
            self._repeat(inspected)
        else:
            self._sort_in(inspected, self.ledger.find(inspected.sha256))
        self._show_progress()

    def _sort_in(self, inspected: Inspected, known: Delivery | None) -> None:
        if known is None:
            self._pending[inspected.sha256] = inspected
            if self.ledger.has_name(self.source.name, inspected.arrival.name):
                self.report.renewed.append(inspected.arrival.name)
        elif known.sha256 in self._resumed:
            # An interrupted call received it and this one loaded it: it is this call's file.
            delivery, outcome = self._resumed.pop(known.sha256)
            self.report.add_outcome(delivery, outcome)
        elif self._is_second_chance(inspected, known):
            self._pending[inspected.sha256] = inspected
            name = inspected.arrival.name
            self._again.append(replace(known, source=self.source.name, name=name, state="received"))
        else:
            self._repeat(inspected)

    def _is_second_chance(self, inspected: Inspected, known: Delivery) -> bool:
        """Whether bytes that had no effect are now given the right source or table name."""
        if known.state not in _WITHOUT_EFFECT:
            return False
        word = _first_word(inspected.arrival.name)
        seen = self.ledger.seen(known.receipt_number)
        return not any(
            sighting.source == self.source.name
            and (self.source.is_message or _first_word(sighting.name) == word)
            for sighting in seen
        )

    def _repeat(self, inspected: Inspected) -> None:
        self.report.duplicate_files += 1
        arrival = inspected.arrival
        self._aliases.append((inspected.sha256, arrival.name, arrival.is_simulated))

    def _is_full(self) -> bool:
        unpacked_bytes = sum(inspected.unpacked_bytes for inspected in self._pending.values())
        return (
            unpacked_bytes >= self.settings.batch_max_mb * _MEGABYTE
            or len(self._pending) >= self.settings.batch_max_files
        )

    def _flush(self) -> None:
        deliveries = sorted([*self._receive(), *self._reassign()], key=_receipt_number)
        if deliveries:
            defects = {
                delivery.receipt_number: _defect(self._pending[delivery.sha256])
                for delivery in deliveries
                if self._pending[delivery.sha256].defect is not None
            }
            batch = Batch(self.source, deliveries, defects)
            load_batch(self.settings, self.layout, self.ledger, batch, self._done)
        self._enter_aliases()
        self._pending.clear()
        self._show_progress()

    def _receive(self) -> list[Delivery]:
        again = {delivery.sha256 for delivery in self._again}
        new = [inspected for sha256, inspected in self._pending.items() if sha256 not in again]
        first_number = self.ledger.reserve(len(new))
        receipts = self._store(list(enumerate(new, start=first_number)))
        received = [receipt.delivery() for receipt in receipts]
        self.ledger.add(received)
        return received

    def _reassign(self) -> list[Delivery]:
        arriving = [(old.receipt_number, self._pending[old.sha256]) for old in self._again]
        stored = {receipt.sha256 for receipt in self._store(arriving)}
        again = [delivery for delivery in self._again if delivery.sha256 in stored]
        for delivery in again:
            self.ledger.reassign(delivery)
            is_simulated = self._pending[delivery.sha256].arrival.is_simulated
            self._aliases.append((delivery.sha256, delivery.name, is_simulated))
        self._again.clear()
        return again

    def _store(self, arriving: Sequence[tuple[int, Inspected]]) -> list[landing.Receipt]:
        receipts = []
        for stored in landing.store(self.layout, arriving, self.source.name):
            if isinstance(stored, Refusal):
                self._refuse(stored)
            else:
                receipts.append(stored)
        return receipts

    def _enter_aliases(self) -> None:
        now = datetime.now(UTC)
        seen = []
        for sha256, name, is_simulated in self._aliases:
            delivery = self.ledger.find(sha256)
            if delivery is not None:
                again = Seen(
                    delivery.receipt_number, self.source.name, name, now, is_simulated=is_simulated
                )
                landing.add_seen(self.layout, delivery, again)
                seen.append(again)
        self.ledger.add_seen(seen)
        self._aliases.clear()

    def _done(self, delivery: Delivery, outcome: Outcome, drift: Sequence[str]) -> None:
        self.report.add_outcome(delivery, outcome)
        self.report.add_drift(delivery.name, drift)
        if self.report.is_check:
            # A rehearsal keeps no bytes: a large folder would need its size again.
            landing.raw_path(self.layout, delivery.sha256).unlink(missing_ok=True)

    def _refuse(self, refusal: Refusal) -> None:
        self.report.refuse(FileNote(refusal.name, refusal.reason_code, refusal.reason_text))

    def _show_progress(self) -> None:
        if self.progress is not None:
            self.progress(self.report.files, self._total)


def _receipt_number(delivery: Delivery) -> int:
    return delivery.receipt_number


def _first_word(name: str) -> str:
    return name.rsplit("/", 1)[-1].split("_", 1)[0]


def _defect(inspected: Inspected) -> Reading:
    defect = inspected.defect
    if defect is None:
        message = "the file has no defect"
        raise ValueError(message)
    return refused(defect.reason_code, defect.reason_text)
