"""Taking up again what an interrupted landing left, before anything new is landed."""

from ingestion.batch_load import cut_batches, load_batch
from ingestion.sources.catalog import find_source
from ingestion.sources.reading import Reading
from warehouse import landing, loads
from warehouse.deliveries import Delivery, Outcome
from warehouse.layout import Layout
from warehouse.ledger import Ledger
from warehouse.settings import LakeSettings


def finish_interrupted(
    settings: LakeSettings, layout: Layout, ledger: Ledger
) -> dict[int, tuple[Delivery, Outcome, Reading]]:
    """Undo a half-done load and load what was received but not loaded; only under the lock.

    Returns:
        What was loaded, by receipt number; the readings without their rows.
    """
    landing.discard_unfinished(layout)
    loads.recover(layout, ledger)
    loaded: dict[int, tuple[Delivery, Outcome, Reading]] = {}

    def done(delivery: Delivery, outcome: Outcome, reading: Reading) -> None:
        loaded[delivery.receipt_number] = (delivery, outcome, reading.without_rows())

    waiting = ledger.deliveries("received")
    for name in sorted({delivery.source for delivery in waiting}):
        mine = [delivery for delivery in waiting if delivery.source == name]
        for batch in cut_batches(settings, layout, find_source(name, layout.home), mine):
            load_batch(settings, layout, ledger, batch, done)
    return loaded
