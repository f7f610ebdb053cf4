"""`customs land`: files of one source come in, after what an interrupted landing has left.

Files are gathered until a batch is full, received together, and loaded in one pass.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from data_contracts.errors import SourceUnavailableError
from ingestion.batches import Batch, finish_interrupted, load_batch, opened_ledger
from ingestion.landing_report import FileNote, LandingReport
from ingestion.sources.catalog import find_source
from ingestion.sources.reading import Reading, Source, refused
from warehouse import landing, offered_files
from warehouse.landing import NewDelivery
from warehouse.layout import Layout
from warehouse.ledger import Delivery, Ledger, Outcome, Seen
from warehouse.offered_files import Inspected, OfferedFile, Refusal
from warehouse.rehearsal import rehearse
from warehouse.settings import MEGABYTE, LakeSettings

Progress = Callable[[int, int], None]

# The hash of the bytes and what the name says of them; with the source, the delivery.
_Identity = tuple[str, str]


def land_files(
    settings: LakeSettings,
    source_name: str,
    paths: Sequence[Path],
    *,
    check: bool = False,
    progress: Progress | None = None,
) -> LandingReport:
    """Land files and folders of one source; any of them may have been landed before.

    Args:
        settings: Of the lake.
        source_name: Name of the source.
        paths: Files and folders; folders are walked in sorted order.
        check: Try everything on a throw-away copy and land nothing.
        progress: Called with (files done, files in all).

    Raises:
        UnknownSourceError: No source has this name.
        SourceUnavailableError: A path does not exist, or there is no file in any and no lake yet.
        CustomsDataError: Another landing is under way, or the home cannot be written.
    """
    source = find_source(source_name, settings.home)
    found = offered_files.find(paths)
    if paths and not found and not Layout(settings.home).ledger_path.exists():
        message = f"no lake was made in {settings.home}: {no_file_in(source, paths)}"
        raise SourceUnavailableError(message)
    with rehearse(settings) if check else nullcontext(settings) as chosen:
        return land_offered(chosen, source_name, found, progress, is_check=check)


def no_file_in(source: Source, paths: Sequence[Path]) -> str:
    """Return what is said where no file lies in the given paths: what was looked for."""
    names = source.names
    wanted = f"files named {', '.join(names)}" if names else "files of any name"
    places = ", ".join(map(str, paths))
    return (
        f"there is no file in {places}; {source.name} takes {wanted}, none that begins with a dot"
    )


def land_offered(
    settings: LakeSettings,
    source_name: str,
    found: Sequence[OfferedFile | Refusal],
    progress: Progress | None = None,
    *,
    is_check: bool = False,
) -> LandingReport:
    """Land files of one source under the names that are given with them.

    `is_check` keeps no bytes: the lake is a throw-away copy.

    Raises:
        UnknownSourceError: No source has this name.
        CustomsDataError: Another landing is under way, or the home cannot be written.
    """
    report = LandingReport(source_name, is_check=is_check)
    layout, source = Layout(settings.home), find_source(source_name, settings.home)
    with opened_ledger(layout, settings) as ledger:
        _Landing(settings, layout, ledger, source, report, progress).run(found)
    return report


@dataclass(slots=True)
class _Landing:
    """One landing under the lock: the report is its result.

    Attributes:
        settings: Of the lake.
        layout: Where it lies.
        ledger: Open.
        source: Of all files.
        report: Filled while running.
        progress: Called with (files done, files in all).
    """

    settings: LakeSettings
    layout: Layout
    ledger: Ledger
    source: Source
    report: LandingReport
    progress: Progress | None = None
    _resumed: dict[int, tuple[Delivery, Outcome, Reading]] = field(default_factory=dict)
    _pending: dict[_Identity, Inspected] = field(default_factory=dict)
    _pending_bytes: int = 0
    _again: dict[_Identity, Delivery] = field(default_factory=dict)
    _aliases: list[tuple[_Identity, OfferedFile]] = field(default_factory=list)
    _known_names: set[_Identity] = field(default_factory=set)
    _total: int = 0

    def run(self, found: Sequence[OfferedFile | Refusal]) -> None:
        """Land everything that was found."""
        self._total = len(found)
        self._resumed = finish_interrupted(self.settings, self.layout, self.ledger)
        for entry in found:
            self._take(entry)
            if self._is_full():
                self._flush()
        self._flush()
        self.report.resumed_files = len(self._resumed)

    def _take(self, entry: OfferedFile | Refusal) -> None:
        inspected = (
            offered_files.inspect(entry, self.settings) if isinstance(entry, OfferedFile) else entry
        )
        if isinstance(inspected, Refusal):
            self._refuse(inspected)
        else:
            self._sort_in(inspected)
        self._show_progress()

    def _sort_in(self, inspected: Inspected) -> None:
        identity = (inspected.sha256, self.source.meaning(inspected.offered.name))
        known = self._find(identity)
        if identity in self._pending:
            self._repeat(identity, inspected)
        elif known is None:
            self._hold(identity, inspected)
            self._note_known_name(identity, inspected)
        elif known.receipt_number in self._resumed:
            # An interrupted call received it and this one loaded it: it is this call's file.
            self._note_known_name(identity, inspected)
            self._tell(*self._resumed.pop(known.receipt_number))
        elif known.state == "refused":
            self._hold(identity, inspected)
            self._again[identity] = replace(known, name=inspected.offered.name, state="received")
        else:
            self._repeat(identity, inspected)

    def _hold(self, identity: _Identity, inspected: Inspected) -> None:
        self._pending[identity] = inspected
        self._pending_bytes += inspected.unpacked_bytes

    def _find(self, identity: _Identity) -> Delivery | None:
        sha256, meaning = identity
        return self.ledger.find(sha256, self.source.name, meaning)

    def _note_known_name(self, identity: _Identity, inspected: Inspected) -> None:
        name = inspected.offered.name
        if self.ledger.has_other_content(self.source.name, name, inspected.sha256):
            self._known_names.add(identity)

    def _repeat(self, identity: _Identity, inspected: Inspected) -> None:
        self.report.duplicate_files += 1
        self._aliases.append((identity, inspected.offered))

    def _is_full(self) -> bool:
        return (
            self._pending_bytes >= self.settings.batch_max_mb * MEGABYTE
            or len(self._pending) >= self.settings.batch_max_files
        )

    def _flush(self) -> None:
        deliveries = sorted([*self._receive(), *self._receive_again()], key=_receipt_number)
        if deliveries:
            defects = {
                delivery.receipt_number: _defect(self._pending[_identity(delivery)])
                for delivery in deliveries
                if self._pending[_identity(delivery)].defect is not None
            }
            batch = Batch(self.source, deliveries, defects)
            load_batch(self.settings, self.layout, self.ledger, batch, self._done)
        self._enter_aliases()
        self._pending.clear()
        self._pending_bytes = 0
        self._show_progress()

    def _receive(self) -> list[Delivery]:
        new = [identity for identity in self._pending if identity not in self._again]
        first_number = self.ledger.reserve(len(new))
        deliveries = self._deliveries(dict(enumerate(new, start=first_number)))
        with landing.announced(self.layout, deliveries, self.source.name):
            received = [receipt.delivery() for receipt in self._store(deliveries)]
            self.ledger.add(received)
        return received

    def _receive_again(self) -> list[Delivery]:
        refused = {old.receipt_number: identity for identity, old in self._again.items()}
        stored = {receipt.receipt_number for receipt in self._store(self._deliveries(refused))}
        again = [delivery for delivery in self._again.values() if delivery.receipt_number in stored]
        for delivery in again:
            self.ledger.retry(delivery)
            identity = _identity(delivery)
            self._aliases.append((identity, self._pending[identity].offered))
        self._again.clear()
        return again

    def _deliveries(self, identities: Mapping[int, _Identity]) -> list[NewDelivery]:
        return [
            NewDelivery(number, identity[1], self._pending[identity])
            for number, identity in identities.items()
        ]

    def _store(self, deliveries: Sequence[NewDelivery]) -> list[landing.Receipt]:
        entered = self.ledger.receipt_numbers(one.inspected.sha256 for one in deliveries)
        receipts = []
        for stored in landing.store(self.layout, deliveries, self.source.name, entered):
            if isinstance(stored, Refusal):
                self._refuse(stored)
            else:
                receipts.append(stored)
        return receipts

    def _enter_aliases(self) -> None:
        now = datetime.now(UTC)
        sightings = []
        for identity, offered in self._aliases:
            delivery = self._find(identity)
            if delivery is not None:
                seen = Seen(
                    delivery.receipt_number,
                    self.source.name,
                    offered.name,
                    now,
                    is_simulated=offered.is_simulated,
                )
                landing.add_seen(self.layout, delivery, seen)
                sightings.append(seen)
        self.ledger.add_seen(sightings)
        self._aliases.clear()

    def _tell(self, delivery: Delivery, outcome: Outcome, reading: Reading) -> None:
        self.report.add_outcome(delivery, outcome)
        changes = any(count.accepted or count.conflicted for count in outcome.counts.values())
        if changes and _identity(delivery) in self._known_names:
            self.report.renewed.append(delivery.name)
        self.report.add_drift(self.source.outside.word_of(delivery.name), reading.drift)
        self.report.empty_records += reading.empty_records
        if reading.cut_column is not None:
            self.report.unterminated.append(delivery.name)

    def _done(self, delivery: Delivery, outcome: Outcome, reading: Reading) -> None:
        self._tell(delivery, outcome, reading)
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


def _identity(delivery: Delivery) -> _Identity:
    return delivery.sha256, delivery.meaning


def _defect(inspected: Inspected) -> Reading:
    defect = inspected.defect
    if defect is None:
        message = "the file has no defect"
        raise ValueError(message)
    return refused(defect.reason_code, defect.reason_text)
