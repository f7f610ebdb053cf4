"""Goods that were hidden and are declared after a notice of inspection: no loss any more."""

from dataclasses import replace

import numpy as np

from simulator.control.lanes import RED, Decisions
from simulator.control.lifecycle import cancels, withdraws_after_red
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.trade.batch import Batch
from simulator.trade.telling import in_order


def noticed(nation: Nation, batch: Batch, decisions: Decisions) -> Bools:
    """Return which declarations get a notice of inspection and wait for it: red, not cancelled."""
    red: Bools = (decisions.final_lane == RED) & ~decisions.is_refused
    red &= ~cancels(nation, batch, decisions) & ~withdraws_after_red(nation, batch, decisions)
    return red


def days_until_legalised(key: Keys) -> Ints:
    """Return after how many days what was hidden in each declaration is declared, 1 to 3."""
    return keyed.integers(key, "legalised after", 1, 4)


def legalised_items(nation: Nation, batch: Batch, is_noticed: Bools, day: Ints) -> Ints:
    """Return the items behind which goods lie that their trader now declares, ascending.

    Which mechanisms answer a notice so, and how often, they say; no firm does that closes first.

    Args:
        nation: The nation.
        batch: Declarations.
        is_noticed: Which of them get a notice of inspection.
        day: When each of them would get it.
    """
    chances = [kind.declares_again_after_notice for kind in nation.mechanisms]
    chance = nation.of_kind(batch.planted.mechanism, chances, 0.0)
    hurries = keyed.happens(batch.roster.key[batch.owner], "legalises", chance)
    until = nation.traders.closed_day[batch.deals.trader]
    can = is_noticed & (day + days_until_legalised(batch.roster.key) <= until)
    return np.flatnonzero(can[batch.owner] & hurries & (chance > 0))


def without(batch: Batch, items: Ints) -> Batch:
    """Return a batch in which some items are in order."""
    if not len(items):
        return batch
    evaded = batch.evaded_vnd.copy()
    evaded[items] = 0
    return replace(batch, planted=in_order(batch.planted, items), evaded_vnd=evaded)
