"""Customs values of goods items and their duties (Circular 39/2015/TT-BTC, Law 107/2016)."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import INCOTERMS
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, half_up
from simulator.nation import Nation
from simulator.reference.assessment import Duties, Taxed, assess, by_value
from simulator.reference.regimes import EXEMPTED, IMPORT, TAXATION, TAXED
from simulator.trade.deals import Deals
from simulator.trade.goods_items import GoodsItems
from simulator.trade.roster import Roster

AIR = 1
# Freight by air and else, 1/10,000 of the value: median, sd of ln, limits (assumptions).
_FREIGHT_BP, _FREIGHT_SIGMA, _LIMITS_BP = (650.0, 250.0), (0.5, 0.6), (20, 3_500)
_E4, _BP = 10_000, 10_000
# Terms under which the invoice holds no freight to the first port; insurance only under these too.
_NEEDS_FREIGHT = np.array([term in {"FOB", "EXW", "FCA"} for term in INCOTERMS])


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


def _charges_bp(roster: Roster, deals: Deals) -> tuple[Ints, Ints]:
    """Return freight and insurance in 1/10,000 of the goods' true invoice value.

    0 where the price holds them. Freight is what a carrier asks: it knows nothing of what the buyer
    tells customs, so that it is odd beside an invoice that is too low.
    """
    key = roster.deal_key
    by_air = deals.transport == AIR
    usual, sigma = np.where(by_air, *_FREIGHT_BP), np.where(by_air, *_FREIGHT_SIGMA)
    freight = np.rint(usual * np.exp(sigma * keyed.normal(key, "freight"))).astype(np.int64)
    freight = np.clip(freight, *_LIMITS_BP)
    needs = _NEEDS_FREIGHT[deals.incoterm] & (deals.direction == IMPORT)
    insured = needs & keyed.happens(key, "insured", 0.6)
    return np.where(needs, freight, 0), np.where(
        insured, keyed.integers(key, "insurance", 8, 30), 0
    )


def value_items(
    nation: Nation, roster: Roster, deals: Deals, goods: GoodsItems, true: GoodsItems
) -> Valuation:
    """Return the values of a batch; each item bears freight and insurance by its value's share.

    Args:
        nation: The nation.
        roster: Declarations.
        deals: Their deals.
        goods: Items as declared.
        true: The same items as they are; freight and insurance are paid for these.
    """
    owner, count = goods.owner, len(roster)
    rate = nation.rates.on(roster.day, deals.currency)
    total = sums(owner, goods.value_e2, count)
    freight_bp, insurance_bp = _charges_bp(roster, deals)
    paid = sums(owner, true.value_e2, count)
    freight, insurance = half_up(paid * freight_bp, _BP), half_up(paid * insurance_bp, _BP)
    extra = half_up((freight + insurance) * rate, _E4)
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
        adjustment_vnd=np.zeros(count, dtype=np.int64),
        customs_vnd=value,
        customs_total_vnd=sums(owner, value, count),
    )


def assess_items(
    nation: Nation, roster: Roster, deals: Deals, goods: GoodsItems, customs_vnd: Ints
) -> Duties:
    """Return the duties and taxes of declared goods, before any exemption."""
    owner = goods.owner
    taxation = TAXATION[deals.regime[owner]]
    return assess(
        nation.tariff,
        nation.rates,
        Taxed(
            line=goods.line,
            origin=goods.origin,
            schedule=goods.schedule,
            direction=deals.direction[owner],
            day=roster.day[owner],
            customs_value_vnd=customs_vnd,
            quantity_e2=goods.quantity_e2,
            is_vat_only=np.zeros(len(owner), dtype=bool),
            is_vat_free=taxation != TAXED,
        ),
    )


def payable(deals: Deals, owner: Ints, duties: Duties) -> Ints:
    """Return what is to be paid for each item after the exemption of its regime, VND."""
    forgiven = TAXATION[deals.regime[owner]] == EXEMPTED
    return np.where(forgiven, duties.vat.amount_vnd, duties.total())


def full_values(nation: Nation, roster: Roster, deals: Deals, goods: GoodsItems) -> Ints:
    """Return customs values of single items with their own share of freight and insurance, VND."""
    owner = goods.owner
    freight_bp, insurance_bp = _charges_bp(roster, deals)
    own = half_up(goods.value_e2 * nation.rates.on(roster.day, deals.currency)[owner], _E4)
    return own + by_value(own, (freight_bp + insurance_bp)[owner])
