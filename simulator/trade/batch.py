"""A batch of declarations from deal to paper: what is true, what is declared, what is due."""

from dataclasses import dataclass, fields, replace

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.nation import SCHEME_SLOTS, Nation
from simulator.reference.assessment import Duties
from simulator.reference.regimes import EXPORT
from simulator.trade.deals import TERMS, Deals, draw_deals
from simulator.trade.goods_items import GoodsItems, draw_goods
from simulator.trade.roster import Roster
from simulator.trade.scheme_states import SchemeStates
from simulator.trade.telling import Planted, Situation, tell
from simulator.trade.valuation import (
    Valuation,
    assess_items,
    full_values,
    payable,
    sums,
    value_items,
)

_BY_CONTAINER, _LOOSE = 2, 3
_GROUPAGE_M3, _GROUPAGE_SHARE = 12.0, 0.8


@dataclass(frozen=True, slots=True)
class Batch:
    """Declarations with their items; all items are ordered by declaration and number.

    Attributes:
        roster, deals: One position a declaration.
        true, declared: Items as they are and as they are told; equal line by line.
        planted: What is irregular, one position an item.
        valuation, duties: Of what is declared.
        evaded_vnd: Duties of what is true less those of what is declared, at least 0, an item.
        scheme: Running schemes of the declaration's trader, shape (n, SCHEME_SLOTS); -1 for none.
    """

    roster: Roster
    deals: Deals
    true: GoodsItems
    declared: GoodsItems
    planted: Planted
    valuation: Valuation
    duties: Duties
    evaded_vnd: Ints
    scheme: Ints

    def __len__(self) -> int:
        """Return the number of declarations."""
        return len(self.roster)

    @property
    def owner(self) -> Ints:
        """Position of each item's declaration."""
        return self.declared.owner


def declare(nation: Nation, states: SchemeStates, roster: Roster) -> Batch:
    """Return what the declarations of a roster say and what is true; a pure function of both."""
    deals = draw_deals(nation, states, roster)
    scheme = running_schemes(nation, states, deals.trader, roster.day)
    deals = _rerouted(states, roster, deals, scheme)
    true = draw_goods(nation, roster, deals)
    deals = _as_groupage(nation, roster, deals, true)
    declared, planted = tell(Situation(nation, states, roster, deals, true), scheme)
    valuation = value_items(nation, roster, deals, declared)
    duties = assess_items(nation, roster, deals, declared, valuation.customs_vnd)
    deals = _at_once_where_nothing_is_due(deals, true.owner, duties)
    return Batch(
        roster=roster,
        deals=deals,
        true=true,
        declared=declared,
        planted=planted,
        valuation=valuation,
        duties=duties,
        evaded_vnd=_evaded(nation, roster, deals, true, planted, duties),
        scheme=scheme,
    )


def _at_once_where_nothing_is_due(deals: Deals, owner: Ints, duties: Duties) -> Deals:
    """Let nobody secure what is not due: guarantees stand for import taxes only."""
    due = sums(owner, duties.total(), len(deals))
    idle = (due == 0) | (deals.direction == EXPORT)
    secured = np.isin(deals.term, (TERMS.index("A"), TERMS.index("B")))
    return replace(deals, term=np.where(secured & idle, TERMS.index("D"), deals.term))


def _as_groupage(nation: Nation, roster: Roster, deals: Deals, true: GoodsItems) -> Deals:
    """Let small sea shipments share a container: those are declared as loose (code 3)."""
    volume = true.kg_e2 / 100_000 * nation.goods.m3_per_tonne[true.line]
    total = np.bincount(true.owner, volume, minlength=len(roster))
    small = (deals.transport == _BY_CONTAINER) & (total < _GROUPAGE_M3)
    small &= roster.branches == 1
    small &= keyed.happens(roster.deal_key, "groupage", _GROUPAGE_SHARE)
    return replace(deals, transport=np.where(small, _LOOSE, deals.transport))


def running_schemes(nation: Nation, states: SchemeStates, trader: Ints, day: Ints) -> Ints:
    """Return the running schemes of each trader on its day, shape (n, SCHEME_SLOTS)."""
    own = nation.scheme_of[trader]
    if not len(nation.schemes):
        return own
    runs = (own >= 0) & states.active[np.maximum(own, 0), states.week(day)[:, None]]
    return np.where(runs, own, -1)


def _rerouted(states: SchemeStates, roster: Roster, deals: Deals, scheme: Ints) -> Deals:
    """Send the deals of schemes that were caught through another office or broker."""
    office, broker = deals.office.copy(), deals.broker.copy()
    week = states.week(roster.day)
    for slot in range(SCHEME_SLOTS):
        rows = np.flatnonzero(scheme[:, slot] >= 0)
        own = scheme[rows, slot], week[rows]
        office[rows] = np.where(states.office[own] >= 0, states.office[own], office[rows])
        broker[rows] = np.where(states.broker[own] >= 0, states.broker[own], broker[rows])
    return replace(deals, office=office, broker=broker)


def pick_items(goods: GoodsItems, items: Ints) -> GoodsItems:
    """Return some items; they keep the positions of their declarations."""
    changes = {entry.name: getattr(goods, entry.name)[items] for entry in fields(goods)}
    return replace(goods, **changes)


def _evaded(
    nation: Nation, roster: Roster, deals: Deals, true: GoodsItems, planted: Planted, duties: Duties
) -> Ints:
    """Return what each irregular item evades: duties by the same law on what is true."""
    result = np.zeros(len(true), dtype=np.int64)
    rows = np.flatnonzero(planted.mechanism >= 0)
    if len(rows):
        paid = payable(deals, true.owner, duties)[rows]
        result[rows] = short_of(nation, roster, deals, pick_items(true, rows), paid)
        result[rows] += planted.hidden_vnd[rows]
    return result


def short_of(nation: Nation, roster: Roster, deals: Deals, real: GoodsItems, paid: Ints) -> Ints:
    """Return by how much what is paid for some items falls short of what is due for them, VND."""
    value = full_values(nation, roster, deals, real)
    due = payable(deals, real.owner, assess_items(nation, roster, deals, real, value))
    short: Ints = np.maximum(due - paid, 0)
    return short
