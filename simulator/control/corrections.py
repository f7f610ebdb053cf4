"""Corrections: a later version of a declaration says one item otherwise than the one before.

By how much is an assumption.
"""

from dataclasses import replace

import numpy as np

from simulator.control.lifecycle import QUANTITY_REASON, VALUE_REASON
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.trade.batch import Batch
from simulator.trade.goods_items import invoice_values
from simulator.trade.valuation import assess_items, value_items


def corrected(nation: Nation, batch: Batch, reason: Ints, digit: int) -> Batch:
    """Return a batch as its next version tells it: one item of each declaration changes.

    Args:
        nation: The nation.
        batch: The version before.
        reason: Reason code of each declaration: value and quantity change an item, others only
            the papers.
        digit: Version digit of the result.
    """
    items, owner = batch.declared, batch.owner
    key = keyed.derive(batch.roster.key, "correction", digit)
    target = 1 + np.floor(keyed.uniform(key, "item") * batch.roster.item_count).astype(np.int64)
    hit = items.number == target[owner]
    why = np.where(hit, reason[owner], 0)
    by_price = np.where(why == VALUE_REASON, 0.92 + 0.18 * keyed.uniform(key, "price")[owner], 1.0)
    price = one_at_least(items.unit_price_e4 * by_price)
    more = keyed.integers(key, "quantity", 1, 6)[owner] * 100
    quantity = items.quantity_e2 + np.where(why == QUANTITY_REASON, more, 0)
    told = replace(
        items,
        unit_price_e4=price,
        quantity_e2=quantity,
        kg_e2=one_at_least(items.kg_e2 * (quantity / items.quantity_e2)),
        value_e2=invoice_values(quantity, price, batch.deals.currency[owner]),
    )
    values = value_items(nation, batch.roster, batch.deals, told, batch.true)
    duties = assess_items(nation, batch.roster, batch.deals, told, values.customs_vnd)
    return replace(batch, declared=told, valuation=values, duties=duties)
