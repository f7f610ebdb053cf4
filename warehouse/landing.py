"""The landing: raw bytes exactly as received, found by their content, each with its receipt.

A receipt is a JSON file beside the bytes; the ledger can be made again from the receipts. Both are
written aside, forced to disk and renamed, so that what is there is whole.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from data_contracts.errors import CustomsDataError
from warehouse.arrivals import Inspected, Refusal
from warehouse.deliveries import Delivery, Seen
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

_BLOCK_BYTES = 1 << 20
_READ_ONLY = 0o444
_WRITERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receipt file says; `names` are all names the content was seen under.

    A receipt that does not tell `is_simulated` is older than the field: not simulated.
    """

    receipt_number: int
    sha256: str
    source: str
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
            name=self.names[0],
            size_bytes=self.size_bytes,
            received_at=self.received_at,
            is_simulated=self.is_simulated,
        )


@contextmanager
def lander_lock(layout: Layout, settings: LakeSettings) -> Iterator[None]:
    """Hold the lock of the one lander; the system frees it when the process ends, however it ends.

    Raises:
        CustomsDataError: Another lander did not end within the waiting time.
    """
    lock = FileLock(layout.locks / "land.lock", timeout=settings.lock_wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        message = (
            f"another landing is under way in {layout.home} "
            f"(waited {settings.lock_wait_seconds:g} s); try again when it has ended"
        )
        raise CustomsDataError(message) from error
    try:
        yield
    finally:
        lock.release()


def raw_path(layout: Layout, sha256: str) -> Path:
    """Return where the bytes with this hash lie."""
    return layout.landing / sha256[:2] / sha256


def receipt_path(layout: Layout, sha256: str) -> Path:
    """Return where the receipt of these bytes lies."""
    return layout.landing / sha256[:2] / f"{sha256}.json"


def store(
    layout: Layout, arriving: Sequence[tuple[int, Inspected]], source: str
) -> list[Receipt | Refusal]:
    """Copy files into the landing and write their receipts, all forced to disk at the end.

    What is there already is kept. Each copy is hashed again: a file that changed since its
    inspection is refused.

    Args:
        layout: Where the lake lies.
        arriving: Receipt number and file; no content twice.
        source: The source they are for.

    Returns:
        The receipt of each file, in the order given, or why it could not be received.

    Raises:
        CustomsDataError: The landing cannot be written (disk full, no permission).
    """
    now = datetime.now(UTC)
    try:
        # Waiting for the disk is most of the work with small files, and disks take many at once.
        with ThreadPoolExecutor(_WRITERS) as writers:
            stored = list(writers.map(lambda e: _store(layout, e[0], e[1], source, now), arriving))
        for folder in {raw_path(layout, inspected.sha256).parent for _, inspected in arriving}:
            _sync_folder(folder)
        _sync_folder(layout.landing)
    except OSError as error:
        message = (
            f"cannot write the landing in {layout.landing}: {error.strerror}; "
            "free disk space or permissions and land again"
        )
        raise CustomsDataError(message) from error
    return stored


def add_seen(layout: Layout, delivery: Delivery, seen: Seen) -> None:
    """Add what is new about a delivery that came again to its receipt: a name, the mark."""
    earlier = read_receipt(receipt_path(layout, delivery.sha256))
    if earlier is None:
        return
    names = tuple(dict.fromkeys((*earlier.names, seen.name)))
    is_simulated = earlier.is_simulated or seen.is_simulated
    receipt = replace(earlier, names=names, is_simulated=is_simulated)
    if receipt != earlier:
        _write_receipt(layout, receipt)


def read_receipt(path: Path) -> Receipt | None:
    """Return the receipt in a file, None where there is none."""
    if not path.exists():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    names = tuple(values.pop("names"))
    received_at = datetime.fromisoformat(values.pop("received_at"))
    return Receipt(**values, names=names, received_at=received_at)


def discard_unfinished(layout: Layout) -> None:
    """Remove half-made copies that a crash left; only under the lander's lock."""
    for leftover in layout.landing.glob(".incoming-*"):
        leftover.unlink()


def _store(
    layout: Layout, receipt_number: int, inspected: Inspected, source: str, now: datetime
) -> Receipt | Refusal:
    earlier = read_receipt(receipt_path(layout, inspected.sha256))
    if not raw_path(layout, inspected.sha256).exists() and not _copy(layout, inspected):
        return Refusal(inspected.arrival.name, "E_FILE_CHANGED", "it changed while it was read")
    new = Receipt(
        receipt_number=receipt_number,
        sha256=inspected.sha256,
        source=source,
        names=(inspected.arrival.name,),
        size_bytes=inspected.size_bytes,
        received_at=now,
        is_simulated=inspected.arrival.is_simulated,
    )
    receipt = new if earlier is None else _merged(earlier, new)
    if receipt != earlier:
        _write_receipt(layout, receipt)
    return receipt


def _merged(earlier: Receipt, new: Receipt) -> Receipt:
    """Keep number and time of a receipt that an interrupted landing or another source left."""
    names = dict.fromkeys((*earlier.names, *new.names))
    is_simulated = earlier.is_simulated or new.is_simulated
    return replace(earlier, source=new.source, names=tuple(names), is_simulated=is_simulated)


def _copy(layout: Layout, inspected: Inspected) -> bool:
    aside = layout.landing / f".incoming-{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    with inspected.arrival.path.open("rb") as source, aside.open("wb") as target:
        while block := source.read(_BLOCK_BYTES):
            digest.update(block)
            target.write(block)
        _flush(target.fileno(), target.flush)
    if digest.hexdigest() != inspected.sha256:
        aside.unlink()
        return False
    _put(aside, raw_path(layout, inspected.sha256))
    return True


def _write_receipt(layout: Layout, receipt: Receipt) -> None:
    values = {
        "receipt_number": receipt.receipt_number,
        "sha256": receipt.sha256,
        "source": receipt.source,
        "names": list(receipt.names),
        "size_bytes": receipt.size_bytes,
        "received_at": receipt.received_at.isoformat(),
        "is_simulated": receipt.is_simulated,
    }
    aside = layout.landing / f".incoming-{uuid.uuid4().hex}"
    with aside.open("w", encoding="utf-8") as target:
        json.dump(values, target, ensure_ascii=False, indent=1)
        _flush(target.fileno(), target.flush)
    _put(aside, receipt_path(layout, receipt.sha256))


def _put(aside: Path, final: Path) -> None:
    aside.chmod(_READ_ONLY)
    final.parent.mkdir(exist_ok=True)
    aside.replace(final)


def _sync_folder(path: Path) -> None:
    if path.is_dir():
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _flush(descriptor: int, flush: Callable[[], None]) -> None:
    flush()
    os.fsync(descriptor)
