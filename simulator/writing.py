"""Writes a block of days: every table of every source that its declarations give rise to."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from simulator.actors.partners import partner_names
from simulator.block import Block
from simulator.cargo.crossings import crossings_of
from simulator.cargo.movements import put_movements
from simulator.cargo.residents import put_residents
from simulator.cargo.shipments import BillTexts
from simulator.chronicle.life import Chronicle
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.delivery.tables import tables_of
from simulator.exchange.handing_over import put_exchange
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded
from simulator.nation import Nation
from simulator.papers.paper import original
from simulator.papers.releases import free_to_leave, releases_of
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.wording import manifest_goods, named_loosely
from simulator.revenue.ledger import settle
from simulator.sources.programme import put_declaration_sums
from simulator.sources.tax_ledger import put_ledger
from simulator.sources.vcis_control import (
    put_changed_checks,
    put_checks,
    put_decisions,
    put_events,
)
from simulator.sources.vcis_corrections import put_corrections
from simulator.sources.vcis_versions import put_versions
from simulator.trade.resident_slips import resident_slips

# How often a bill has the shipper's own words, and how often these are loose: assumptions.
_SHIPPER_TELLS_SHARE, _SHIPPER_LOOSE_SHARE = 0.5, 0.08


@dataclass(frozen=True, slots=True)
class Counts:
    """What a block holds: declarations, goods items, inspections, items found irregular.

    Of what is found some is as declared: checks err.
    """

    declarations: int
    goods_items: int
    inspections: int
    irregular_items: int


def wants_any(outbox: Outbox, source: str) -> bool:
    """Tell whether any table of a source is written."""
    return any(outbox.wants(table.name) for table in tables_of(source))


def write_block(
    outbox: Outbox, nation: Nation, chronicle: Chronicle, block: Block, days: Ints
) -> Counts:
    """Hand over everything of a block."""
    batch, releases = block.batch, releases_of(block)
    if wants_any(outbox, "vcis_extract"):
        put_versions(outbox, nation, original(block), block.lives, chronicle.pairs)
        put_decisions(outbox, batch, block.decisions, nation.random_arm)
        put_events(outbox, nation, block, releases)
        checks, lives = block.checks, block.lives
        rows = put_checks(outbox, nation, batch, checks, block.findings, lives)
        put_changed_checks(outbox, nation, batch, checks, lives, rows)
    _write_money(outbox, nation, chronicle, block, days)
    around = nation.surroundings
    crossings = crossings_of(around, nation.offices, nation.scale, days)
    put_movements(
        outbox,
        around,
        replace(block.shipments, cleared=free_to_leave(block, releases)),
        block.consignments,
        lambda rows: bill_texts(nation, block, rows),
        crossings,
    )
    if outbox.wants("cudan"):
        put_residents(outbox, around, resident_slips(nation, chronicle.states, crossings))
    put_exchange(outbox, nation, chronicle.states, block, days)
    put_declaration_sums(outbox, nation, block)
    return count(block, nation.last_day)


def _write_money(
    outbox: Outbox, nation: Nation, chronicle: Chronicle, block: Block, days: Ints
) -> None:
    """Hand over the accounting of a block, corrections after clearance and exemption lists."""
    if not wants_any(outbox, "tax_ledger") and not outbox.wants("khaibosung"):
        return
    paper, seen = original(block), (block.checks, block.findings)
    money = settle(nation, chronicle.states, paper, block.lives, seen)
    put_corrections(outbox, nation, paper, money.corrections)
    if wants_any(outbox, "tax_ledger"):
        put_ledger(outbox, nation, chronicle.states, paper, money, days)


def count(block: Block, last_day: int) -> Counts:
    """Return what a block holds; findings count when they are known by the last day."""
    ended = block.checks.ended[block.findings.check]
    stands = block.lives.cancelled[block.checks.declaration[block.findings.check]] == NEVER
    return Counts(
        declarations=len(block.batch),
        goods_items=len(block.batch.owner),
        inspections=len(block.checks),
        irregular_items=int((stands & (ended // DAY_SECONDS <= last_day)).sum()),
    )


def bill_texts(nation: Nation, block: Block, rows: Ints) -> BillTexts:
    """Return what the carrier's papers say of some declarations in words.

    The shipper abroad tells what he ships, or what he is asked to; either may name it badly.
    """
    batch = block.batch
    deals, key = batch.deals, batch.roster.deal_key[rows]
    first = np.searchsorted(batch.owner, rows)
    is_told = keyed.happens(key, "shipper tells what he ships", _SHIPPER_TELLS_SHARE)
    line = np.where(is_told, batch.true.line[first], batch.declared.line[first])
    line = named_loosely(nation.goods, line, key, _SHIPPER_LOOSE_SHARE)
    trader = deals.trader[rows]
    goods = nation.goods
    names = partner_names(nation.partners, deals.partner[rows], deals.spelling[rows])
    headings = [f"{code:04d}" for code in goods.hs4.tolist()]
    return BillTexts(
        trader_code=coded(nation.traders.tax_codes, trader).cast(pa.string()),
        trader_name=nation.actors.texts.names.take(pa.array(trader)),
        partner_name=names.cast(pa.string()),
        goods=manifest_goods(goods, line, key).cast(pa.string()),
        hs4=coded(headings, line).cast(pa.string()),
    )
