"""`customs land --withdraw`: a wrong delivery is taken back, as a new fact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data_contracts import loading
from data_contracts.errors import CustomsDataError
from ingestion.batches import (
    bytes_gone,
    cut_batches,
    finish_interrupted,
    opened_ledger,
    prepare,
    write,
)
from ingestion.sources.catalog import find_source
from warehouse import landing
from warehouse.layout import Layout
from warehouse.ledger import Delivery, Ledger, Outcome
from warehouse.load_transaction import Load
from warehouse.settings import LakeSettings

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
    with opened_ledger(layout, settings) as ledger:
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


def _withdraw(
    settings: LakeSettings,
    layout: Layout,
    ledger: Ledger,
    delivery: Delivery,
    shadowed: Sequence[Delivery],
) -> None:
    for other in shadowed:
        if not landing.raw_path(layout, other.sha256).is_file():
            raise CustomsDataError(bytes_gone(layout, other))
    withdrawn = [earlier.receipt_number for earlier in ledger.deliveries("withdrawn")]
    withdrawn.append(delivery.receipt_number)
    load = Load.begin(layout, ledger, loading.contracts_of("bronze"))
    load.withdraw(delivery)
    load.forget([other.receipt_number for other in shadowed])
    outcomes = [Outcome(receipt_number=delivery.receipt_number, state="withdrawn")]
    source = find_source(delivery.source, layout.home)
    for batch in cut_batches(settings, layout, source, shadowed):
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
