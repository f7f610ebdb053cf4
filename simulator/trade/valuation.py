"""Customs values of goods items and their duties (Circular 39/2015/TT-BTC, Law 107/2016)."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import AIR, INCOTERMS, IS_WITHOUT_FREIGHT
from simulator.actors.partners import pairs
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import half_up
from simulator.nation import Nation
from simulator.reference.assessment import Duties, Taxed, assess, by_value
from simulator.reference.regimes import IMPORT, IS_EXEMPTED, IS_TAXED
from simulator.trade.deals import VALUATION_CODES, Deals
from simulator.trade.goods_items import GoodsItems
from simulator.trade.roster import Roster

# Freight by air and else, and insurance, as shares of the value: median and sd of ln, and how many
# sds are the most; how many insure (assumptions).
_FREIGHT, _FREIGHT_SIGMA, _MOST_SIGMA = (0.065, 0.025), (0.5, 0.6), 3.5
_INSURANCE, _INSURANCE_SIGMA, _INSURED_SHARE = 0.0016, 0.35, 0.6
# Royalties and assists that the buyer bears beside the price (Circular 39/2015, articles 13, 14):
# by pair of buyer and seller, related ones more often, in 1/10,000 of the invoice. What the seller
# bears after the border is taken off where the price holds it. All figures: assumption.
_BEARS_MORE = (0.012, 0.12)
_LEAST_MORE_BP, _MOST_MORE_BP = 100, 600
_TAKEN_OFF_SHARE, _LEAST_LESS_BP, _MOST_LESS_BP = 0.25, 20, 150
_E4 = 10_000
_MAKER_SHARES = (0.2, 0.15, 0.65)
_HOLDS_MORE = np.array([term in {"DAP", "DDP"} for term in INCOTERMS])
# By the price paid: the code of a transaction value, and that of one between related parties.
_TRANSACTION_VALUES = tuple(VALUATION_CODES.index(code) for code in ("6", "7"))


@dataclass(frozen=True, slots=True)
class Valuation:
    """Values of declared goods.

    Attributes:
        rate_e2: Hundredths of VND per unit of the invoice currency, a declaration.
        invoice_total_e2, freight_e2, insurance_e2: Hundredths of it, a declaration.
        adjustment_vnd: Other adjustments, signed VND, a declaration.
        customs_vnd: VND, an item; customs_total_vnd: VND, a declaration.
    """

    rate_e2: Ints
    invoice_total_e2: Ints
    freight_e2: Ints
    insurance_e2: Ints
    adjustment_vnd: Ints
    customs_vnd: Ints
    customs_total_vnd: Ints


def sums(owner: Ints, amounts: Ints, count: int) -> Ints:
    """Return the exact sum of each declaration's amounts (owners ascending)."""
    running = np.concatenate([[0], np.cumsum(amounts)])
    edges = np.searchsorted(owner, np.arange(count + 1))
    total: Ints = running[edges[1:]] - running[edges[:-1]]
    return total


def _charges(roster: Roster, deals: Deals) -> tuple[Floats, Floats]:
    """Return freight as a share of the goods' true value, and insurance of their invoice.

    0 where the price holds them. Freight is what a carrier asks: it knows nothing of what the buyer
    tells customs, so that it is odd beside an invoice that is too low. An insurer is shown the
    invoice: who tells less insures less, which is counted as evaded too (`full_values`). Neither is
    a round part of anything.
    """
    key = roster.deal_key
    by_air = deals.transport == AIR
    usual, sigma = np.where(by_air, *_FREIGHT), np.where(by_air, *_FREIGHT_SIGMA)
    freight = usual * np.exp(sigma * _spread(key, "freight"))
    insurance = _INSURANCE * np.exp(_INSURANCE_SIGMA * _spread(key, "insurance"))
    needs = IS_WITHOUT_FREIGHT[deals.incoterm] & (deals.direction == IMPORT)
    insured = needs & keyed.happens(key, "insured", _INSURED_SHARE)
    return np.where(needs, freight, 0.0), np.where(insured, insurance, 0.0)


def _spread(key: Keys, name: str) -> Floats:
    drawn: Floats = np.clip(keyed.normal(key, name), -_MOST_SIGMA, _MOST_SIGMA)
    return drawn


