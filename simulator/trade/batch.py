"""A batch of declarations from deal to paper: what is true, what is declared, what is due."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.mechanisms.mechanism import DECLARED, Errand, Mechanism
from simulator.nation import SCHEME_SLOTS, Nation
from simulator.reference.assessment import Duties
from simulator.reference.regimes import EXPORT
from simulator.trade.deals import TERMS, Deals, draw_deals
from simulator.trade.goods_items import GoodsItems, draw_goods, invoiced_from
from simulator.trade.pieces import pieces_of, this_piece
from simulator.trade.roster import Roster
from simulator.trade.scheme_states import SchemeStates
from simulator.trade.telling import Planted, Situation, in_order, tell
from simulator.trade.valuation import (
    Valuation,
    assess_items,
    full_values,
    payable,
    sums,
    value_items,
)

_BY_CONTAINER, _LOOSE = 2, 3
# Assumptions.
_GROUPAGE_M3, _GROUPAGE_SHARE = 12.0, 0.8


@dataclass(frozen=True, slots=True)
class Batch:
    """Declarations with their items; all items are ordered by declaration and number.

    Attributes:
        roster, deals: One position a declaration.
        true, declared: Items as they are and as they are told; equal line by line.
        planted: What is irregular, one position an item.
        pieces: In how many pieces the deal comes; 1 for most.
        sent_from: Country from which the goods come, or the partner's of an export.
        friend: Officer who looks at it and sees nothing, position in officers; -1 for nobody.
        valuation, duties: Of what is declared.
        evaded_vnd: Duties of what is true less those of what is declared, at least 0, an item.
        scheme: Running schemes of the declaration's trader, shape (n, SCHEME_SLOTS); -1 for none.
    """

    roster: Roster
    deals: Deals
    true: GoodsItems
    declared: GoodsItems
    planted: Planted
    pieces: Ints
    sent_from: Ints
    friend: Ints
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
    deals, used, friend = _routed(nation, roster, deals, scheme)
    whole = draw_goods(nation, roster, deals)
    of_deal = running_schemes(nation, states, deals.trader, roster.deal_day)
    pieces = pieces_of(nation, roster, deals, whole, of_deal)
    true = this_piece(nation, roster, deals, whole, pieces)
    deals = _as_groupage(nation, roster, deals, true)
    declared, planted = tell(Situation(nation, states, roster, deals, true, pieces), used)
    declared, planted = _with_a_motive(nation, roster, deals, true, (declared, planted))
    valuation = value_items(nation, roster, deals, declared, true)
    duties = assess_items(nation, roster, deals, declared, valuation.customs_vnd)
    deals = _at_once_where_nothing_is_due(deals, true.owner, duties)
    return Batch(
        roster=roster,
        deals=deals,
        true=true,
        declared=declared,
        planted=planted,
        pieces=pieces,
        sent_from=_sent_from(nation, roster, deals, (declared, planted)),
        friend=friend,
        valuation=valuation,
        duties=duties,
        evaded_vnd=_evaded(nation, roster, deals, true, planted, duties),
        scheme=scheme,
    )


def _sent_from(
    nation: Nation, roster: Roster, deals: Deals, told: tuple[GoodsItems, Planted]
) -> Ints:
    """Return from where the goods of each declaration come.

    From the seller's country, the third one whose goods it invoices, or the one whose papers the
    goods are given on the way.
    """
    declared, planted = told
    third = invoiced_from(nation, roster, deals)
    source = np.where(deals.direction == EXPORT, deals.country, third)
    passes = [kind.passes_through for kind in nation.mechanisms]
    rows = np.flatnonzero(nation.of_kind(planted.mechanism, passes, nothing=False))
    source[declared.owner[rows[::-1]]] = declared.origin[rows[::-1]]
    return source


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
    row, slot = np.nonzero(own >= 0)
    runs = states.runs(own[row, slot], states.week(day)[row])
    own[row[~runs], slot[~runs]] = -1
    return own


def _rerouted(states: SchemeStates, roster: Roster, deals: Deals, scheme: Ints) -> Deals:
    """Send the deals of schemes that were caught through another office or broker."""
    office, broker = deals.office.copy(), deals.broker.copy()
    week = states.week(roster.day)
    for slot in range(SCHEME_SLOTS):
        rows = np.flatnonzero(scheme[:, slot] >= 0)
        own = scheme[rows, slot], week[rows]
        other = states.office(*own), states.broker(*own)
        office[rows] = np.where(other[0] >= 0, other[0], office[rows])
        broker[rows] = np.where(other[1] >= 0, other[1], broker[rows])
    return replace(deals, office=office, broker=broker)


def _routed(nation: Nation, roster: Roster, deals: Deals, scheme: Ints) -> tuple[Deals, Ints, Ints]:
    """Send declarations by whom their schemes want them to go.

    What went one scheme's way is not sent another's: that one leaves it alone.

    Returns:
        The deals; the schemes that use each declaration, shape (n, SCHEME_SLOTS), -1 for none; the
        officer who sees nothing, -1 for nobody.
    """
    office, broker, used = deals.office.copy(), deals.broker.copy(), scheme.copy()
    friend = np.full(len(roster), -1, dtype=np.int64)
    sent: Bools = np.zeros(len(roster), dtype=bool)
    for slot in range(SCHEME_SLOTS):
        own = scheme[:, slot]
        kinds = nation.mechanism_of[own[own >= 0]]
        for position in np.unique(kinds).tolist():
            kind = nation.mechanisms[position]
            rows = np.flatnonzero((own >= 0) & (nation.mechanism_of[own] == position))
            route = kind.route(
                nation,
                Errand(
                    roster.key[rows], office[rows], broker[rows], deals.direction[rows], own[rows],
                    nation.schemes,
                ),
            )  # fmt: skip
            other = (route.office != office[rows]) | (route.broker != broker[rows])
            uses = route.is_used & ~(sent[rows] & other)
            office[rows] = np.where(uses, route.office, office[rows])
            broker[rows] = np.where(uses, route.broker, broker[rows])
            friend[rows] = np.where(uses & (route.officer >= 0), route.officer, friend[rows])
            used[rows, slot] = np.where(uses, own[rows], -1)
            sent[rows] |= uses & (type(kind).route is not Mechanism.route)
    return replace(deals, office=office, broker=broker), used, friend


def _with_a_motive(
    nation: Nation, roster: Roster, deals: Deals, true: GoodsItems, told: tuple[GoodsItems, Planted]
) -> tuple[GoodsItems, Planted]:
    """Let nobody lie for nothing: who would save no duty declares what is true."""
    declared, planted = told
    meant = [kind.intent for kind in nation.mechanisms]
    rows = np.flatnonzero(nation.of_kind(planted.mechanism, meant, nothing=False))
    rows = rows[planted.hidden_vnd[rows] == 0]
    if not len(rows):
        return told
    worth, told_worth = (sums(one.owner, one.value_e2, len(roster)) for one in (true, declared))
    due = []
    # Freight is paid for the true goods, and what is declared bears it.
    for goods, dearer in ((true, 1.0), (declared, worth / np.maximum(told_worth, 1))):
        own = pick(goods, rows)
        value = full_values(nation, roster, deals, own, dearer)
        due.append(payable(deals, own.owner, assess_items(nation, roster, deals, own, value)))
    idle = rows[due[0] <= due[1]]
    changes = {name: getattr(declared, name).copy() for name in (*DECLARED, "value_e2")}
    for name, values in changes.items():
        values[idle] = getattr(true, name)[idle]
    return replace(declared, **changes), in_order(planted, idle)


def _evaded(
    nation: Nation, roster: Roster, deals: Deals, true: GoodsItems, planted: Planted, duties: Duties
) -> Ints:
    """Return what each irregular item evades: duties by the same law on what is true."""
    result = np.zeros(len(true), dtype=np.int64)
    rows = np.flatnonzero(planted.mechanism >= 0)
    if len(rows):
        paid = payable(deals, true.owner, duties)[rows]
        result[rows] = short_of(nation, roster, deals, pick(true, rows), paid)
        result[rows] += planted.hidden_vnd[rows]
    return result


def short_of(nation: Nation, roster: Roster, deals: Deals, real: GoodsItems, paid: Ints) -> Ints:
    """Return by how much what is paid for some items falls short of what is due for them, VND."""
    value = full_values(nation, roster, deals, real)
    due = payable(deals, real.owner, assess_items(nation, roster, deals, real, value))
    short: Ints = np.maximum(due - paid, 0)
    return short


def found_values(nation: Nation, batch: Batch, rows: Ints) -> Ints:
    """Return the customs values of some items as they are, VND, shape (n,).

    What differs in no price and no quantity has the value that was declared.
    """
    true = pick(batch.true, rows)
    is_told = true.value_e2 == batch.declared.value_e2[rows]
    full = full_values(nation, batch.roster, batch.deals, true)
    return np.where(is_told, batch.valuation.customs_vnd[rows], full)
