"""A lake made anew from the landing of another: the same bytes under the rules of this program.

What was received keeps its receipt number and time, and what was withdrawn is withdrawn again. All
that follows from the landing (marts, releases, models) is made anew by its own commands.
"""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from data_contracts.errors import CustomsDataError
from ingestion.delivery import deliver_arrivals, withdraw
from ingestion.delivery_report import DeliveryReport
from ingestion.lander import Progress
from ingestion.resumption import find_source
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
    found = {path: landing.read_receipt(path) for path in before.landing.glob("*/*.json")}
    receipts = sorted(found.values(), key=lambda receipt: receipt.receipt_number)
    withdrawn = _withdrawn(before)
    layout.ensure()
    _copy_secrets(before, layout)
    for path, receipt in found.items():
        _take_over(before, layout, path, receipt)
    with Ledger(layout.ledger_path) as ledger:
        ledger.reserve(max((receipt.receipt_number for receipt in receipts), default=0))
    for receipt in receipts:
        # One at a time, before the others: the same delivery may have come again afterwards.
        if receipt.receipt_number in withdrawn:
            deliver_arrivals(settings, receipt.source, _arrivals(layout, [receipt]))
            withdraw(settings, receipt.sha256, receipt.receipt_number)
    kept = [receipt for receipt in receipts if receipt.receipt_number not in withdrawn]
    return [
        deliver_arrivals(
            settings,
            source,
            _arrivals(layout, [receipt for receipt in kept if receipt.source == source]),
            progress,
        )
        for source in sorted({receipt.source for receipt in kept})
    ]


def _copy_secrets(before: Layout, layout: Layout) -> None:
    for secret in before.secrets.iterdir() if before.secrets.is_dir() else ():
        target = layout.secrets / secret.name
        shutil.copyfile(secret, target)
        target.chmod(_SECRET_MODE)


def _take_over(before: Layout, layout: Layout, path: Path, receipt: Receipt) -> None:
    """Give the new landing the bytes (one copy on disk, where that can be) and the receipt."""
    source = landing.raw_path(before, receipt.sha256)
    target = landing.raw_path(layout, receipt.sha256)
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        target.chmod(landing.READ_ONLY)
    # The first format did not keep what the name says of the bytes.
    meaning = find_source(receipt.source).meaning(receipt.names[0])
    landing.write_receipt(layout, target.with_name(path.name), replace(receipt, meaning=meaning))


def _arrivals(layout: Layout, receipts: Sequence[Receipt]) -> list[Arrival]:
    """Return each content under each of its names: the first that can be used is taken."""
    return [
        Arrival(landing.raw_path(layout, receipt.sha256), name, receipt.is_simulated)
        for receipt in receipts
        for name in receipt.names
    ]


def _withdrawn(before: Layout) -> set[int]:
    if not before.ledger_path.exists():
        return set()
    address = f"{before.ledger_path.as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as ledger:
        return {number for (number,) in ledger.execute(engine.statement("ledger_withdrawn"))}
