"""What is told of goods: the mechanisms turn what is true into what is declared."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.mechanisms.mechanism import DECLARED, PARAMETERS, Case, Deed
from simulator.nation import SCHEME_SLOTS, Nation
from simulator.trade.deals import Deals
from simulator.trade.goods_items import GoodsItems, invoice_values
from simulator.trade.roster import Roster
from simulator.trade.scheme_states import SchemeStates, beyond_list, listed_keys

# Share of a trader's lines that a scheme covers (assumption).
_COVERED_SHARE = 0.85
_OF_DEAL = ("trader", "direction", "regime", "currency", "is_related")


@dataclass(frozen=True, slots=True)
class Planted:
    """What is irregular about each item; -1 where nothing is.

    Attributes:
        mechanism: Position in the nation's mechanisms.
        scheme: Position in the nation's schemes; -1 for honest mistakes too.
        hidden_vnd: Duty evaded that no declared item can show.
        hidden_worth: Value of goods that are on no paper, as a share of the item's true value.
        taken_off: Share of an import's goods that leaves a bonded trip on the way.
    """

    mechanism: Ints
    scheme: Ints
    hidden_vnd: Ints
    hidden_worth: Floats
    taken_off: Floats


def in_order(planted: Planted, items: Ints) -> Planted:
    """Return what is irregular, without some items."""
    kept = {entry.name: getattr(planted, entry.name).copy() for entry in fields(planted)}
    kept["mechanism"][items] = kept["scheme"][items] = -1
    for name in ("hidden_vnd", "hidden_worth", "taken_off"):
        kept[name][items] = 0
    return Planted(**kept)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true before anybody writes a paper."""

    nation: Nation
    states: SchemeStates
    roster: Roster
    deals: Deals
    true: GoodsItems
    pieces: Ints


def covers(nation: Nation, scheme: Ints, trader: Ints, line: Ints) -> Bools:
    """Return which goods of its trader each scheme covers, for as long as it runs."""
    which = (scheme * 10_007 + trader) * 10_007 + line
    goods_key = keyed.derive(nation.root("cover"), "cover", which)
    return keyed.happens(goods_key, "covered", _COVERED_SHARE)


def _case(at: Situation, items: Ints, scheme: Ints) -> Case:
    nation, states, roster, deals, true = at.nation, at.states, at.roster, at.deals, at.true
    owner = true.owner[items]
    known = np.maximum(scheme, 0)
    plans = nation.schemes
    values: dict[str, Any] = {name: getattr(true, name)[items] for name in (*DECLARED, "key")}
    values |= {name: getattr(deals, name)[owner] for name in _OF_DEAL}
    return Case(
        declaration_key=roster.key[owner],
        deal_key=roster.deal_key[owner],
        day=roster.deal_day[owner],
        declared_day=roster.day[owner],
        scheme=scheme,
        share=plans.share[known] if len(plans) else np.zeros(len(items)),
        parameters=plans.parameters[known] if len(plans) else np.zeros((len(items), PARAMETERS)),
        caught=states.caught(known, states.week(roster.day[owner]))
        if len(plans)
        else np.zeros(len(items), dtype=np.int64),
        pieces=at.pieces[owner],
        beyond_list=beyond_list(states, listed_keys(roster.key[owner], true.number[items])),
        is_covered=covers(nation, known, deals.trader[owner], true.line[items]),
        **values,
    )


def tell(at: Situation, scheme: Ints) -> tuple[GoodsItems, Planted]:
    """Let the mechanisms act; the first that takes part in an item keeps it.

    Args:
        at: What is true.
        scheme: Schemes that use each declaration, shape (n, SCHEME_SLOTS); -1 for none.

    Returns:
        The items as they are declared, and what is irregular about them.
    """
    nation, true = at.nation, at.true
    count = len(true)
    told = {name: getattr(true, name).copy() for name in DECLARED}
    mechanism = np.full(count, -1, dtype=np.int64)
    of_scheme, hidden = mechanism.copy(), np.zeros(count, dtype=np.int64)
    worth, taken = np.zeros(count), np.zeros(count)
    for position, kind in enumerate(nation.mechanisms):
        items, own = _items_of(at, position, scheme, mechanism)
        if not len(items):
            continue
        deed = kind.act(nation, _case(at, items, own))
        _record(told, deed, items)
        hits = items[deed.takes_part]
        mechanism[hits] = position
        of_scheme[hits] = own[deed.takes_part]
        hidden[hits] = deed.hidden_vnd[deed.takes_part]
        worth[hits] = deed.hidden_worth[deed.takes_part]
        taken[hits] = deed.taken_off[deed.takes_part]
    told["value_e2"] = invoice_values(
        told["quantity_e2"], told["unit_price_e4"], at.deals.currency[true.owner]
    )
    return replace(true, **told), Planted(mechanism, of_scheme, hidden, worth, taken)


def _items_of(at: Situation, position: int, scheme: Ints, taken: Ints) -> tuple[Ints, Ints]:
    """Return the items that a mechanism may touch, and the scheme each belongs to."""
    nation, true = at.nation, at.true
    kind = nation.mechanisms[position]
    if not kind.intent:
        chance = nation.mistake_chances(at.deals.trader, at.roster.day)[true.owner]
        chosen = keyed.happens(true.key, kind.name, chance) & (taken < 0)
        items = np.flatnonzero(chosen)
        return items, np.full(len(items), -1, dtype=np.int64)
    own = np.full(len(scheme), -1, dtype=np.int64)
    for slot in range(SCHEME_SLOTS):
        of_kind = (scheme[:, slot] >= 0) & (nation.mechanism_of[scheme[:, slot]] == position)
        own = np.where(of_kind, scheme[:, slot], own)
    if not (own >= 0).any():
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    items = np.flatnonzero((own[true.owner] >= 0) & (taken < 0))
    return items, own[true.owner[items]]


def _record(told: dict[str, Any], deed: Deed, items: Ints) -> None:
    hits = items[deed.takes_part]
    for name in DECLARED:
        told[name][hits] = getattr(deed, name)[deed.takes_part]
