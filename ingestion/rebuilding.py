"""A lake made anew from the landing of another: the same bytes under the rules of this program.

What was received keeps its receipt number and time, and what was withdrawn is withdrawn again. All
that follows from the landing (marts, releases, models) is made anew by its own commands.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from data_contracts.errors import CustomsDataError
from ingestion.delivery import deliver_arrivals, withdraw
from ingestion.delivery_report import DeliveryReport
from ingestion.lander import Progress
from warehouse import engine, landing
from warehouse.arrivals import Arrival
from warehouse.landing import Receipt
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings

_SECRET_MODE = 0o600


def rebuild(
    old: Path, settings: LakeSettings, progress: Progress | None = None
) -> list[DeliveryReport]:
    """Make the lake of `settings` from the landing and the secrets of the one in `old`.

    The old one is only read, whatever its format. It keeps what is not made from landed files: the
    record of statements, reports, and what was done in Superset.

    Args:
        old: Home of the other lake.
        settings: Of the new lake; nothing lies in its home yet.
        progress: Called with (files done, files in all) of each source.

    Returns:
        What became of the files that were not taken back, one report a source.

    Raises:
        CustomsDataError: There is no landing in `old`, it is a demo of the first format, a receipt
            is damaged, or the new home holds a lake.
    """
    before, layout = Layout(old), Layout(settings.home)
    if not before.landing.is_dir():
        message = f"{before.home} holds no landing/; give the home of a lake"
        raise CustomsDataError(message)
    if before.format_number == 1 and before.nation.is_dir():
        message = f"{before.home} is a demo that does not say which files were simulated; "
        message += "make a new one: customs demo --home NEW"
        raise CustomsDataError(message)
    if layout.format_number is not None:
        message = f"{layout.home} holds a lake; give a folder that is not there yet as --home"
        raise CustomsDataError(message)
    receipts = dict(sorted(_receipts(before), key=lambda found: found[1].receipt_number))
    layout.ensure()
    _copy_secrets(before, layout)
    with Ledger(layout.ledger_path) as ledger:
        numbers = (receipt.receipt_number for receipt in receipts.values())
        ledger.reserve(max(numbers, default=0))
    taken_back = _withdrawn(before)
    # First what was taken back, so that nothing else ever counts as its repetition.
    for is_withdrawn in (True, False):
        chosen = {
            path: receipt
            for path, receipt in receipts.items()
            if (receipt.receipt_number in taken_back) == is_withdrawn
        }
        for path, receipt in chosen.items():
            _take_over(before, layout, path, receipt)
        reports = [
            deliver_arrivals(settings, source, _arrivals(layout, chosen.values(), source), progress)
            for source in sorted({receipt.source for receipt in chosen.values()})
        ]
        if is_withdrawn:
            _withdraw_all(settings, layout)
    return reports


def _receipts(layout: Layout) -> Iterator[tuple[Path, Receipt]]:
    for path in layout.landing.glob("*/*.json"):
        if receipt := landing.read_receipt(path):
            yield path, receipt


def _copy_secrets(before: Layout, layout: Layout) -> None:
    for secret in before.secrets.iterdir() if before.secrets.is_dir() else ():
        target = layout.secrets / secret.name
        shutil.copyfile(secret, target)
        target.chmod(_SECRET_MODE)


def _take_over(before: Layout, layout: Layout, path: Path, receipt: Receipt) -> None:
    """Give the new landing the bytes, which lie once on disk where that can be, and the receipt."""
    source, target = (
        landing.raw_path(before, receipt.sha256),
        landing.raw_path(layout, receipt.sha256),
    )
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        target.chmod(landing.READ_ONLY)
    kept = target.parent / path.name
    shutil.copyfile(path, kept)
    kept.chmod(landing.READ_ONLY)


def _arrivals(layout: Layout, receipts: Iterable[Receipt], source: str) -> list[Arrival]:
    """Return each content under each of its names: the first that can be used is taken."""
    return [
        Arrival(landing.raw_path(layout, receipt.sha256), name)
        for receipt in receipts
        if receipt.source == source
        for name in receipt.names
    ]


def _withdrawn(before: Layout) -> set[int]:
    """Return the receipt numbers of what was taken back."""
    if not before.ledger_path.exists():
        return set()
    address = f"{before.ledger_path.as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as ledger:
        ledger.row_factory = sqlite3.Row
        rows = ledger.execute(engine.statement("ledger_in_state"), {"state": "withdrawn"})
        return {row["receipt_number"] for row in rows}


def _withdraw_all(settings: LakeSettings, layout: Layout) -> None:
    with Ledger(layout.ledger_path) as ledger:
        landed = ledger.deliveries("accepted")
    for delivery in landed:
        withdraw(settings, delivery.sha256)
