"""Declarations of a block of days: who declares what kind of trade, where, when and how."""

from dataclasses import dataclass, fields

import numpy as np

from ingestion.simulator.arrays import Bools, Floats, Generator, Ints, choose
from ingestion.simulator.calendar import DAY_SECONDS
from ingestion.simulator.exchange import CURRENCIES, ExchangeRates
from ingestion.simulator.goods import Countries, Offices
from ingestion.simulator.traders import FIRM, HABITS, PERSON, Traders

IMPORT, EXPORT = 0, 1
REGIMES = (
    "A11", "A12", "A41", "H11", "E21", "E31", "E11", "A31", "G11",
    "B11", "E52", "E62", "E42", "H21", "B13", "G21",
)  # fmt: skip
# How an import regime is taxed: in full, computed and exempted, or not at all.
TAXED, EXEMPTED, UNTAXED = range(3)
_TAXATION = {"A11": 0, "A12": 0, "A41": 0, "H11": 0, "E21": 1, "E31": 1, "G11": 1}
TAXATION = np.array([_TAXATION.get(code, UNTAXED) for code in REGIMES], dtype=np.int64)
IS_PROCESSING = np.array([code[0] == "E" for code in REGIMES])
# By trade (commercial, processing, export production, export zone): chances of REGIMES.
_IMPORT_REGIMES = (
    (58, 32, 7, 0, 0, 0, 0, 2, 1),
    (6, 12, 0, 0, 80, 1, 0, 1, 0),
    (8, 22, 2, 0, 1, 65, 0, 2, 0),
    (4, 5, 0, 0, 0, 0, 90, 1, 0),
)
_EXPORT_REGIMES = (
    (93, 0, 1, 0, 1, 4, 1),
    (6, 92, 0, 0, 1, 1, 0),
    (14, 0, 84, 0, 1, 1, 0),
    (2, 0, 0, 97, 0, 1, 0),
)
INCOTERMS = ("CIF", "FOB", "CFR", "EXW", "FCA", "DAP", "CIP")
_NEEDS_FREIGHT = np.array([term in {"FOB", "EXW", "FCA"} for term in INCOTERMS])
AIR, SEA_CONTAINER, SEA_BULK, ROAD, RAIL = 1, 2, 3, 4, 5
MOST_ITEMS = 50
_BY_ITSELF_SHARE, _RELATED_SHARE = 0.07, 0.3


@dataclass(frozen=True, slots=True)
class Declarations:
    """Declarations in the order of their registration, one position each.

    Attributes:
        number: Eleven digits; the version digit is not part of it.
        direction: IMPORT or EXPORT.
        day, registered, pre_registered: Day since 1970; local seconds since 1970.
        trader, broker, partner, office: Positions; broker -1 where the trader declares itself.
        country: Country of the partner.
        regime, taxation: Positions in REGIMES; TAXED, EXEMPTED or UNTAXED.
        transport: VNACCS transport code 1 to 5.
        currency, rate: Position in CURRENCIES; hundredths of VND per unit.
        per_usd: Units of the currency per USD.
        incoterm, freight_bp, insurance_bp: Shares of the invoice value in 1/10,000.
        item_count: 1 to 50.
        spelling: How the partner's name is typed this time.
        is_related: Buyer and seller are related.
    """

    number: Ints
    direction: Ints
    day: Ints
    registered: Ints
    pre_registered: Ints
    trader: Ints
    broker: Ints
    partner: Ints
    office: Ints
    country: Ints
    regime: Ints
    taxation: Ints
    transport: Ints
    currency: Ints
    rate: Ints
    per_usd: Floats
    incoterm: Ints
    freight_bp: Ints
    insurance_bp: Ints
    item_count: Ints
    spelling: Ints
    is_related: Bools

    def __len__(self) -> int:
        """Return the number of declarations."""
        return len(self.number)


def _moments(rng: Generator, days: Ints) -> Ints:
    """Return local registration times, in the order of time; nine in ten in office hours."""
    hour = choose(rng, (1, 1, 0, 0, 0, 1, 3, 20, 60, 80, 75, 45, 30, 70, 85, 85, 65, 35, 15, 10,
                        8, 6, 4, 2), len(days))  # fmt: skip
    return np.sort(days * DAY_SECONDS + hour * 3600 + rng.integers(0, 3600, len(days)))


def _item_counts(rng: Generator, direction: Ints) -> Ints:
    """Return items per declaration: heavy at one, mean about 4.2, never above 50."""
    spread = np.exp(rng.normal(0.62, 1.22, len(direction))) * np.where(direction, 0.85, 1.1)
    counts: Ints = np.minimum(1 + np.floor(spread).astype(np.int64), MOST_ITEMS)
    return counts


def _regimes(rng: Generator, traders: Traders, trader: Ints, direction: Ints) -> Ints:
    result = np.zeros(len(trader), dtype=np.int64)
    for trade in range(len(_IMPORT_REGIMES)):
        for way, table, first in ((IMPORT, _IMPORT_REGIMES, 0), (EXPORT, _EXPORT_REGIMES, 9)):
            rows = np.flatnonzero((traders.trade[trader] == trade) & (direction == way))
            result[rows] = first + choose(rng, table[trade], len(rows))
    is_person = traders.kind[trader] == PERSON
    return np.where(is_person, np.where(direction == IMPORT, 3, 13), result)


