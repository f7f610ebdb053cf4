"""Deals: who trades what kind of goods with whom, through which office and on which terms."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.actors.kinds import (
    EXPORT_PRODUCTION,
    EXPORT_ZONE,
    FIRM,
    HABITS,
    INCOTERMS,
    OTHER,
    PROCESSING,
)
from simulator.actors.partners import pairs, spelling_of
from simulator.actors.projects import UNDER_LIST_SHARE, has_project
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference import regimes
from simulator.reference.calendar import year_month
from simulator.reference.declaration_kinds import (
    HERE_ALREADY_KINDS,
    ON_THE_SPOT,
    PURPOSE_CHANGE,
    RE_EXPORT,
    REDECLARED,
    RETURNED_ABROAD,
    RETURNED_HOME,
    SECOND,
)
from simulator.reference.demand import demand_moves
from simulator.reference.regimes import EXPORT, IMPORT, REGIME_WEIGHTS, REGIMES, UNDER_LIST
from simulator.trade.roster import MOST_ITEMS, Roster, deal_items
from simulator.trade.scheme_states import SchemeStates

PAYMENTS = ("TTR", "LC", "DP", "DA", "KC", "KHONGTT", "CANTRU", "CASH")
VALUATION_CODES = ("6", "7", "1", "2", "9", "T")
TERMS = ("D", "B", "A", "C")
_REGIME_SHARES = keyed.stacked(REGIME_WEIGHTS)
# Deals declared without the broker, and at another office of the trader: assumptions, as are the
# weights of payments, values, terms and prices below.
_BY_ITSELF_SHARE, _SECOND_BROKER_SHARE, _SECOND_BROKERS_PART = 0.05, 0.4, (0.18, 0.6)
_OTHER_OFFICE_SHARE = 0.015
_RE_EXPORT_OF = {"G11": "G21", "G12": "G22", "G13": "G23", "G14": "G24"}
_RE_EXPORT = np.array(
    [REGIMES.index(_RE_EXPORT_OF.get(code, "G24")) for code in REGIMES], dtype=np.int64
)
_BUSINESS = REGIMES.index("A12")
_DELIVERED = INCOTERMS.index("DAP")
# What makers deliver at home under, and under what the maker takes it over, by its trade.
_DELIVERS = np.isin(np.array(REGIMES), ("E42", "E52", "E62"))
_TAKES_OVER = {PROCESSING: "E21", EXPORT_PRODUCTION: "E31", EXPORT_ZONE: "E15"}
TAKEN_OVER_WORKING_DAYS = 15
_LONGEST_DAYS = 45
# Persons and households import and export under these.
_PERSON_REGIMES = np.array([REGIMES.index("H11"), REGIMES.index("H21")])


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals, one position each; positions point into the nation's tables.

    Attributes:
        trader, direction, regime, habit: Who, IMPORT or EXPORT, position in REGIMES, which of its
            habits.
        partner, spelling: Foreign firm and how its name is typed.
        country: The partner's country.
        office, broker, principal: Broker and principal -1 where there is none.
        transport: VNACCS code.
        incoterm, payment, valuation, term: Positions in INCOTERMS … TERMS.
        currency: Position in exchange.CURRENCIES.
        is_related: Buyer and seller are related.
        price_effect: ln of this buyer's usual price of these sellers against the level.
        at_home: The other trader where goods are delivered on the spot, -1 for all others.
    """

    trader: Ints
    direction: Ints
    regime: Ints
    habit: Ints
    partner: Ints
    spelling: Ints
    country: Ints
    office: Ints
    broker: Ints
    principal: Ints
    transport: Ints
    incoterm: Ints
    payment: Ints
    valuation: Ints
    term: Ints
    currency: Ints
    is_related: Bools
    price_effect: Floats
    at_home: Ints

    def __len__(self) -> int:
        """Return the number of deals."""
        return len(self.trader)


def draw_traders_of(nation: Nation, deal_key: Keys, deal_day: Ints) -> Ints:
    """Return who makes each deal, by the activity of its month."""
    month = year_month(deal_day) - nation.first_month
    return keyed.choose_row(
        deal_key, "trader", nation.activity_shares, month, len(nation.traders.weight)
    )


def draw_deals(nation: Nation, states: SchemeStates, roster: Roster) -> Deals:
    """Return the deal behind each declaration of a roster, as this declaration tells it."""
    primary = _deals_of(nation, roster.deal_key, roster.deal_day)
    gone = roster.day >= states.reborn_day[primary.trader]
    heir = nation.traders.successor[primary.trader]
    trader = np.where(gone & (heir >= 0), heir, primary.trader)
    deals = _as_followed_up(roster, replace(primary, trader=trader))
    return _as_taken_over(nation, roster, deals)


