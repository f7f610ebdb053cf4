"""Habits: with whom, from where, by which means and on which terms each trader usually deals."""

from dataclasses import dataclass, fields

import numpy as np

from simulator.actors.channels import (
    HEAVY,
    LIGHT,
    USUAL,
    country_rows,
    draw_countries,
    draw_offices,
    draw_transports,
)
from simulator.actors.fitting import laid_along
from simulator.actors.habit_lines import draw_lines
from simulator.actors.kinds import HABITS, PROCESSING, ROAD, SECTOR_OF_CHAPTER
from simulator.actors.partners import Cells
from simulator.actors.provinces import PARTS
from simulator.actors.sizes import Sizes
from simulator.actors.standing import HOMES, Standing, home_countries
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries
from simulator.reference.exchange import CURRENCIES
from simulator.reference.goods import FUEL, Goods
from simulator.reference.offices import Offices
from simulator.reference.regimes import EXPORT, IMPORT

# Shares, weights and bounds of this module are assumptions.
_PARENT_SHARE, _ORDERING_SHARE, _TAKEN_OVER_SHARE = 0.7, 0.5, 0.7
_HABIT_WEIGHTS = np.array([0.40, 0.24, 0.14, 0.10, 0.07, 0.05])
_LIGHT_USD_PER_KG, _HEAVY_USD_PER_KG = 30.0, 0.45
_MOST_HABITS_FROM = 12.0
# Typical figures of our own. Weights of INCOTERMS: imports by sea and air, exports by sea and air,
# imports and exports by road.
_INCOTERM_WEIGHTS = np.array([
    (42, 19, 9, 8, 9, 5, 4, 2, 2),
    (9, 58, 8, 4, 12, 4, 1, 1, 3),
    (12, 8, 3, 10, 12, 48, 1, 3, 3),
    (3, 22, 2, 8, 20, 42, 0, 2, 1),
], dtype=np.float64)  # fmt: skip
_OWN_CURRENCY = {"JPY": 0.5, "EUR": 0.6, "CNY": 0.1, "GBP": 0.35, "KRW": 0.05, "THB": 0.12}
_OTHER_OWN_CURRENCY, _YUAN_BY_ROAD = 0.06, 0.4
# Invoices of these countries are in dollars or in their own money.
_MONEY = {"JP": "JPY", "KR": "KRW", "CN": "CNY", "GB": "GBP", "TH": "THB", "TW": "TWD", "SG": "SGD",
          "AU": "AUD"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Habits:
    """Habits, each field of shape (n, 2, HABITS), by trader, direction and habit.

    Attributes:
        partner: Position in partners.
        country: Position in countries, the partner's.
        office: Position in offices.
        transport: VNACCS code.
        incoterm: Position in INCOTERMS.
        currency: Position in exchange.CURRENCIES.
        group: Chapter of its goods, as a number.
        is_related: The partner owns the trader or belongs to its group.
        habit_weight: Share of the trader's declarations of this direction; sums to 1.
        lines: Positions of goods lines, shape (n, 2, HABITS, HABIT_LINES).
    """

    partner: Ints
    country: Ints
    office: Ints
    transport: Ints
    incoterm: Ints
    currency: Ints
    group: Ints
    is_related: Bools
    habit_weight: Floats
    lines: Ints


@dataclass(frozen=True, slots=True)
class Places:
    """The lists that habits choose from, and the parent's sector and position.

    Attributes:
        goods, countries, offices: Reference lists.
        cells: Where partners lie.
    """

    goods: Goods
    countries: Countries
    offices: Offices
    cells: Cells


def _weights(keys: Keys, relative: Floats) -> Floats:
    """Return shares of habits; small traders have few of them."""
    jitter = np.exp(0.35 * keyed.normal(keys, "habit weight"))
    weights = _HABIT_WEIGHTS * jitter
    wished = 1.5 + (HABITS - 1.5) * np.minimum(np.sqrt(relative / _MOST_HABITS_FROM), 1.0)
    wished = wished[:, None] + 2.0 * keyed.uniform(keys[:, :, 0], "habits")
    weights = np.where(np.arange(HABITS) < wished[:, :, None], weights, 0.0)
    shares: Floats = weights / weights.sum(axis=2, keepdims=True)
    return shares


def _countries(keys: Keys, home: Ints, ways: tuple[Floats, Floats], places: Places) -> Ints:
    """Return the countries of all habits; `ways` are imports and exports of each trader."""
    countries = places.countries
    homes = home_countries(countries)
    drawn = np.empty(keys.shape, dtype=np.int64)
    totals = (countries.import_weight, countries.export_weight)
    for way in (IMPORT, EXPORT):
        of_rows = np.bincount(home + 1, ways[way], minlength=len(HOMES) + 1).astype(np.float64)
        rows = (country_rows(homes, of_rows, totals[way]), len(countries.codes))
        main = draw_countries(keys[:, way, 0], home + 1, rows)
        flat = keys[:, way].ravel()
        again = (np.repeat(home + 1, HABITS), np.repeat(main, HABITS))
        drawn[:, way] = draw_countries(flat, again[0], rows, again[1]).reshape(-1, HABITS)
        drawn[:, way, 0] = main
    return drawn


def _partners(
    keys: Keys, standing: Standing, country: Ints, sector: Ints, places: Places
) -> tuple[Ints, Ints]:
    """Return the partner of each habit, and the parent of each trader (-1 for none)."""
    direction = np.tile(np.repeat(np.arange(2), HABITS), len(country))
    cell = (direction, country.ravel(), sector.ravel())
    partner = places.cells.draw_partner(keys.ravel(), cell).reshape(country.shape)
    homes = home_countries(places.countries)[np.maximum(standing.home, 0)]
    way = np.zeros(len(homes), dtype=np.int64)
    parent = places.cells.draw_parent(keys[:, 0, 0], (way, homes, sector[:, EXPORT, 0]))
    return partner, np.where(standing.home >= 0, parent, -1)


def _bound(
    keys: Keys, standing: Standing, parent: Ints, drawn: tuple[Ints, Ints], places: Places
) -> tuple[Ints, Ints, Bools]:
    """Return partners and countries once parents and ordering parties are in their places.

    A firm of foreign owners trades with its parent where the habit's country is its home. Half the
    processing firms get materials from whom they deliver the products to.
    """
    partner, country = drawn
    orders = (standing.trade == PROCESSING) & keyed.happens(keys[:, 0, 0], "order", _ORDERING_SHARE)
    partner[orders, EXPORT] = partner[orders, IMPORT]
    country[orders, EXPORT] = country[orders, IMPORT]
    homes = home_countries(places.countries)[np.maximum(standing.home, 0)]
    at_home = (standing.home >= 0)[:, None, None] & (country == homes[:, None, None])
    related: Bools = at_home & keyed.happens(keys, "parent", _PARENT_SHARE)
    related[orders, EXPORT] = related[orders, IMPORT]
    partner = np.where(related, parent[:, None, None], partner)
    return partner, country, related


def _heaviness(goods: Goods, line: Ints) -> Ints:
    usd_per_kg = np.exp(goods.log_price) / goods.kg_per_unit
    heaviness = np.where(usd_per_kg > _LIGHT_USD_PER_KG, LIGHT, USUAL)
    bulky = (usd_per_kg < _HEAVY_USD_PER_KG) | (goods.kind == FUEL)
    return np.where(bulky, HEAVY, heaviness)[line]


def _routes(
    keys: Keys, standing: Standing, what: tuple[Ints, Ints, Floats], places: Places
) -> tuple[Ints, Ints]:
    """Return transport and office of each habit; `what` is its country, main line and weight."""
    country, line, declared = what
    part = np.repeat(PARTS[standing.province], 2 * HABITS)
    heaviness = _heaviness(places.goods, line).ravel()
    transport = draw_transports(
        keys.ravel(), country.ravel(), heaviness, part, places.countries
    ).reshape(keys.shape)
    means = (transport, country, declared)
    reference = (places.countries, places.offices)
    return transport, draw_offices(keys, standing.province, means, reference)


def _terms(keys: Keys, country: Ints, transport: Ints, countries: Countries) -> tuple[Ints, Ints]:
    """Return Incoterm and currency of each habit."""
    flat, by_road = keys.ravel(), transport.ravel() == ROAD
    way = np.tile(np.repeat(np.arange(2), HABITS), len(keys))
    currency = draw_currencies(flat, country.ravel(), by_road, countries)
    return draw_incoterms(flat, way, by_road).reshape(keys.shape), currency.reshape(keys.shape)


def draw_habits(
    key: Keys, standing: Standing, sizes: Sizes, seen: Bools, places: Places
) -> tuple[Habits, Ints]:
    """Return the habits of traders, and each one's parent among the partners (-1 for none).

    Args:
        key: Identities of the traders, shape (n,).
        standing: What sort they are.
        sizes: Their sizes.
        seen: Who counts when choices are fitted to national totals, shape (n,).
        places: What is chosen from.
    """
    shape = (len(key), 2, HABITS)
    number = np.tile(np.arange(2 * HABITS), len(key))
    keys = keyed.derive(np.repeat(key, 2 * HABITS), "habit", number).reshape(shape)
    weight = sizes.weight * seen
    ways = (weight * sizes.import_share, weight * (1 - sizes.import_share))
    habit_weight = _weights(keys, sizes.weight * len(key))
    priority = np.flatnonzero(sizes.is_priority & seen)
    large = (priority, habit_weight[priority])
    lines = draw_lines(keys, standing.trade, ways, large, places.goods)
    group = places.goods.hs2[lines[..., 0]]
    country = _countries(keys, standing.home, ways, places)
    for way, shares in enumerate((places.countries.import_weight, places.countries.export_weight)):
        country[priority, way] = laid_along(keys[priority, way], large[1][:, way], shares)
    partner, parent = _partners(keys, standing, country, SECTOR_OF_CHAPTER[group], places)
    partner, country, related = _bound(keys, standing, parent, (partner, country), places)
    declared = np.stack(ways, axis=1)[:, :, None] * habit_weight
    transport, office = _routes(keys, standing, (country, lines[..., 0], declared), places)
    terms = _terms(keys, country, transport, places.countries)
    habits = Habits(
        partner=partner,
        country=country,
        office=office,
        transport=transport,
        incoterm=terms[0],
        currency=terms[1],
        group=group,
        is_related=related,
        habit_weight=habit_weight,
        lines=lines,
    )
    return habits, parent


def take_over(habits: Habits, key: Keys, heirs: Ints, before: Ints) -> None:
    """Let traders take over most habits of those before them; changes the arrays in place.

    Args:
        habits: Habits of n traders.
        key: Identities of the traders, shape (n,).
        heirs: Who takes over, positions, shape (m,).
        before: From whom, shape (m,).
    """
    number = np.tile(np.arange(2 * HABITS), len(heirs))
    keys = keyed.derive(np.repeat(key[heirs], 2 * HABITS), "taken over", number)
    taken = keyed.happens(keys, "taken over", _TAKEN_OVER_SHARE).reshape(-1, 2, HABITS)
    for item in fields(habits):
        values = getattr(habits, item.name)
        if item.name != "habit_weight":
            mask = taken[..., None] if values.ndim > taken.ndim else taken
            values[heirs] = np.where(mask, values[before], values[heirs])


def draw_incoterms(keys: Keys, direction: Ints, by_road: Bools) -> Ints:
    """Return the position in INCOTERMS of each habit, shape (m,)."""
    rows = keyed.stacked(_INCOTERM_WEIGHTS)
    row = direction + 2 * by_road
    return keyed.choose_row(keys, "incoterm", rows, row, _INCOTERM_WEIGHTS.shape[1])


def _own_money(countries: Countries) -> tuple[Ints, Floats, Floats]:
    """Return each country's own currency and its share in invoices, by sea and air and by road."""
    listed = [CURRENCIES[position] for position in countries.currency]
    names = [_MONEY.get(code, own) for code, own in zip(countries.codes, listed, strict=True)]
    share = np.array([_OWN_CURRENCY.get(name, _OTHER_OWN_CURRENCY) for name in names])
    by_road = np.where(np.array(names) == "CNY", _YUAN_BY_ROAD, share)
    return np.array([CURRENCIES.index(name) for name in names], dtype=np.int64), share, by_road


def draw_currencies(keys: Keys, country: Ints, by_road: Bools, countries: Countries) -> Ints:
    """Return the position in CURRENCIES of each habit; dollars (0) for most, shape (m,)."""
    own, share, share_by_road = _own_money(countries)
    chance = np.where(by_road, share_by_road[country], share[country])
    return np.where(keyed.happens(keys, "currency", chance), own[country], 0)
