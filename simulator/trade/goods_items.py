"""Goods items as they really are: what is in the boxes, how much of it, at which price."""

from dataclasses import dataclass, replace

import numpy as np

from simulator.actors.partners import pairs
from simulator.actors.volumes import LINE_WEIGHTS, USD_SIGMA
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, numbers_within, runs_of
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import half_up, one_at_least
from simulator.nation import Nation
from simulator.reference.agreements import ORDINARY, UNTAXED
from simulator.reference.certificates import certificate_of, standing_certificate, stands
from simulator.reference.declaration_kinds import (
    ON_THE_SPOT,
    PURPOSE_CHANGE,
    RETURNED_ABROAD,
    RETURNED_HOME,
    SECOND,
    TURNING_KINDS,
)
from simulator.reference.exchange import WHOLE_CURRENCIES
from simulator.reference.goods import in_whole_units
from simulator.reference.prices import log_level
from simulator.reference.regimes import IMPORT, IS_EXEMPTED, IS_PROCESSING, IS_TAXED
from simulator.reference.wording import named_loosely
from simulator.trade.deals import Deals
from simulator.trade.roster import Roster

_CENTS_PER_E6 = 10_000
# Mass of a counted piece, sd of ln by trader and line, and by item (assumptions).
_MODEL_SIGMA, _MASS_SIGMA = 0.22, 0.03
_MOST_USD, _MOST_KG_E2 = 20_000_000.0, 80_000_000_00
# Goods of another origin than the seller's country, real bargains, new models: assumptions, as
# are all shares, depths and spreads of this module.
_OTHER_ORIGIN_SHARE, _BARGAIN_SHARE, _NEW_MODEL_SHARE = 0.1, 0.02, 0.012
# Sellers who invoice goods of a third country, and how often that one lies behind a land border.
_THIRD_PARTY_SHARE, _BEHIND_BORDER_SHARE = 0.07, 0.35
# Some buy of several sellers what one factory in ASEAN makes and sends, others what their sellers
# have made there and send from home.
_FACTORY_SHARE, _OF_FACTORY_SHARE = 0.02, 0.7
# How many of them do so in some of their deals only, or for some of the goods of a deal, in which
# share at least and at most; how many come to it later, and after how many days.
_SOME_DEALS_SHARE, _SOME_GOODS_SHARE, _SOME = 0.5, 0.6, (0.25, 0.9)
_LATER_SHARE, _MEAN_LATER_DAYS = 0.7, 500.0
_WAREHOUSE_SHARE, _OF_WAREHOUSE_SHARE = 0.025, 0.5
# Entitled goods with a certificate: of exports to partners 33 to 39 % (published, 2018 to 2022). A
# firm has papers for all it buys of a country, for some of it, or for none: shares of the first
# two, the first also where a seller elsewhere invoices what is made there; of the second so many
# goods.
_ALL_PAPERS_SHARE, _SOME_PAPERS_SHARE, _ALL_OF_THIRD_SHARE, _OF_SOME = 0.26, 0.25, 0.6, 0.4
_USED_BY_MISTAKE_SHARE = 0.012
# Deliveries on the spot of which less is taken over than was declared, and by how much at most.
_TAKEN_SHORT_SHARE, _MOST_SHORT = 0.04, 0.03
_PRICED_ANEW = (RETURNED_ABROAD, RETURNED_HOME, PURPOSE_CHANGE)
# A prime above the number of lines: no two share a code but those that are meant to; their share
# is an assumption.
_MATERIAL_CODES, _ONE_CODE_SHARE = 1_999, 0.06


@dataclass(frozen=True, slots=True)
class GoodsItems:
    """Goods items in the order of their declarations, one position each.

    Attributes:
        owner: Position of the declaration; number: 1 to 50 inside it.
        key: Identity of the goods; the same goods declared again keep it.
        line, origin: Tariff line and country.
        schedule: Position of the tariff schedule that is applied.
        certificate: Identity of the certificate of origin; 0 where none is used.
        quantity_e2: Hundredths of the line's unit1. kg_e2: net mass, hundredths of kg.
        unit_price_e4: 1/10,000 of the invoice currency per unit1.
        value_e2: Hundredths of the invoice currency.
        material: Number of the material or product code of a processing regime; 0 for none.
    """

    owner: Ints
    number: Ints
    key: Keys
    line: Ints
    origin: Ints
    schedule: Ints
    certificate: Keys
    quantity_e2: Ints
    kg_e2: Ints
    unit_price_e4: Ints
    value_e2: Ints
    material: Ints

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.owner)


def invoice_values(quantity_e2: Ints, unit_price_e4: Ints, currency: Ints) -> Ints:
    """Return quantity x unit price in hundredths of the currency, rounded half up as it writes."""
    cents = half_up(quantity_e2 * unit_price_e4, _CENTS_PER_E6)
    is_whole = np.isin(currency, WHOLE_CURRENCIES)
    return np.where(is_whole, half_up(cents, 100) * 100, cents)


