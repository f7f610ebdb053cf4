"""Refunds for goods that go back: import duty of what is returned abroad, export duty of the rest.

Law 107/2016 article 19: duty paid on goods that are re-exported or come back is refunded. The
return itself is drawn by the chronicle; a declaration knows its own, so both are told together.
"""

import numpy as np

from simulator.chronicle.follow_ups import routine
from simulator.control.lifecycle import Lives
from simulator.kernel.arrays import pick
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.declaration_kinds import RETURNED_ABROAD, RETURNED_HOME
from simulator.reference.tax_letters import LETTERS, VAT, after_exemption
from simulator.revenue.differences import as_standing
from simulator.revenue.entries import RETURN
from simulator.revenue.standing import Changes, Standing, changes_of
from simulator.trade.batch import Batch
from simulator.trade.goods_items import returned_parts


def returned(nation: Nation, batch: Batch, standing: Standing, lives: Lives) -> Changes:
    """Return what is refunded because goods go back, negative, by declaration and tax."""
    duties = standing.net_vnd.copy()
    duties[:, VAT] = 0
    rows = np.flatnonzero(duties.any(axis=1))
    later = routine(nation, pick(batch.roster, rows), pick(batch.deals, rows), batch.scheme[rows])
    later = pick(later, np.isin(later.kind, (RETURNED_ABROAD, RETURNED_HOME)))
    order = np.argsort(batch.roster.key[rows])
    own = rows[order[np.searchsorted(batch.roster.key[rows][order], later.parent_key)]]
    owner = batch.owner
    chosen = np.zeros(len(batch), dtype=bool)
    chosen[own] = True
    items = np.flatnonzero(chosen[owner])
    told = as_standing(batch, standing.versions, lives, items)
    part = returned_parts(batch.true.key[items])
    amounts = after_exemption(told.amounts_vnd, batch.deals.regime[owner[items]])
    back = np.floor(amounts * part[:, None]).astype(np.int64)
    total = np.zeros((len(batch), len(LETTERS)), dtype=np.int64)
    np.add.at(total, owner[items], back)
    total[:, VAT] = 0
    return changes_of(own, -total[own], later.day * DAY_SECONDS, RETURN)
