"""Taking up again what an interrupted landing left, before anything new is landed."""

from data_contracts.errors import CustomsDataError
from ingestion.batch_load import cut_batches, load_batch
from ingestion.sources.reading import Reading, Source
from ingestion.sources.registry import SOURCES
from warehouse import landing, loads
from warehouse.deliveries import Delivery, Outcome
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


class UnknownSourceError(CustomsDataError):
    """No adapter has this name."""


def find_source(name: str) -> Source:
    """Return the adapter with this name.

    Raises:
        UnknownSourceError: There is none.
    """
    source = SOURCES.get(name)
    if source is None:
        message = f"there is no source {name!r}; known: {', '.join(sorted(SOURCES))}"
        raise UnknownSourceError(message)
    return source


def finish_interrupted(
    settings: LakeSettings, layout: Layout, ledger: Ledger
) -> dict[int, tuple[Delivery, Outcome, Reading]]:
    """Enter and load what was received but not loaded, undo a half-done load; under the lock only.

    What a source sent that this program does not know waits for one that does.

    Returns:
        What was loaded, by receipt number; the readings without their rows.
    """
    landing.discard_unfinished(layout)
    with landing.unentered(layout) as receipts:
        entered = ledger.by_receipt(receipt.receipt_number for receipt in receipts)
        if new := [one.delivery() for one in receipts if one.receipt_number not in entered]:
            ledger.add(new)
    loads.recover(layout, ledger)
    loaded: dict[int, tuple[Delivery, Outcome, Reading]] = {}

    def done(delivery: Delivery, outcome: Outcome, reading: Reading) -> None:
        loaded[delivery.receipt_number] = (delivery, outcome, reading.without_rows())

    waiting = ledger.deliveries("received")
    for name in sorted({delivery.source for delivery in waiting}):
        try:
            source = find_source(name)
        except UnknownSourceError:
            continue
        mine = [delivery for delivery in waiting if delivery.source == name]
        for batch in cut_batches(settings, layout, source, mine):
            load_batch(settings, layout, ledger, batch, done)
    return loaded
