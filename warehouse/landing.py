"""The landing: raw bytes exactly as received, found by their content, each with its receipt.

Beside the bytes lies one receipt, a JSON file, for each delivery of them; the ledger can be made
again from the receipts. All are written aside, forced to disk and renamed, so that what is there is
whole.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from data_contracts.errors import CustomsDataError
from data_contracts.json_files import read_json
from warehouse import durable, offered_files
from warehouse.layout import Layout
from warehouse.ledger import Delivery, Seen
from warehouse.offered_files import Inspected, Refusal

_WRITERS = 16
_ANNOUNCED = ".announced-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receipt file of a delivery says; `names` are all names it was seen under.

    A receipt that does not tell `is_simulated` is older than the field: not simulated.
    """

    receipt_number: int
    sha256: str
    source: str
    meaning: str = ""
    names: tuple[str, ...]
    size_bytes: int
    received_at: datetime
    is_simulated: bool = False

    def delivery(self) -> Delivery:
        """Return the delivery that this receipt is for, as just received."""
        return Delivery(
            receipt_number=self.receipt_number,
            sha256=self.sha256,
            source=self.source,
            meaning=self.meaning,
            name=self.names[0],
            size_bytes=self.size_bytes,
            received_at=self.received_at,
            is_simulated=self.is_simulated,
        )


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A file as it is received: the number of its receipt and what its name says of the bytes."""

    receipt_number: int
    meaning: str
    inspected: Inspected


@contextmanager
def announced(layout: Layout, deliveries: Sequence[NewDelivery], source: str) -> Iterator[None]:
    """Keep a note of what is about to be received until the ledger has it.

    Where a crash or a full disk comes between, `unentered` finds by it what was left.
    """
    note = layout.landing / f"{_ANNOUNCED}{uuid.uuid4().hex}"
    now = datetime.now(UTC)
    if deliveries:
        _write(layout, note, [_new_receipt(one, source, now) for one in deliveries])
        durable.sync(layout.landing)
    yield
    note.unlink(missing_ok=True)


@contextmanager
def unentered(layout: Layout) -> Iterator[list[Receipt]]:
    """Yield the receipts of what was received when a landing was interrupted.

    The ledger may have some of them; when all are entered, their notes are removed.
    """
    notes = list(layout.landing.glob(f"{_ANNOUNCED}*"))
    announced = [
        receipt
        for note in notes
        for receipt in read_json(note, list[Receipt], remedy="remove it and land again")
    ]
    received = [one for one in announced if raw_path(layout, one.sha256).exists()]
    for receipt in received:
        present = receipts(layout, receipt.sha256)
        if receipt.receipt_number not in {one.receipt_number for one in present.values()}:
            # The bytes are there, the receipt was not written any more.
            path = _next_receipt_path(layout, receipt.sha256, len(present))
            write_receipt(layout, path, receipt)
    yield received
    for note in notes:
        note.unlink()


def raw_path(layout: Layout, sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return layout.landing / sha256[:2] / sha256


def receipts(layout: Layout, sha256: str) -> dict[Path, Receipt]:
    """Return the receipts of these bytes by their files: one for each delivery of them."""
    found: dict[Path, Receipt] = {}
    while (path := _next_receipt_path(layout, sha256, len(found))).exists():
        found[path] = read_receipt(path)
    return found


def store(
    layout: Layout, deliveries: Sequence[NewDelivery], source: str, entered: Collection[int]
) -> list[Receipt | Refusal]:
    """Copy files into the landing and write their receipts, all forced to disk at the end.

    What is there already is kept. Each copy is hashed again: a file that changed since its
    inspection is refused. A receipt that lies there, not entered, keeps its number and time.

    Args:
        layout: Where the lake lies.
        deliveries: None twice.
        source: The source they are for.
        entered: Receipt numbers of these contents that the ledger has.

    Returns:
        The receipt of each, in the order given, or why it could not be received.

    Raises:
        CustomsDataError: The landing cannot be written (disk full, no permission).
    """
    now = datetime.now(UTC)
    by_content: dict[str, list[NewDelivery]] = {}
    for one in deliveries:
        by_content.setdefault(one.inspected.sha256, []).append(one)

    def store_content(alike: list[NewDelivery]) -> list[Receipt | Refusal]:
        return [_store(layout, one, source, entered, now) for one in alike]

    try:
        # Waiting for the disk is most of the work with small files, and disks take many at once.
        with ThreadPoolExecutor(_WRITERS) as writers:
            results = writers.map(store_content, by_content.values())
            stored = dict(zip(by_content, results, strict=True))
        for folder in {raw_path(layout, sha256).parent for sha256 in by_content}:
            if folder.is_dir():
                durable.sync(folder)
        durable.sync(layout.landing)
    except OSError as error:
        message = (
            f"cannot write the landing in {layout.landing}: {error.strerror}; "
            "free disk space or permissions and land again"
        )
        raise CustomsDataError(message) from error
    return [stored[one.inspected.sha256].pop(0) for one in deliveries]


def add_seen(layout: Layout, delivery: Delivery, seen: Seen) -> None:
    """Add what is new about a delivery that came again to its receipt: a name, the mark."""
    for path, earlier in receipts(layout, delivery.sha256).items():
        if earlier.receipt_number == delivery.receipt_number:
            names = tuple(dict.fromkeys((*earlier.names, seen.name)))
            is_simulated = earlier.is_simulated or seen.is_simulated
            receipt = replace(earlier, names=names, is_simulated=is_simulated)
            if receipt != earlier:
                write_receipt(layout, path, receipt)


def read_receipt(path: Path) -> Receipt:
    """Return the receipt in a file.

    Raises:
        CustomsDataError: It is not there or damaged.
    """
    return read_json(path, Receipt, remedy="restore it from the backup of landing/")


def write_receipt(layout: Layout, path: Path, receipt: Receipt) -> None:
    """Write a receipt into its file, whole or not at all."""
    _write(layout, path, receipt)


def discard_unfinished(layout: Layout) -> None:
    """Remove half-made copies that a crash left; only under the lock of landing."""
    for leftover in layout.landing.glob(".incoming-*"):
        leftover.unlink()


def _store(
    layout: Layout, delivery: NewDelivery, source: str, entered: Collection[int], now: datetime
) -> Receipt | Refusal:
    inspected = delivery.inspected
    if not raw_path(layout, inspected.sha256).exists() and not _copy(layout, inspected):
        return offered_files.changed(inspected.offered)
    new = _new_receipt(delivery, source, now)
    present = receipts(layout, inspected.sha256)
    for path, earlier in present.items():
        if _is_of_same_delivery(earlier, new, entered):
            receipt = _merged(earlier, new)
            if receipt != earlier:
                write_receipt(layout, path, receipt)
            return receipt
    write_receipt(layout, _next_receipt_path(layout, inspected.sha256, len(present)), new)
    return new


def _new_receipt(delivery: NewDelivery, source: str, now: datetime) -> Receipt:
    inspected = delivery.inspected
    return Receipt(
        receipt_number=delivery.receipt_number,
        sha256=inspected.sha256,
        source=source,
        meaning=delivery.meaning,
        names=(inspected.offered.name,),
        size_bytes=inspected.size_bytes,
        received_at=now,
        is_simulated=inspected.offered.is_simulated,
    )


def _is_of_same_delivery(earlier: Receipt, new: Receipt, entered: Collection[int]) -> bool:
    """Whether a receipt is the delivery's own, or lies there for it, as in a lake made anew."""
    if (earlier.source, earlier.meaning) != (new.source, new.meaning):
        return False
    return earlier.receipt_number == new.receipt_number or earlier.receipt_number not in entered


