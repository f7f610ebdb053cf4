"""Declarations of a lived nation as the tables that a policy gets: outside columns, all text.

Only first versions are told, as they were registered: nobody is cleared yet, nothing is corrected.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmark.arrays import Ints
from benchmark.play.game import OUTCOMES
from simulator.block import Block
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.delivery.rendering import as_plain
from simulator.delivery.tables import find_table
from simulator.nation import Nation
from simulator.papers.paper import as_text, declaration_numbers, original
from simulator.sources.vcis_control import put_checks
from simulator.sources.vcis_header import header_columns
from simulator.sources.vcis_items import item_columns
from simulator.sources.vcis_papers import container_columns, document_columns
from simulator.sources.vcis_taxes import tax_columns

TABLES = ("tk", "hang", "thue", "chungtu", "cont")
_AUDIT_METHOD = "8"


class Shelf:
    """Keeps the rows that a source would send; it takes the place of an outbox."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tables: dict[str, pa.Table] = {}

    def put(
        self,
        table: str,
        moment: Ints,
        columns: Mapping[str, pa.Array],
        operation: str | pa.Array = "I",
        registered: Ints | None = None,
    ) -> None:
        """Keep rows; when they would be sent does not matter here."""
        del moment, operation, registered
        self.tables[table] = pa.table({name: as_plain(values) for name, values in columns.items()})


def numbers_of(block: Block) -> Ints:
    """Return the 11 digits of each declaration of a block."""
    return declaration_numbers(block.batch)


def tables_of(nation: Nation, block: Block, sent: Mapping[str, int]) -> dict[str, pa.Table]:
    """Return the tables of a block by name.

    Args:
        nation: The nation.
        block: What was registered.
        sent: Rows of each table told so far; SEQ_NO goes on from there.
    """
    paper = original(block)
    nobody = np.full(len(block.batch), NEVER, dtype=np.int64)
    columns = (
        header_columns(nation, paper, nobody, np.zeros_like(nobody)),
        item_columns(nation, paper),
        tax_columns(nation, paper)[1],
        document_columns(nation, paper)[1],
        container_columns(nation, paper)[1],
    )
    return {
        name: _numbered(name, own, sent.get(name, 0))
        for name, own in zip(TABLES, columns, strict=True)
    }


def outcomes_of(nation: Nation, block: Block) -> pa.Table:
    """Return what the checks of a block told: a row for each clean one and each item found."""
    shelf = Shelf()
    put_checks(
        cast("Outbox", shelf), nation, block.batch, block.checks, block.findings, block.lives
    )
    told = shelf.tables["kiemtra"]
    place = pc.index_in(told["SO_TK_GOC"], as_text(numbers_of(block)))
    trader = block.batch.deals.trader[place.to_numpy()]
    codes = pa.array(nation.traders.tax_codes, pa.string()).take(pa.array(trader))
    known = told["DEN"].cast(pa.timestamp("s")).cast(pa.int64())
    columns = {name: told[name] for name in OUTCOMES.names if name in told.column_names}
    columns |= {"MA_DN": codes, "known": known}
    return pa.table([columns[name] for name in OUTCOMES.names], schema=OUTCOMES)


def audit_outcomes(
    trader: Sequence[str], number: Ints, item: Ints, what: Sequence[str], evaded_known: Ints
) -> pa.Table:
    """Return what audits told, one row an item found; number 0 for an audit that found nothing.

    Args:
        trader: Tax codes, shape (n,).
        number: Declaration, 11 digits.
        item: Item number.
        what: What differs (MA_VP).
        evaded_known: Duty to be paid more, VND, and the second at which it is known, shape (n, 2).
    """
    clean = number == 0
    count = len(number)
    den = pa.array(evaded_known[:, 1]).cast(pa.timestamp("s"))
    columns: dict[str, pa.Array] = {
        "SO_TK_GOC": as_text(number, clean),
        "MA_DN": pa.array(trader, pa.string()),
        "STT": as_text(item, clean),
        "HINH_THUC": pa.array([_AUDIT_METHOD] * count, pa.string()),
        "DEN": as_plain(den),
        "KET_QUA": as_text((~clean).astype(np.int64)),
        "MA_VP": pa.array(what, pa.string(), mask=clean),
        "THUE_TANG": as_text(evaded_known[:, 0], clean),
        "known": pa.array(evaded_known[:, 1]),
    }
    return pa.table([columns[name] for name in OUTCOMES.names], schema=OUTCOMES)


def joined(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    """Return the tables of several blocks, one after the other."""
    return {name: pa.concat_tables([part[name] for part in parts]) for name in TABLES}


def _numbered(name: str, columns: Mapping[str, pa.Array], sent: int) -> pa.Table:
    """Return rows in the order of registration, numbered (SEQ_NO) and marked (OP) as sent.

    Outside columns in their order; what this nation never tells is null.
    """
    texts = {column: as_plain(values) for column, values in columns.items()}
    count = len(next(iter(texts.values())))
    texts["SEQ_NO"] = as_text(sent + 1 + np.arange(count))
    texts["OP"] = pa.array(["I"] * count, pa.string())
    nothing = pa.nulls(count, pa.string())
    wanted = ("SEQ_NO", "OP", *find_table(name).columns)
    return pa.table([texts.get(column, nothing) for column in wanted], names=wanted)
