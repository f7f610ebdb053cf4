"""Goods items of a block of declarations: what is in the boxes and what is declared of it."""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.arrays import Bools, Floats, Generator, Ints, half_up
from ingestion.simulator.declarations import IMPORT, TAXED, Declarations
from ingestion.simulator.exchange import WHOLE_CURRENCIES
from ingestion.simulator.goods import COUNT_UNITS, MASS_UNITS, Countries, Lines
from ingestion.simulator.schemes import (
    FALSE_PREFERENCE,
    MISCLASSIFICATION,
    Candidates,
    Schemes,
    draw_mechanisms,
    price_factors,
    quantity_factors,
)
from ingestion.simulator.traders import Traders, basket_slots

_CENTS_PER_E6 = 10_000
_MOST_USD_AN_ITEM = 8_000_000.0


@dataclass(frozen=True, slots=True)
class Items:
    """Goods items in the order of their declarations, one position each.

    Attributes:
        declaration: Position of the declaration in its block; number: 1 to 50 inside it.
        line, origin: As declared; true_line, true_origin: what is there.
        has_preference: A certificate of origin is used.
        quantity: Hundredths of the line's unit; mass: hundredths of kg, net; both as declared.
        true_quantity: Hundredths of the unit. true_mass_kg: net mass that came, kg.
        unit_price: 1/10,000 of the invoice currency per unit.
        invoice_value: Hundredths of the invoice currency.
        mechanism: Position in MECHANISMS.
        price_factor: Declared price / true price.
        model: Serial in the description.
    """

    declaration: Ints
    number: Ints
    line: Ints
    true_line: Ints
    origin: Ints
    true_origin: Ints
    has_preference: Bools
    quantity: Ints
    true_quantity: Ints
    mass: Ints
    true_mass_kg: Floats
    unit_price: Ints
    invoice_value: Ints
    mechanism: Ints
    price_factor: Floats
    model: Ints

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.declaration)


def _is_mass(lines: Lines) -> Bools:
    return np.array([unit in MASS_UNITS for unit in lines.units])


def _lines_of(traders: Traders, trader: Ints, slot: Ints, direction: Ints) -> Ints:
    basket = np.where(
        direction == IMPORT,
        traders.import_basket[trader, slot],
        traders.export_basket[trader, slot],
    )
    return basket.astype(np.int64)


def _log_levels(lines: Lines, countries: Countries, line: Ints, origin: Ints, day: Ints) -> Floats:
    """Return ln of USD per kg at the level of a line and origin on a day (season and drift)."""
    season = 0.05 * np.sin(2 * np.pi * (day / 365.25 + line * 0.137))
    drift = 0.06 * np.sin(line * 1.7) * (day - 20_000) / 365.25
    level: Floats = lines.log_price[line] + countries.log_price[origin] + season + drift
    return level


def _quantities(lines: Lines, line: Ints, usd: Floats, log_price: Floats) -> Ints:
    """Return quantities in hundredths of the unit; whole pieces for what is counted."""
    is_counted = np.array([unit in COUNT_UNITS for unit in lines.units])[line]
    units = usd / np.exp(log_price) / lines.kg_per_unit[line]
    counted = np.maximum(np.rint(units), 1.0) * 100
    return np.where(is_counted, counted, np.maximum(np.rint(units * 100), 1.0)).astype(np.int64)


def invoice_values(quantity: Ints, unit_price: Ints, currency: Ints) -> Ints:
    """Return quantity x unit price in hundredths of the currency, rounded half up as it writes."""
    cents = half_up(quantity * unit_price, _CENTS_PER_E6)
    is_whole = np.isin(currency, WHOLE_CURRENCIES)
    return np.where(is_whole, half_up(cents, 100) * 100, cents)


def _origins(
    rng: Generator, traders: Traders, trader: Ints, country: Ints, is_import: Bools
) -> Ints:
    """Return where goods come from: mostly the partner's country, else another usual one."""
    other = traders.origins[trader, rng.integers(0, traders.origins.shape[1], len(trader))]
    return np.where(is_import & (rng.random(len(trader)) < 0.12), other, country)  # noqa: PLR2004


def _declared_quantities(
    rng: Generator, lines: Lines, line: Ints, true_quantity: Ints, mechanism: Ints
) -> Ints:
    is_counted = np.array([unit in COUNT_UNITS for unit in lines.units])[line]
    reduced = true_quantity * quantity_factors(rng, mechanism)
    counted = np.maximum(np.rint(reduced / 100), 1.0) * 100
    return np.where(is_counted, counted, np.maximum(np.rint(reduced), 1.0)).astype(np.int64)


