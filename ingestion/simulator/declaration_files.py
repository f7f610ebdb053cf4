"""Hands the versions of declarations to the outbox: originals, corrections, late clearances."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingestion.simulator.arrays import Bools, Generator, Ints, constant
from ingestion.simulator.block import Block, Nation, Version
from ingestion.simulator.calendar import DAY_SECONDS
from ingestion.simulator.header_rows import header_columns
from ingestion.simulator.item_rows import document_columns, item_columns, tax_columns
from ingestion.simulator.lifecycle import NEVER, correct_items
from ingestion.simulator.outbox import Outbox
from ingestion.simulator.valuation import value_items


@dataclass(frozen=True, slots=True)
class _Moments:
    """When a version is sent, when the next one is, and when its goods are cleared."""

    sent: Ints
    next_sent: Ints
    cleared: Ints


def put_versions(rng: Generator, outbox: Outbox, nation: Nation, block: Block) -> None:
    """Hand over `tk`, `hang`, `thue` and `chungtu` of a block, all versions."""
    life, own = block.lifecycle, block.declarations
    original = Version(own, block.items, block.valuation, 0, np.zeros(len(own), dtype=np.int64))
    moments = _Moments(own.registered, life.amended[:, 0], life.cleared)
    _put_version(outbox, nation, original, moments)
    earlier = original
    # Positions in the block of the declarations that `earlier` holds.
    positions = np.arange(len(own))
    for digit in (1, 2):
        chosen = np.flatnonzero(life.amended[positions, digit - 1] != NEVER)
        positions = positions[chosen]
        if not len(chosen):
            return
        reason = life.reason[positions]
        corrected, items = correct_items(rng, earlier.declarations, earlier.items, chosen, reason)
        values = value_items(corrected, items, nation.goods)
        version = Version(corrected, items, values, digit, reason)
        following = life.amended[positions, 1] if digit == 1 else np.full(len(chosen), NEVER)
        moments = _Moments(life.amended[positions, digit - 1], following, life.cleared[positions])
        _put_version(outbox, nation, version, moments)
        if digit == 1:
            _put_withdrawals(outbox, nation, version, moments, life.withdrawn[positions])
        earlier = version


def _put_version(outbox: Outbox, nation: Nation, version: Version, moments: _Moments) -> None:
    """Hand over one version: the row knows of the clearance if it came by the night."""
    same_day = moments.cleared // DAY_SECONDS <= moments.sent // DAY_SECONDS
    knows: Bools = (moments.cleared != NEVER) & same_day
    sent = np.where(knows, np.maximum(moments.sent, moments.cleared), moments.sent)
    known = np.where(knows, moments.cleared, NEVER)
    count = len(version.declarations)
    outbox.put("tk", sent, constant("I", count), header_columns(nation, version, known))
    _put_children(outbox, nation, version, sent)
    is_last = (moments.next_sent == NEVER) | (moments.next_sent > moments.cleared)
    later = np.flatnonzero((moments.cleared != NEVER) & ~knows & is_last)
    columns = header_columns(nation, version, moments.cleared)
    _put_some(outbox, columns, later, moments.cleared, "U")


def _put_some(
    outbox: Outbox, columns: dict[str, pa.Array], rows: Ints, moment: Ints, operation: str
) -> None:
    taken = {name: column.take(pa.array(rows)) for name, column in columns.items()}
    outbox.put("tk", moment[rows], constant(operation, len(rows)), taken)


def _put_children(outbox: Outbox, nation: Nation, version: Version, sent: Ints) -> None:
    owner = version.items.declaration
    outbox.put("hang", sent[owner], constant("I", len(owner)), item_columns(nation, version))
    taxed, taxes = tax_columns(version)
    outbox.put("thue", sent[owner[taxed]], constant("I", len(taxed)), taxes)
    owner, documents = document_columns(nation, version)
    outbox.put("chungtu", sent[owner], constant("I", len(owner)), documents)


def _put_withdrawals(
    outbox: Outbox, nation: Nation, version: Version, moments: _Moments, withdrawn: Ints
) -> None:
    rows = np.flatnonzero(withdrawn != NEVER)
    known = np.where(moments.cleared <= withdrawn, moments.cleared, NEVER)
    _put_some(outbox, header_columns(nation, version, known), rows, withdrawn, "D")