def _regimes(key: Keys, nation: Nation, trader: Ints, direction: Ints) -> Ints:
    row = nation.traders.trade[trader] * 2 + direction
    drawn = keyed.choose_row(key, "regime", _REGIME_SHARES, row, len(REGIMES))
    listed = has_project(nation.traders)[trader] & (direction == IMPORT)
    under_list = listed & keyed.happens(key, "under its list", UNDER_LIST_SHARE)
    drawn = np.where(under_list, UNDER_LIST, np.where(drawn == UNDER_LIST, _BUSINESS, drawn))
    return np.where(nation.traders.kind[trader] == FIRM, drawn, _PERSON_REGIMES[direction])


def _deals_of(nation: Nation, key: Keys, day: Ints) -> Deals:
    traders = nation.traders
    trader = draw_traders_of(nation, key, day)
    direction, habit = _habits(nation, key, trader, day)
    partner = traders.partner[trader, direction, habit]
    regime = _regimes(key, nation, trader, direction)
    is_firm: Bools = traders.kind[trader] == FIRM
    office = _offices(key, nation, trader, direction, habit)
    at_home = _buyers(nation, key, day, (trader, direction, habit, regime))
    is_abroad: Bools = at_home < 0
    is_related = traders.is_related[trader, direction, habit] & is_abroad
    return Deals(
        trader=trader,
        direction=direction,
        regime=regime,
        habit=habit,
        partner=partner,
        spelling=spelling_of(nation.partners, partner, trader, key),
        country=np.where(is_abroad, traders.country[trader, direction, habit], nation.home),
        office=office,
        broker=_brokers(key, nation, trader, office),
        principal=_principals(key, nation, trader, regime),
        transport=np.where(is_abroad, traders.transport[trader, direction, habit], OTHER),
        incoterm=np.where(is_abroad, traders.incoterm[trader, direction, habit], _DELIVERED),
        payment=keyed.choose(key, "payment", (62, 12, 5, 3, 9, 4, 3, 2)),
        valuation=np.where(is_related, 1, keyed.choose(key, "valuation", (96, 0, 1, 1, 1, 1))),
        term=_terms(key, nation, trader),
        currency=np.where(is_firm, traders.currency[trader, direction, habit], 0),
        is_related=is_related,
        price_effect=_price_effects(nation, trader, partner),
        at_home=at_home,
    )


