"""Deliveries: files from outside come into the lake, or a wrong one is taken back."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts import loading
from data_contracts.errors import CustomsDataError, SourceUnavailableError
from ingestion.batch_load import cut_batches, prepare, write
from ingestion.delivery_report import DeliveryReport
from ingestion.lander import Lander, Progress
from ingestion.resumption import finish_interrupted
from ingestion.sources.catalog import UnknownSourceError, find_source
from ingestion.sources.reading import Source
from warehouse import arrivals, landing
from warehouse.arrivals import Arrival
from warehouse.deliveries import Delivery, Outcome
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.loads import Load, explained_failures
from warehouse.rehearsal import rehearse
from warehouse.settings import LakeSettings

__all__ = [
    "DeliveryReport",
    "NoHashError",
    "UnknownSourceError",
    "Withdrawal",
    "deliver",
    "deliver_arrivals",
    "no_file_in",
    "withdraw",
]

_SHORTEST_PREFIX = 8
_HASH = re.compile(rf"[0-9a-fA-F]{{{_SHORTEST_PREFIX},64}}")


class NoHashError(CustomsDataError):
    """A text that cannot be the hash of a delivery, or is too short a part of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A delivery that was taken back.

    Attributes:
        sha256: Its content.
        source: Its source.
        file: The first name it was seen under.
        reloaded_files: Other files of the source that were loaded again, because records of theirs
            had counted as repetitions or contradictions.
    """

    sha256: str
    source: str
    file: str
    reloaded_files: int

    def as_json(self) -> dict[str, Any]:
        """Return the withdrawal for `--json`."""
        return {
            "withdrawn": self.sha256,
            "source": self.source,
            "file": self.file,
            "reloaded_files": self.reloaded_files,
        }


def deliver(
    settings: LakeSettings,
    source_name: str,
    paths: Sequence[Path],
    *,
    check: bool = False,
    progress: Progress | None = None,
) -> DeliveryReport:
    """Land files and folders of one source; any of them may have been landed before.

    Args:
        settings: Of the lake.
        source_name: Name of the adapter.
        paths: Files and folders; folders are walked in sorted order.
        check: Try everything on a throw-away copy and land nothing.
        progress: Called with (files done, files in all).

    Raises:
        UnknownSourceError: No adapter has this name.
        SourceUnavailableError: A path does not exist, or there is no file in any and no lake yet.
        CustomsDataError: Another landing is under way, or the home cannot be written.
    """
    source = find_source(source_name, Layout(settings.home).home)
    found = arrivals.find(paths)
    if paths and not found and not Layout(settings.home).ledger_path.exists():
        message = f"no lake was made in {settings.home}: {no_file_in(source, paths)}"
        raise SourceUnavailableError(message)
    report = DeliveryReport(source_name, is_check=check)
    with rehearse(settings) if check else nullcontext(settings) as chosen:
        layout = Layout(chosen.home)
        with _open(layout, chosen) as ledger:
            Lander(chosen, layout, ledger, source, report, progress).run(found)
    return report


def no_file_in(source: Source, paths: Sequence[Path]) -> str:
    """Return what is said where no file lies in the given paths: what was looked for."""
    names = source.names
    wanted = f"files named {', '.join(names)}" if names else "files of any name"
    places = ", ".join(map(str, paths))
    return (
        f"there is no file in {places}; {source.name} takes {wanted}, none that begins with a dot"
    )


def deliver_arrivals(
    settings: LakeSettings,
    source_name: str,
    found: Sequence[Arrival],
    progress: Progress | None = None,
) -> DeliveryReport:
    """Land files of one source under the names that are given with them.

    Raises:
        UnknownSourceError: No adapter has this name.
        CustomsDataError: Another landing is under way, or the home cannot be written.
    """
    report = DeliveryReport(source_name, is_check=False)
    layout = Layout(settings.home)
    source = find_source(source_name, layout.home)
    with _open(layout, settings) as ledger:
        Lander(settings, layout, ledger, source, report, progress).run(found)
    return report


def withdraw(settings: LakeSettings, sha256: str, receipt_number: int | None = None) -> Withdrawal:
    """Take a delivery back as a new fact: its records stay, and count nowhere any more.

    Records of other deliveries that had counted as repetitions of it, or as contradictions, are
    loaded again, so that nothing they brought is lost.

    Args:
        settings: Of the lake.
        sha256: Hash of the delivery, or its first characters (eight at least).
        receipt_number: Which one, where the same bytes were delivered as several things.

    Raises:
        NoHashError: `sha256` is none.
        CustomsDataError: There is no such delivery, it has no records in the lake, or the hash
            names several that have.
    """
    if _HASH.fullmatch(sha256) is None:
        message = (
            f"{sha256!r} is no hash of a delivery: expected its first {_SHORTEST_PREFIX} to 64 "
            "characters, digits and letters a to f"
        )
        raise NoHashError(message)
    layout = Layout(settings.home)
    with _open(layout, settings) as ledger:
        finish_interrupted(settings, layout, ledger)
        delivery = _withdrawable(ledger, sha256, receipt_number)
        shadowed = ledger.overlapping(delivery.receipt_number)
        _withdraw(settings, layout, ledger, delivery, shadowed)
    return Withdrawal(
        sha256=delivery.sha256,
        source=delivery.source,
        file=delivery.name,
        reloaded_files=len(shadowed),
    )


@contextmanager
def _open(layout: Layout, settings: LakeSettings) -> Iterator[Ledger]:
    layout.ensure()
    with (
        landing.lander_lock(layout, settings),
        explained_failures(layout),
        Ledger(layout.ledger_path) as ledger,
    ):
        yield ledger


def _withdraw(
    settings: LakeSettings,
    layout: Layout,
    ledger: Ledger,
    delivery: Delivery,
    shadowed: Sequence[Delivery],
) -> None:
    withdrawn = [earlier.receipt_number for earlier in ledger.deliveries("withdrawn")]
    withdrawn.append(delivery.receipt_number)
    load = Load.begin(layout, ledger, loading.contracts_of("bronze"))
    load.withdraw(delivery)
    load.forget([other.receipt_number for other in shadowed])
    outcomes = [Outcome(receipt_number=delivery.receipt_number, state="withdrawn")]
    for batch in cut_batches(settings, layout, find_source(delivery.source, layout.home), shadowed):
        for prepared in prepare(settings, layout, batch):
            outcomes.extend(write(settings, load, prepared, withdrawn))
    load.close(outcomes)


def _withdrawable(ledger: Ledger, sha256: str, receipt_number: int | None) -> Delivery:
    named = [
        delivery
        for delivery in ledger.find_prefix(sha256.lower())
        if receipt_number in {None, delivery.receipt_number}
    ]
    standing = [delivery for delivery in named if delivery.state == "accepted"]
    if len(standing) == 1:
        return standing[0]
    if standing:
        listed = "; ".join(f"{one.receipt_number}: {one.name} ({one.source})" for one in standing)
        message = (
            f"{len(standing)} deliveries have a hash that begins with {sha256}; "
            f"say which with --receipt NUMBER: {listed}"
        )
    elif named:
        last = named[-1]
        message = f"delivery {last.sha256} is {last.state}: it has no records to take back"
    else:
        message = f"0 deliveries have a hash that begins with {sha256}, expected one"
    raise CustomsDataError(message)