def _currencies(rng: Generator, country: Ints, countries: Countries, is_firm: Bools) -> Ints:
    own = np.array([CURRENCIES.index(code) for code in countries.currency])[country]
    by_country = {"JP": 2, "CN": 3, "KR": 4}
    local = np.array([by_country.get(code, 0) for code in countries.codes])[country]
    draw = rng.random(len(country))
    result = np.where(draw < 0.14, local, own)  # noqa: PLR2004 - most trade is in dollars
    return np.where((draw > 0.985) & is_firm, 5, result)  # noqa: PLR2004


def _transport(rng: Generator, office_way: Ints, country: Ints, countries: Countries) -> Ints:
    """Return the transport code: the office's usual one; inland offices get sea, air or road."""
    by_land = np.array([code in {"CN", "TH"} for code in countries.codes])[country]
    inland = choose(rng, (0, 34, 58, 2, 6), len(country))
    road = np.where(by_land & (rng.random(len(country)) < 0.45), ROAD, inland)  # noqa: PLR2004
    return np.where((office_way == ROAD) | (rng.random(len(country)) < 0.03), road, office_way)  # noqa: PLR2004


def _freight(rng: Generator, transport: Ints, incoterm: Ints) -> tuple[Ints, Ints]:
    """Return freight and insurance in 1/10,000 of the invoice value, 0 where the price has them."""
    count = len(transport)
    freight = np.where(
        transport == AIR, rng.integers(300, 1_200, count), rng.integers(120, 520, count)
    )
    needs = _NEEDS_FREIGHT[incoterm]
    insured = rng.random(count) < 0.6  # noqa: PLR2004
    return np.where(needs, freight, 0), np.where(needs & insured, rng.integers(8, 30, count), 0)


@dataclass(frozen=True, slots=True)
class _Deals:
    """Who trades which way with whom through which office, one position a declaration."""

    trader: Ints
    direction: Ints
    habit: Ints
    country: Ints
    office: Ints


def _draw_deals(rng: Generator, days: Ints, traders: Traders) -> _Deals:
    count = len(days)
    trader = choose(rng, traders.active(int(days.min()), int(days.max())), count)
    direction = (rng.random(count) > traders.import_share[trader]).astype(np.int64)
    habit = choose(rng, (0.6, 0.27, 0.13), count)
    is_import = (direction == IMPORT)[:, None]
    countries = np.where(is_import, traders.origins[trader], traders.markets[trader])
    office = traders.offices[trader, choose(rng, (0.7, 0.2, 0.1), count)]
    return _Deals(trader, direction, habit, countries[np.arange(count), habit], office)


def _incoterms(rng: Generator, is_import: Bools) -> Ints:
    count = len(is_import)
    bought = choose(rng, (42, 27, 9, 6, 8, 5, 3), count)
    return np.where(is_import, bought, choose(rng, (12, 62, 9, 4, 13), count))


@dataclass(frozen=True, slots=True)
class _Terms:
    """How goods travel and how they are paid, one position a declaration."""

    transport: Ints
    currency: Ints
    incoterm: Ints
    freight_bp: Ints
    insurance_bp: Ints


def _draw_terms(
    rng: Generator, deals: _Deals, traders: Traders, places: tuple[Countries, Offices]
) -> _Terms:
    countries, offices = places
    is_import: Bools = deals.direction == IMPORT
    is_firm: Bools = traders.kind[deals.trader] == FIRM
    transport = _transport(rng, offices.transport[deals.office], deals.country, countries)
    currency = _currencies(rng, deals.country, countries, is_firm)
    incoterm = _incoterms(rng, is_import)
    freight, insurance = _freight(rng, transport, incoterm)
    nothing = np.zeros_like(freight)
    return _Terms(
        transport=transport,
        currency=currency,
        incoterm=incoterm,
        freight_bp=np.where(is_import, freight, nothing),
        insurance_bp=np.where(is_import, insurance, nothing),
    )


def draw_declarations(
    rng: Generator,
    days: Ints,
    traders: Traders,
    places: tuple[Countries, Offices],
    rates: ExchangeRates,
) -> Declarations:
    """Return the declarations of a block; `days` has one entry a declaration, numbers are 0."""
    count = len(days)
    registered = _moments(rng, days)
    day = registered // DAY_SECONDS
    deals = _draw_deals(rng, days, traders)
    regime = _regimes(rng, traders, deals.trader, deals.direction)
    terms = _draw_terms(rng, deals, traders, places)
    rate = rates.on(day, terms.currency)
    drafted = np.rint(np.exp(rng.normal(8.0, 1.4, count))).astype(np.int64)
    return Declarations(
        number=np.zeros(count, dtype=np.int64),
        direction=deals.direction,
        day=day,
        registered=registered,
        pre_registered=registered - drafted,
        trader=deals.trader,
        broker=_brokers_used(rng, traders.broker[deals.trader]),
        partner=deals.trader * HABITS + deals.habit,
        office=deals.office,
        country=deals.country,
        regime=regime,
        taxation=np.where(deals.direction == IMPORT, TAXATION[regime], UNTAXED),
        **{item.name: getattr(terms, item.name) for item in fields(terms)},
        rate=rate,
        per_usd=rates.on(day, np.zeros(count, dtype=np.int64)) / rate,
        item_count=_item_counts(rng, deals.direction),
        spelling=rng.integers(0, 1_000_000, count),
        is_related=(traders.trade[deals.trader] > 0) & (rng.random(count) < _RELATED_SHARE),
    )


def _brokers_used(rng: Generator, usual: Ints) -> Ints:
    """Return the broker of each declaration; now and then a client declares by itself."""
    return np.where(rng.random(len(usual)) < _BY_ITSELF_SHARE, -1, usual)
