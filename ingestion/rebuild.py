"""A lake made anew from the landing of another: the same bytes under the rules of this program.

What was received keeps its receipt number and time, and what was withdrawn is withdrawn again. All
that follows from the landing (marts, releases, models) is made anew by its own commands.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from data_contracts.errors import CustomsDataError
from ingestion.land import Progress, land_offered
from ingestion.landing_report import LandingReport
from ingestion.sources.catalog import find_source
from ingestion.withdraw import withdraw
from warehouse import durable, landing
from warehouse.landing import Receipt
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.offered_files import OfferedFile
from warehouse.settings import LakeSettings

_SECRET_MODE = 0o600


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the ledger of the old lake says of a delivery: the name it was last read under."""

    name: str
    is_withdrawn: bool


def rebuild(
    old: Path, settings: LakeSettings, progress: Progress | None = None
) -> list[LandingReport]:
    """Make the lake of `settings` from the landing and the secrets of the one in `old`.

    The old one is only read, whatever its format; where both lie on one disk they share the bytes
    of the landing, which nobody changes. It keeps what is not made from landed files: the record of
    statements, reports, and what was done in Superset. The new lake is made aside and moved to its
    place at the end, so that a rebuild that fails leaves none.

    A delivery is landed under the name that the old lake read it under. Its other names are more
    sightings of it, or deliveries of their own where they mean something else.

    Args:
        old: Home of the other lake.
        settings: Of the new lake; its home is not there yet, or an empty folder.
        progress: Called with (files done, files in all) of each source.

    Returns:
        What became of the files that were not taken back, one report a source.

    Raises:
        CustomsDataError: There is no landing in `old`, it is a demo of the first format, a receipt
            is damaged, or the new home holds something.
    """
    before, layout = Layout(old), Layout(settings.home)
    if not before.landing.is_dir():
        message = f"{before.home} holds no landing/; give the home of a lake"
        raise CustomsDataError(message)
    if before.format_number == 1 and before.nation.is_dir():
        message = f"{before.home} is a demo that does not say which files were simulated; "
        message += "make a new one: customs demo --home NEW"
        raise CustomsDataError(message)
    if layout.home.is_dir() and any(layout.home.iterdir()):
        holds = "other files" if layout.format_number is None else "a lake"
        message = f"{layout.home} holds {holds}; give a folder that is not there yet as --home"
        raise CustomsDataError(message)
    target = layout.home.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".rebuild-", dir=target.parent) as aside:
        entries = _entries(before, Path(aside))
        chosen = settings.model_copy(update={"home": Path(aside) / target.name})
        reports = _land_again(before, chosen, entries, progress)
        chosen.home.replace(target)
    return reports


def _land_again(
    before: Layout,
    settings: LakeSettings,
    entries: Mapping[int, _Entry],
    progress: Progress | None,
) -> list[LandingReport]:
    layout = Layout(settings.home)
    layout.ensure()
    _copy_secrets(before, layout)
    if before.sources.is_dir():
        shutil.copytree(before.sources, layout.sources)
    taken_over = [
        _take_over(before, layout, path, entries) for path in before.landing.glob("*/*.json")
    ]
    receipts = sorted(taken_over, key=lambda receipt: receipt.receipt_number)
    with Ledger(layout.ledger_path) as ledger:
        ledger.reserve(max((receipt.receipt_number for receipt in receipts), default=0))
    kept = []
    for receipt in receipts:
        # One at a time, before the others: the same delivery may have come again afterwards.
        entry = entries.get(receipt.receipt_number)
        if entry is None or not entry.is_withdrawn:
            kept.append(receipt)
            continue
        # What was taken back was taken back under all its names: none brings it in again.
        named = _offered_files(layout, receipt)
        same = [one for one in named if _has_meaning(layout, receipt, one.name)]
        report = land_offered(settings, receipt.source, same)
        if report.accepted_files:
            withdraw(settings, receipt.sha256, receipt.receipt_number)
    return [
        land_offered(
            settings,
            source,
            [
                offered
                for receipt in kept
                if receipt.source == source
                for offered in _offered_files(layout, receipt)
            ],
            progress,
        )
        for source in sorted({receipt.source for receipt in kept})
    ]


def _copy_secrets(before: Layout, layout: Layout) -> None:
    for secret in before.secrets.iterdir() if before.secrets.is_dir() else ():
        target = layout.secrets / secret.name
        shutil.copyfile(secret, target)
        target.chmod(_SECRET_MODE)


def _take_over(
    before: Layout, layout: Layout, path: Path, entries: Mapping[int, _Entry]
) -> Receipt:
    """Give the new landing the bytes (one copy on disk, where that can be) and the receipt."""
    earlier = landing.read_receipt(path)
    source = landing.raw_path(before, earlier.sha256)
    target = landing.raw_path(layout, earlier.sha256)
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        try:
            # The rights belong to the bytes, so they are the old lake's as well: left as they are.
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
            target.chmod(durable.READ_ONLY)
    entry = entries.get(earlier.receipt_number)
    name = entry.name if entry else _likely_name(layout, earlier)
    # The first format did not keep what the name says of the bytes.
    receipt = replace(
        earlier,
        meaning=find_source(earlier.source, layout.home).meaning(name),
        # The first is the one that is read.
        names=tuple(dict.fromkeys((name, *earlier.names))),
    )
    landing.write_receipt(layout, target.with_name(path.name), receipt)
    return receipt


def _likely_name(layout: Layout, receipt: Receipt) -> str:
    """Return the name of a delivery that no ledger knows: a second try has the last one."""
    fitting = [name for name in receipt.names if _has_meaning(layout, receipt, name)]
    return (fitting or receipt.names)[-1]


def _has_meaning(layout: Layout, receipt: Receipt, name: str) -> bool:
    return find_source(receipt.source, layout.home).meaning(name) == receipt.meaning


def _offered_files(layout: Layout, receipt: Receipt) -> Iterator[OfferedFile]:
    """Yield the content under each of its names, the one that is read first."""
    path = landing.raw_path(layout, receipt.sha256).resolve()
    for name in receipt.names:
        yield OfferedFile(path, name, receipt.is_simulated)


def _entries(before: Layout, aside: Path) -> dict[int, _Entry]:
    """Return what the old ledger says by receipt number, read from a copy.

    SQLite writes beside a ledger that it only reads.
    """
    copy = aside / before.ledger_path.name
    for suffix in ("", "-wal"):
        part = before.ledger_path.with_name(before.ledger_path.name + suffix)
        if part.exists():
            shutil.copyfile(part, copy.with_name(part.name))
    with Ledger(copy, read_only=True) as ledger:
        return {number: _Entry(*entry) for number, entry in ledger.names().items()}