def with_quantity(goods: GoodsItems, rows: Ints, quantity_e2: Ints, currency: Ints) -> GoodsItems:
    """Return goods of which some items come in another quantity, with mass and value by it.

    Args:
        goods: Items.
        rows: Which of them.
        quantity_e2: Their quantity.
        currency: Of each declaration, position in CURRENCIES.
    """
    changed = {name: getattr(goods, name).copy() for name in ("quantity_e2", "kg_e2", "value_e2")}
    mass = np.rint(goods.kg_e2[rows] * (quantity_e2 / goods.quantity_e2[rows]))
    changed["quantity_e2"][rows] = quantity_e2
    changed["kg_e2"][rows] = np.maximum(mass, 1.0).astype(np.int64)
    price, owner = goods.unit_price_e4[rows], goods.owner[rows]
    changed["value_e2"][rows] = invoice_values(quantity_e2, price, currency[owner])
    return replace(goods, **changed)


def per_usd(nation: Nation, day: Ints, currency: Ints) -> Floats:
    """Return units of each currency per USD on each day, by the official rates."""
    ratio: Floats = nation.rates.on(day, np.zeros_like(currency)) / nation.rates.on(day, currency)
    return ratio


def certificate_use(
    nation: Nation, line: Ints, origin: Ints, day: Ints, at_hand: Bools, is_taxed: Bools
) -> Ints:
    """Return the schedule that is applied: a preference where the paper is at hand, else MFN.

    Args:
        nation: The nation.
        line: Position of each item's line.
        origin: Position of its country.
        day: Days since 1970.
        at_hand: The trader has certificates for such goods.
        is_taxed: Whether import duty is computed at all.
    """
    best = nation.tariff.best_preference(line, origin, day)
    has = (best >= 0) & at_hand
    return np.where(is_taxed, np.where(has, best, nation.tariff.general(origin)), UNTAXED)


def _papers(nation: Nation, trader: Ints, line: Ints, origin: Ints, by_third: Bools) -> Bools:
    """Return who has certificates for such goods: who has none for them never has.

    Args:
        nation: The nation.
        trader: Position of each item's trader, shape (n,).
        line: Position of its line.
        origin: Position of its country.
        by_third: A seller elsewhere invoices it.
    """
    root = nation.root("certificates")
    way = keyed.uniform(keyed.derive(root, "firm and country", trader * 1_009 + origin), "way")
    own = keyed.derive(root, "paper", (trader * 10_007 + line) * 1_009 + origin + 1)
    low = np.where(by_third, _ALL_OF_THIRD_SHARE, _ALL_PAPERS_SHARE)
    some = (way < low + _SOME_PAPERS_SHARE) & (keyed.uniform(own, "at hand") < _OF_SOME)
    result: Bools = (way < low) | some
    return result


def items_of(roster: Roster) -> tuple[Ints, Ints, Keys]:
    """Return the declaration of each goods item, its line number from 1, and its identity.

    An item keeps its identity in the follow-ups of a deal, where it has another line number.
    """
    owner = runs_of(roster.item_count)
    number = numbers_within(roster.item_count) + 1
    key = keyed.derive(roster.deal_key[owner], "item", roster.first_item[owner] + number)
    return owner, number, key


def _usd(roster: Roster, owner: Ints, key: Keys, log_volume: Floats) -> Floats:
    """Return the value wanted, USD: log-normal round what is usual for trader and goods.

    Goods that were hidden are worth what their follow-up says.
    """
    usd = np.exp(log_volume - USD_SIGMA**2 / 2 + USD_SIGMA * keyed.normal(key, "usd"))
    usd = np.where(roster.kind[owner] == SECOND, np.maximum(roster.detail[owner], 1.0), usd)
    return np.minimum(usd, _MOST_USD)


def _quantities(nation: Nation, line: Ints, usd: Floats, log_price: Floats) -> Ints:
    units = usd / np.exp(log_price)
    most = np.maximum(_MOST_KG_E2 / nation.goods.kg_per_unit[line] / 100, 1.0)
    units = np.minimum(units, most)
    return in_whole_units(nation.goods, line, units * 100)


def returned_parts(key: Keys) -> Floats:
    """Return which share of each item's quantity goes back when some of it does, 0.25 to 1."""
    part: Floats = 0.25 + 0.75 * keyed.uniform(key, "part")
    return part


def _part_of_deal(roster: Roster, owner: Ints, key: Keys) -> Floats:
    """Return which share of the deal's quantity this declaration covers; 1 for most."""
    kind = roster.kind[owner]
    share = np.where(np.isin(kind, (RETURNED_ABROAD, RETURNED_HOME)), returned_parts(key), 1.0)
    short = (kind == ON_THE_SPOT) & keyed.happens(key, "taken over short", _TAKEN_SHORT_SHARE)
    return np.where(short, 1.0 - _MOST_SHORT * keyed.uniform(key, "how short"), share)