def _habits(nation: Nation, key: Keys, trader: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return direction and habit of each deal, as demand is on its day."""
    traders = nation.traders
    direction = (keyed.uniform(key, "direction") >= traders.import_share[trader]).astype(np.int64)
    habit = keyed.choose_row(key, "habit", nation.habit_shares, trader * 2 + direction, HABITS)
    rows = np.flatnonzero((demand_moves(day) != 0).any(axis=0))
    if len(rows):
        shares = nation.demand.shares(traders, trader[rows], day[rows])
        inward = shares[:, IMPORT].sum(axis=1) / shares.sum(axis=(1, 2))
        direction[rows] = keyed.uniform(key[rows], "direction") >= inward
        own = np.cumsum(shares[np.arange(len(rows)), direction[rows]], axis=1)
        drawn = keyed.uniform(key[rows], "habit") * own[:, -1]
        habit[rows] = np.minimum((own <= drawn[:, None]).sum(axis=1), HABITS - 1)
    return direction, habit


def _buyers(nation: Nation, key: Keys, day: Ints, what: tuple[Ints, Ints, Ints, Ints]) -> Ints:
    """Return who takes over the goods of each deal on the spot, -1 for most.

    `what` is trader, direction, habit and regime of each deal. Chains of declarations go abroad,
    and so does what was meant for a maker that is not there any more.
    """
    trader, direction, habit, regime = what
    buyer = nation.home_buyers[trader, habit]
    fits = (buyer >= 0) & (direction == EXPORT) & _DELIVERS[regime]
    fits &= deal_items(key) <= MOST_ITEMS
    traders = nation.traders
    fits &= (traders.founded_day[buyer] <= day) & (day + _LONGEST_DAYS < traders.closed_day[buyer])
    return np.where(fits, buyer, -1)


def _offices(key: Keys, nation: Nation, trader: Ints, direction: Ints, habit: Ints) -> Ints:
    """Return the habit's office; now and then another one of the trader's own."""
    other = keyed.integers(key, "other habit", 0, HABITS)
    elsewhere = keyed.happens(key, "other office", _OTHER_OFFICE_SHARE)
    offices = nation.traders.office
    return np.where(elsewhere, offices[trader, direction, other], offices[trader, direction, habit])


def _brokers(key: Keys, nation: Nation, trader: Ints, office: Ints) -> Ints:
    """Return who declares each deal, -1 for the trader: some have a second broker at an office.

    That one is the usual broker of anybody.
    """
    traders = nation.traders
    here = keyed.derive(traders.key[trader], "second broker", office)
    second = traders.broker[keyed.integers(here, "whose", 0, len(traders))]
    share = _SECOND_BROKERS_PART[0] + _SECOND_BROKERS_PART[1] * keyed.uniform(here, "part")
    share = np.where(keyed.happens(here, "has a second", _SECOND_BROKER_SHARE), share, 0.0)
    own = traders.broker[trader]
    by_second = (own >= 0) & (second >= 0) & keyed.happens(key, "by the second", share)
    broker = np.where(by_second, second, own)
    return np.where(keyed.happens(key, "by itself", _BY_ITSELF_SHARE), -1, broker)


def _principals(key: Keys, nation: Nation, trader: Ints, regime: Ints) -> Ints:
    """Return the firm on whose behalf an entrusted import or export is made, -1 for most."""
    other = keyed.integers(key, "principal", 0, len(nation.traders.weight))
    is_entrusted = keyed.happens(key, "entrusted", 0.012) & ~regimes.IS_PROCESSING[regime]
    is_entrusted &= (nation.traders.kind[other] == FIRM) & (other != trader)
    is_entrusted &= nation.traders.is_ordinary[other]
    return np.where(is_entrusted, other, -1)


def _terms(key: Keys, nation: Nation, trader: Ints) -> Ints:
    """Return how duty is paid: at once, by general or separate guarantee, or on an AEO's term.

    Banks stand in for firms only: persons and households pay at once.
    """
    usual = keyed.choose(key, "term", (82, 12, 6))
    usual = np.where(nation.traders.kind[trader] == FIRM, usual, 0)
    is_priority = nation.traders.is_priority[trader]
    return np.where(is_priority & keyed.happens(key, "aeo term", 0.9), 3, usual)


def _price_effects(nation: Nation, trader: Ints, partner: Ints) -> Floats:
    """Return ln price effects: the seller's quality (sd 0.12) and this buyer's bargain (0.08)."""
    seller = (
        keyed.normal(keyed.derive(nation.root("partner prices"), "seller", partner), "price") * 0.12
    )
    pair = keyed.derive(nation.root("partner prices"), "pair", pairs(partner, trader))
    effect: Floats = seller + keyed.normal(pair, "price") * 0.08
    return effect


def _as_followed_up(roster: Roster, deals: Deals) -> Deals:
    """Turn the deals of follow-ups into what comes after: sent back, sent on, kept, told again.

    Goods that stay, and those that came beside others, are here already: nothing moves for them.
    """
    kind = roster.kind
    turns = np.isin(kind, (RE_EXPORT, RETURNED_ABROAD, RETURNED_HOME))
    direction = np.where(turns, 1 - deals.direction, deals.direction)
    regime = deals.regime.copy()
    regime = np.where(kind == RE_EXPORT, _RE_EXPORT[regime], regime)
    for which, code in (
        (RETURNED_ABROAD, "B13"),
        (RETURNED_HOME, "A31"),
        (PURPOSE_CHANGE, "A42"),
        (SECOND, "H11"),
    ):
        regime = np.where(kind == which, regimes.position(code), regime)
    office = np.where(kind == REDECLARED, roster.detail, deals.office)
    is_outward: Bools = turns & (direction == EXPORT)
    incoterm = np.where(is_outward, INCOTERMS.index("FOB"), deals.incoterm)
    incoterm = np.where(turns & (direction == IMPORT), INCOTERMS.index("CIF"), incoterm)
    is_here = np.isin(kind, HERE_ALREADY_KINDS)
    incoterm = np.where(is_here, _DELIVERED, incoterm)
    return replace(
        deals,
        direction=direction,
        regime=regime,
        office=office,
        transport=np.where(is_here, OTHER, deals.transport),
        incoterm=incoterm,
    )


def _as_taken_over(nation: Nation, roster: Roster, deals: Deals) -> Deals:
    """Turn the deals of what follows a delivery on the spot into those of who takes it over."""
    rows = np.flatnonzero(roster.kind == ON_THE_SPOT)
    if not len(rows):
        return deals
    traders, buyer, key = nation.traders, deals.at_home[rows], roster.key[rows]
    regime = np.full(len(rows), regimes.position("E31"))
    for trade, code in _TAKES_OVER.items():
        regime = np.where(traders.trade[buyer] == trade, regimes.position(code), regime)
    by_itself = keyed.happens(key, "by itself", _BY_ITSELF_SHARE)
    told = {
        "trader": buyer,
        "at_home": deals.trader[rows],
        "direction": np.full(len(rows), IMPORT),
        "regime": regime,
        "office": traders.office[buyer, IMPORT, 0],
        "broker": np.where(by_itself, -1, traders.broker[buyer]),
        "term": _terms(key, nation, buyer),
    }
    changed = {name: getattr(deals, name).copy() for name in told}
    for name, values in told.items():
        changed[name][rows] = values
    return replace(deals, **changed)
