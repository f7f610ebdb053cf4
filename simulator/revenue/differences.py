"""Items that turn out otherwise than declared: how they stood before, and how they are then."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.reference.regimes import IMPORT
from simulator.reference.tax_letters import item_amounts
from simulator.revenue.standing import Version
from simulator.trade.batch import Batch
from simulator.trade.goods_items import GoodsItems, invoice_values
from simulator.trade.valuation import assess_items, full_values

# Assumptions.
_PRICE_LOW, _PRICE_SPREAD = 0.9, 0.22


@dataclass(frozen=True, slots=True)
class Told:
    """Items as one paper tells them, one position each.

    Attributes:
        line, origin, quantity_e2: As told.
        customs_vnd: Customs value, VND.
        amounts_vnd: Taxes before exemption, shape (n, LETTERS), VND.
    """

    line: Ints
    origin: Ints
    quantity_e2: Ints
    customs_vnd: Ints
    amounts_vnd: Ints

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.line)


def _told(batch: Batch, items: Ints) -> Told:
    """Return some items as a batch declares them."""
    goods = batch.declared
    is_import = batch.deals.direction[batch.owner[items]] == IMPORT
    return Told(
        line=goods.line[items],
        origin=goods.origin[items],
        quantity_e2=goods.quantity_e2[items],
        customs_vnd=batch.valuation.customs_vnd[items],
        amounts_vnd=item_amounts(pick(batch.duties, items), is_import),
    )


def as_standing(batch: Batch, versions: tuple[Version, ...], lives: Lives, items: Ints) -> Told:
    """Return items as the last version that was not withdrawn tells them."""
    told = _told(batch, items)
    owner = batch.owner[items]
    for turn, version in enumerate(versions):
        place = np.searchsorted(version.rows, owner)
        place = np.minimum(place, len(version.rows) - 1)
        kept = lives.withdrawn[owner] == NEVER if turn == 0 else np.ones(len(items), dtype=bool)
        hit = np.flatnonzero((version.rows[place] == owner) & kept)
        starts = np.searchsorted(version.batch.owner, place[hit])
        later = _told(version.batch, starts + batch.declared.number[items[hit]] - 1)
        for name in ("line", "origin", "quantity_e2", "customs_vnd", "amounts_vnd"):
            getattr(told, name)[hit] = getattr(later, name)
    return told


def _assessed(nation: Nation, batch: Batch, goods: GoodsItems) -> Told:
    value = full_values(nation, batch.roster, batch.deals, goods)
    duties = assess_items(nation, batch.roster, batch.deals, goods, value)
    is_import = batch.deals.direction[goods.owner] == IMPORT
    amounts = item_amounts(duties, is_import)
    return Told(goods.line, goods.origin, goods.quantity_e2, value, amounts)


def as_true(nation: Nation, batch: Batch, items: Ints) -> Told:
    """Return items as they really are, assessed by the law of their day."""
    return _assessed(nation, batch, pick(batch.true, items))


def repriced(nation: Nation, batch: Batch, items: Ints) -> Told:
    """Return items at a price settled after clearance, a tenth below to an eighth above."""
    goods = pick(batch.declared, items)
    factor = _PRICE_LOW + _PRICE_SPREAD * keyed.uniform(goods.key, "settled price")
    price = one_at_least(goods.unit_price_e4 * factor)
    currency = batch.deals.currency[goods.owner]
    value = invoice_values(goods.quantity_e2, price, currency)
    return _assessed(nation, batch, replace(goods, unit_price_e4=price, value_e2=value))


def differs(before: Told, after: Told) -> Bools:
    """Return for which items a paper tells another code, origin, quantity or value."""
    changed: Bools = (
        (before.line != after.line)
        | (before.origin != after.origin)
        | (before.quantity_e2 != after.quantity_e2)
        | (before.customs_vnd != after.customs_vnd)
    )
    return changed