def _origins(
    nation: Nation, roster: Roster, deals: Deals, owner: Ints, key: Keys, came_as: Ints
) -> Ints:
    """Return where goods come from; goods that turn back keep the origin they came with."""
    trader = deals.trader[owner]
    habit = keyed.integers(key, "origin habit", 0, nation.traders.country.shape[2])
    other = nation.traders.country[trader, came_as, habit]
    has_one, maker = _maker(nation, trader, "warehouse", _WAREHOUSE_SHARE)
    other = np.where(has_one, maker, other)
    share = np.where(has_one, _OF_WAREHOUSE_SHARE, _OTHER_ORIGIN_SHARE)
    elsewhere = keyed.happens(key, "other origin", share)
    pair = _seller_and_buyer(nation, deals)
    made_there = np.where(
        keyed.happens(pair, "some goods", _SOME_GOODS_SHARE), _some(pair, "of goods"), 1.0
    )
    is_made_there = keyed.happens(key, "made there", made_there[owner])
    usual = np.where(
        is_made_there, invoiced_from(nation, roster, deals)[owner], deals.country[owner]
    )
    origin = np.where(elsewhere, other, usual)
    return np.where(came_as == IMPORT, origin, nation.home)


def _maker(nation: Nation, trader: Ints, what: str, share: float) -> tuple[Bools, Ints]:
    """Return which traders buy what is made in one ASEAN country, half of them behind a border."""
    key = keyed.derive(nation.traders.key[trader], what)
    near = nation.countries.asean & nation.countries.by_land
    weights = np.where(near, 1.0 / near.sum(), 0.0)
    weights += nation.countries.asean / nation.countries.asean.sum()
    return keyed.happens(key, "has one", share), keyed.choose(key, "which", weights)


def _seller_and_buyer(nation: Nation, deals: Deals) -> Keys:
    """Return the identity of what sells and what buys in each deal."""
    pair = pairs(deals.partner, deals.trader)
    return keyed.derive(nation.root("third parties"), "pair", pair)


def _some(pair: Keys, name: str) -> Floats:
    low, high = _SOME
    share: Floats = low + (high - low) * keyed.uniform(pair, name)
    return share


def invoiced_from(nation: Nation, roster: Roster, deals: Deals) -> Ints:
    """Return from where the goods of each deal are sent: the seller's country but for some sellers.

    Some sellers invoice goods of a third country to a buyer (third-party invoicing), and most of
    who buys of one factory: always or in some deals, from the first day on or later.
    """
    key = _seller_and_buyer(nation, deals)
    countries = nation.countries
    third = keyed.choose(key, "third country", countries.import_weight)
    near = np.flatnonzero(countries.asean & countries.by_land)
    behind = near[keyed.integers(key, "which", 0, len(near))]
    third = np.where(keyed.happens(key, "behind the border", _BEHIND_BORDER_SHARE), behind, third)
    has_one, maker = _maker(nation, deals.trader, "factory", _FACTORY_SHARE)
    third = np.where(has_one, maker, third)
    share = np.where(has_one, _OF_FACTORY_SHARE, _THIRD_PARTY_SHARE)
    invoices = keyed.happens(key, "invoices", share) & (deals.at_home < 0)
    later = keyed.exponential(key, "later by", _MEAN_LATER_DAYS)
    later = np.where(keyed.happens(key, "later", _LATER_SHARE), later, 0.0)
    invoices &= roster.deal_day >= nation.first_day + later
    of_deals = np.where(
        keyed.happens(key, "some deals", _SOME_DEALS_SHARE), _some(key, "of deals"), 1.0
    )
    invoices &= keyed.happens(roster.deal_key, "by a third party", of_deals)
    return np.where(invoices, third, deals.country)


def _log_gaps(nation: Nation, deals: Deals, owner: Ints, key: Keys, line: Ints) -> Floats:
    """Return ln prices against the level: partners, chance, real bargains, new models."""
    chance = nation.goods.price_sigma[line] * keyed.normal(key, "price")
    low = -(0.25 + 0.45 * keyed.uniform(key, "bargain depth"))
    bargain = np.where(keyed.happens(key, "bargain", _BARGAIN_SHARE), low, 0.0)
    high = 0.2 + 0.6 * keyed.uniform(key, "new model height")
    novelty = np.where(keyed.happens(key, "new model", _NEW_MODEL_SHARE), high, 0.0)
    gap: Floats = chance + bargain + novelty + deals.price_effect[owner]
    return gap


