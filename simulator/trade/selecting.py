"""Parts of batches: some declarations of a batch with their items, whole."""

from dataclasses import fields, replace

import numpy as np

from simulator.kernel.arrays import Ints, numbers_within, pick, runs_of
from simulator.trade.batch import Batch


def _items_of(batch: Batch, rows: Ints) -> tuple[Ints, Ints]:
    """Return the item positions of some declarations (ascending), and each one's new owner."""
    starts = np.searchsorted(batch.owner, rows)
    counts = batch.roster.item_count[rows]
    owner = runs_of(counts)
    offset = numbers_within(counts)
    return starts[owner] + offset, owner


def select(batch: Batch, rows: Ints) -> Batch:
    """Return some declarations of a batch, in the order of `rows`, with their items."""
    items, owner = _items_of(batch, rows)
    values = batch.valuation
    by_item = {"customs_vnd"}
    valuation = replace(
        values,
        **{
            entry.name: getattr(values, entry.name)[items if entry.name in by_item else rows]
            for entry in fields(values)
        },
    )
    return Batch(
        roster=pick(batch.roster, rows),
        deals=pick(batch.deals, rows),
        true=replace(pick(batch.true, items), owner=owner),
        declared=replace(pick(batch.declared, items), owner=owner),
        planted=pick(batch.planted, items),
        pieces=batch.pieces[rows],
        sent_from=batch.sent_from[rows],
        friend=batch.friend[rows],
        valuation=valuation,
        duties=pick(batch.duties, items),
        evaded_vnd=batch.evaded_vnd[items],
        scheme=batch.scheme[rows],
    )