def _adjustment_bp(nation: Nation, roster: Roster, deals: Deals) -> Ints:
    """Return what is added to the price of imports or taken off, signed, 1/10,000 of the invoice.

    It enters the customs value as freight does: each item bears it by its value's share.
    """
    pair = keyed.derive(nation.root("adjustments"), "pair", pairs(deals.partner, deals.trader))
    chance = np.where(deals.is_related, _BEARS_MORE[1], _BEARS_MORE[0])
    more = keyed.integers(pair, "how much more", _LEAST_MORE_BP, _MOST_MORE_BP)
    more = np.where(keyed.happens(pair, "royalty or assist", chance), more, 0)
    key = roster.deal_key
    less = keyed.integers(key, "how much less", _LEAST_LESS_BP, _MOST_LESS_BP)
    takes_off = _HOLDS_MORE[deals.incoterm] & keyed.happens(key, "taken off", _TAKEN_OFF_SHARE)
    by_price = np.isin(deals.valuation, _TRANSACTION_VALUES) & (deals.direction == IMPORT)
    by_price &= deals.at_home < 0
    return np.where(by_price, more - np.where(takes_off, less, 0), 0)


def value_items(
    nation: Nation, roster: Roster, deals: Deals, goods: GoodsItems, true: GoodsItems
) -> Valuation:
    """Return the values of a batch; each item bears what comes beside the price by its value.

    Args:
        nation: The nation.
        roster: Declarations.
        deals: Their deals.
        goods: Items as declared.
        true: The same items as they are; freight is paid for these.
    """
    owner, count = goods.owner, len(roster)
    rate = nation.rates.on(roster.day, deals.currency)
    total = sums(owner, goods.value_e2, count)
    of_true, of_invoice = _charges(roster, deals)
    freight = np.rint(sums(owner, true.value_e2, count) * of_true).astype(np.int64)
    insurance = np.rint(total * of_invoice).astype(np.int64)
    adjustment = by_value(half_up(total * rate, _E4), _adjustment_bp(nation, roster, deals))
    extra = half_up((freight + insurance) * rate, _E4) + adjustment
    own = half_up(goods.value_e2 * rate[owner], _E4)
    part = np.floor(goods.value_e2 / np.maximum(total, 1)[owner] * extra[owner]).astype(np.int64)
    left = extra - sums(owner, part, count)
    first = np.searchsorted(owner, np.arange(count))
    shown = np.flatnonzero(first < len(owner))
    shown = shown[owner[first[shown]] == shown]
    part[first[shown]] += left[shown]
    value = own + part
    return Valuation(
        rate_e2=rate,
        invoice_total_e2=total,
        freight_e2=freight,
        insurance_e2=insurance,
        adjustment_vnd=adjustment,
        customs_vnd=value,
        customs_total_vnd=sums(owner, value, count),
    )


def taxed_items(
    nation: Nation, roster: Roster, deals: Deals, goods: GoodsItems, customs_vnd: Ints
) -> Taxed:
    """Return goods as they are to be assessed, as of the registration of their declarations."""
    owner = goods.owner
    return Taxed(
        line=goods.line,
        origin=goods.origin,
        schedule=goods.schedule,
        direction=deals.direction[owner],
        day=roster.day[owner],
        customs_value_vnd=customs_vnd,
        quantity_e2=goods.quantity_e2,
        is_vat_free=~IS_TAXED[deals.regime[owner]],
        made_by=makers(nation, deals.partner[owner], goods.line),
    )


def assess_items(
    nation: Nation, roster: Roster, deals: Deals, goods: GoodsItems, customs_vnd: Ints
) -> Duties:
    """Return the duties and taxes of goods, before any exemption."""
    taxed = taxed_items(nation, roster, deals, goods, customs_vnd)
    return assess(nation.tariff, nation.rates, taxed)


def makers(nation: Nation, partner: Ints, line: Ints) -> Ints:
    """Return which of the producers with a defence rate of their own makes a seller's goods.

    Args:
        nation: The nation.
        partner: Seller of each item.
        line: Its tariff line.

    Returns:
        0 for the first in the list, 1 for the second, 2 for any other: most (assumption).
    """
    goods = keyed.derive(nation.root("makers"), "makes", pairs(partner, line))
    return keyed.choose(goods, "who", _MAKER_SHARES)


def payable(deals: Deals, owner: Ints, duties: Duties) -> Ints:
    """Return what is to be paid for each item after the exemption of its regime, VND."""
    return np.where(IS_EXEMPTED[deals.regime[owner]], duties.vat.amount_vnd, duties.total())


def full_values(
    nation: Nation,
    roster: Roster,
    deals: Deals,
    goods: GoodsItems,
    dearer: Floats | float = 1.0,
) -> Ints:
    """Return customs values of single items with their own share of what comes beside the price.

    Args:
        nation: The nation.
        roster: Declarations.
        deals: Their deals.
        goods: Single items of them.
        dearer: How much more than these goods are the goods that freight is paid for worth, by
            declaration, shape (n,).
    """
    owner = goods.owner
    freight, insurance = _charges(roster, deals)
    own = half_up(goods.value_e2 * nation.rates.on(roster.day, deals.currency)[owner], _E4)
    charges = np.ceil(own * (freight * dearer + insurance)[owner]).astype(np.int64)
    return own + charges + by_value(own, _adjustment_bp(nation, roster, deals)[owner])