def _priced_anew(roster: Roster, owner: Ints, key: Keys) -> Floats:
    """Return prices of goods that come back or are put to other use, against the deal's.

    They are agreed anew (sd 6 %), so that a price unlike the first one proves nothing.
    """
    factor = np.ones(len(owner))
    rows = np.flatnonzero(np.isin(roster.kind[owner], _PRICED_ANEW))
    drawn = keyed.normal(roster.key[owner[rows]] ^ key[rows], "priced anew")
    factor[rows] = np.exp(0.06 * drawn)
    return factor


def material_numbers(nation: Nation, trader: Ints, line: Ints) -> Ints:
    """Return the numbers of the codes that processing firms give to their lines (MA_QL).

    Each firm numbers its goods itself; now and then two lines of a kind bear one code.

    Args:
        nation: The nation.
        trader: Firm of each code, shape (n,).
        line: Its tariff line, shape (n,).
    """
    goods = nation.goods
    own = keyed.derive(nation.root("material codes"), "line", trader * 10_007 + line)
    like = named_loosely(goods, line, own, _ONE_CODE_SHARE)
    like = np.where(goods.unit1[like] == goods.unit1[line], like, line)
    first = keyed.integers(nation.traders.key[trader], "first code", 0, _MATERIAL_CODES)
    number: Ints = 1 + (like * 7 + first) % _MATERIAL_CODES
    return number


def _materials(nation: Nation, deals: Deals, owner: Ints, line: Ints) -> Ints:
    """Return the trader's number for a material or product of a processing regime, 0 for none."""
    result = np.zeros_like(line)
    rows = np.flatnonzero(IS_PROCESSING[deals.regime[owner]])
    result[rows] = material_numbers(nation, deals.trader[owner[rows]], line[rows])
    return result


def draw_goods(nation: Nation, roster: Roster, deals: Deals) -> GoodsItems:
    """Return what really comes or goes with each declaration of a roster."""
    owner, number, key = items_of(roster)
    day, trader, direction = roster.deal_day[owner], deals.trader[owner], deals.direction[owner]
    kind = roster.kind[owner]
    came_as = np.where(np.isin(kind, (*TURNING_KINDS, ON_THE_SPOT)), 1 - direction, direction)
    slot = keyed.choose(key, "line", LINE_WEIGHTS)
    of_whom = np.where(kind == ON_THE_SPOT, deals.at_home[owner], trader)
    which = (of_whom, came_as, deals.habit[owner], slot)
    line, volume = nation.traders.lines[which], nation.traders.log_volume[which]
    origin = _origins(nation, roster, deals, owner, key, came_as)
    gap = _log_gaps(nation, deals, owner, key, line)
    log_price = log_level(nation.goods, nation.countries, nation.shocks, line, origin, day) + gap
    wanted = _quantities(nation, line, _usd(roster, owner, key, volume), log_price)
    part = _part_of_deal(roster, owner, key)
    quantity = in_whole_units(nation.goods, line, wanted * part)
    currency = deals.currency[owner]
    price = np.exp(log_price) * per_usd(nation, day, currency) * 10_000
    price *= _priced_anew(roster, owner, key)
    unit_price = one_at_least(price)
    # A trader deals in models of its own: some are light, some heavy for the line.
    model = keyed.derive(nation.traders.key[of_whom], "model", line)
    spread = _MODEL_SIGMA * keyed.normal(model, "mass") + _MASS_SIGMA * keyed.normal(key, "mass")
    spread = np.where(nation.goods.is_mass[line], 0.0, spread)
    kg = quantity * nation.goods.kg_per_unit[line] * np.exp(spread)
    regime = deals.regime[owner]
    is_taxed = (direction == IMPORT) & (IS_TAXED | IS_EXEMPTED)[regime]
    by_third = (invoiced_from(nation, roster, deals)[owner] == origin) & (
        origin != deals.country[owner]
    )
    at_hand = _papers(nation, trader, line, origin, by_third)
    schedule = certificate_use(nation, line, origin, day, at_hand, is_taxed)
    has_paper = is_taxed & (schedule > ORDINARY) & (schedule < UNTAXED)
    own = nation.traders.key[trader]
    by_mistake = keyed.happens(key, "certificate used again", _USED_BY_MISTAKE_SHARE)
    own_certificate = np.where(
        stands(own, origin) | by_mistake,
        standing_certificate(own, day, schedule, origin),
        certificate_of(roster.deal_key[owner], schedule, origin),
    )
    return GoodsItems(
        owner=owner,
        number=number,
        key=key,
        line=line,
        origin=origin,
        schedule=schedule,
        certificate=np.where(has_paper, own_certificate, np.uint64(0)),
        quantity_e2=quantity,
        kg_e2=one_at_least(kg),
        unit_price_e4=unit_price,
        value_e2=invoice_values(quantity, unit_price, currency),
        material=_materials(nation, deals, owner, line),
    )