def _uses_preference(
    rng: Generator, taxation: Ints, goods: tuple[Lines, Countries], line: Ints, origin: Ints
) -> Bools:
    """Return where a certificate is used: an agreement, a duty to save, and the paper at hand."""
    lines, countries = goods
    possible = countries.has_agreement[origin] & (lines.mfn_bp[line] > 0) & (taxation == TAXED)
    uses: Bools = possible & (rng.random(len(line)) < 0.72)  # noqa: PLR2004
    return uses


def _claimed_origins(rng: Generator, countries: Countries, origin: Ints, mechanism: Ints) -> Ints:
    asean = np.flatnonzero(np.array([form == "D" for form in countries.forms]))
    claimed = asean[rng.integers(0, len(asean), len(origin))]
    return np.where(mechanism == FALSE_PREFERENCE, claimed, origin)


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """What really comes, before anything is declared."""

    owner: Ints
    day: Ints
    line: Ints
    origin: Ints
    mechanism: Ints
    log_price: Floats
    log_gap: Floats
    quantity: Ints


def _draw_arrivals(
    rng: Generator,
    declarations: Declarations,
    traders: Traders,
    schemes: Schemes,
    goods: tuple[Lines, Countries],
) -> _Arrivals:
    lines, countries = goods
    owner = np.repeat(np.arange(len(declarations)), declarations.item_count)
    count = len(owner)
    trader, day = declarations.trader[owner], declarations.day[owner]
    is_import = declarations.direction[owner] == IMPORT
    slot = basket_slots(rng, count)
    line = _lines_of(traders, trader, slot, declarations.direction[owner])
    origin = _origins(rng, traders, trader, declarations.country[owner], is_import)
    is_taxed = declarations.taxation[owner] == TAXED
    looked_at = Candidates(trader, slot, day, line, origin, is_taxed)
    mechanism = draw_mechanisms(rng, schemes, looked_at, lines, countries)
    bargain = np.where(rng.random(count) < 0.02, -rng.uniform(0.25, 0.7, count), 0.0)  # noqa: PLR2004
    gap = rng.normal(0.0, 0.17, count) + bargain + traders.price_effect[trader]
    log_price = _log_levels(lines, countries, line, origin, day) + gap
    usd = np.exp(rng.normal(6.9, 1.6, count)) * (0.4 + 0.6 * np.minimum(traders.weight[trader], 4))
    quantity = _quantities(lines, line, np.minimum(usd, _MOST_USD_AN_ITEM), log_price)
    return _Arrivals(owner, day, line, origin, mechanism, log_price, gap, quantity)


def draw_items(
    rng: Generator,
    declarations: Declarations,
    traders: Traders,
    schemes: Schemes,
    goods: tuple[Lines, Countries],
) -> Items:
    """Return the items of a block: what comes, and what the scheme makes of it on paper."""
    lines, countries = goods
    came = _draw_arrivals(rng, declarations, traders, schemes, goods)
    owner, mechanism, count = came.owner, came.mechanism, len(came.owner)
    starts = np.cumsum(declarations.item_count) - declarations.item_count
    factor = price_factors(rng, mechanism, came.log_gap)
    quantity = _declared_quantities(rng, lines, came.line, came.quantity, mechanism)
    spread = np.where(_is_mass(lines)[came.line], 0.0, rng.normal(0.0, 0.03, count))
    kg_per_unit = lines.kg_per_unit[came.line] * np.exp(spread)
    unit_usd = np.exp(came.log_price) * kg_per_unit * factor
    unit_price = np.rint(unit_usd * declarations.per_usd[owner] * 10_000)
    unit_price = np.maximum(unit_price, 1.0).astype(np.int64)
    claimed = _claimed_origins(rng, countries, came.origin, mechanism)
    uses = _uses_preference(rng, declarations.taxation[owner], goods, came.line, claimed)
    hides_line = mechanism == MISCLASSIFICATION
    return Items(
        declaration=owner,
        number=np.arange(count) - starts[owner] + 1,
        line=np.where(hides_line, lines.sibling[came.line], came.line),
        true_line=came.line,
        origin=claimed,
        true_origin=came.origin,
        has_preference=uses | (mechanism == FALSE_PREFERENCE),
        quantity=quantity,
        true_quantity=came.quantity,
        mass=np.maximum(np.rint(quantity * kg_per_unit), 1.0).astype(np.int64),
        true_mass_kg=came.quantity / 100 * kg_per_unit,
        unit_price=unit_price,
        invoice_value=invoice_values(quantity, unit_price, declarations.currency[owner]),
        mechanism=mechanism,
        price_factor=factor,
        model=rng.integers(100, 100_000, count),
    )