def _merged(earlier: Receipt, new: Receipt) -> Receipt:
    names = dict.fromkeys((*earlier.names, *new.names))
    is_simulated = earlier.is_simulated or new.is_simulated
    return replace(earlier, names=tuple(names), is_simulated=is_simulated)


def _next_receipt_path(layout: Layout, sha256: str, receipt_count: int) -> Path:
    number = f"-{receipt_count + 1}" if receipt_count else ""
    return layout.landing / sha256[:2] / f"{sha256}{number}.json"


def _write(layout: Layout, path: Path, content: Receipt | Sequence[Receipt]) -> None:
    aside = layout.landing / f".incoming-{uuid.uuid4().hex}"
    durable.write(aside, msgspec.json.format(msgspec.json.encode(content), indent=1))
    _put(aside, path)


def _copy(layout: Layout, inspected: Inspected) -> bool:
    try:
        source = offered_files.open_file(inspected.offered.path)
    except OSError:
        return False
    aside = layout.landing / f".incoming-{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    with source, aside.open("wb") as target:
        for block in offered_files.blocks(source, inspected.size_bytes):
            digest.update(block)
            target.write(block)
    durable.sync(aside)
    if digest.hexdigest() != inspected.sha256:
        aside.unlink()
        return False
    _put(aside, raw_path(layout, inspected.sha256))
    return True


def _put(aside: Path, final: Path) -> None:
    aside.chmod(durable.READ_ONLY)
    final.parent.mkdir(exist_ok=True)
    aside.replace(final)
