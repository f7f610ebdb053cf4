"""Norms of consumption: those of the trade, those of a firm, and those that a report tells."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import HABITS
from simulator.actors.production import materials_of
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, runs_of
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.mechanisms.declaring import KEPT_AFTER_CATCH
from simulator.mechanisms.norm_abuse import (
    DIVERTED_AFTER_CATCH,
    NormAbuse,
    diverted_part,
)
from simulator.nation import SCHEME_SLOTS, Nation
from simulator.reference.calendar import WEEK_DAYS, last_day_of
from simulator.reference.regimes import EXPORT, IMPORT
from simulator.settlement.material_sums import CODES
from simulator.trade.goods_items import material_numbers
from simulator.trade.scheme_states import SchemeStates
from simulator.trade.telling import covers

# Figures of production are assumptions.
_LEAST_CONTENT, _MOST_CONTENT = 0.3, 0.9
_NORM_SD, _LEAST_WASTE_BP, _MOST_WASTE_BP, _WASTE_SD_BP = 0.05, 100, 400, 80.0
# Old machines and unskilled hands waste more: ln by which factories differ.
_FACTORY_SD, _HIGHEST_WASTE_BP = 0.6, 1_500
# Who makes to order has products of which far more is lost: leather, turned parts, short runs.
_TO_ORDER_SHARE, _HARD_SHARE, _HARD_BP, _HIGHEST_HARD_BP = 0.12, 0.35, 900.0, 3_500
# Some have one old machine that wastes the same more of all that goes through it.
_MACHINE_SHARE, _THROUGH_IT_SHARE, _LEAST_MORE_BP, _MOST_MORE_BP = 0.12, 0.5, 200, 1_200
_MEASURED_SD, _FIRMS_MOVE, _FIRM_MOVES_SD = 0.01, 0.2, 0.06
_NORMS_MOVE, _NORM_MOVES_SD = 0.12, 0.08
NORM_SCALE = 1_000_000
_WEEKS_A_YEAR = 52.2
_BP = 10_000


@dataclass(frozen=True, slots=True)
class Norms:
    """Norms as reported, one position a product and material of a firm.

    Attributes:
        product, material: Positions in the stocks of products and materials.
        norm_e6: Millionths of a unit of material per unit of product.
        waste_bp: Hundredths of a percent.
    """

    product: Ints
    material: Ints
    norm_e6: Ints
    waste_bp: Ints


@dataclass(frozen=True, slots=True)
class Edges:
    """Products and materials of the same firm, with the firm's true norm and waste."""

    product: Ints
    material: Ints
    norm: Floats
    waste: Floats
    diverted: Floats
    key: Keys


def codes_of(trader: Ints, number: Ints) -> Ints:
    """Return one number for a firm and one of its codes."""
    code: Ints = trader * CODES + number
    return code


def trade_norms(nation: Nation, product: Ints, material: Ints) -> Floats:
    """Return the norm of the trade: units of material for the imported content of one product.

    Formula: price of the product x its imported content / price of the material. The content is the
    sum of norm x price over the materials of the product's model, a kilogram, against the price of
    the product, 30 to 90 %; prices are the goods list's levels. 0 where nothing is known.
    """
    goods, made = nation.goods, materials_of(nation.goods)
    price = np.exp(goods.log_price)
    own = runs_of(made.count)
    content = np.bincount(own, goods.norm[made.line] * price[made.line], minlength=len(goods))
    model = np.maximum(made.model[product], 0)
    mass = goods.kg_per_unit[product] / goods.kg_per_unit[model]
    share = np.clip(content[model] * mass / price[product], _LEAST_CONTENT, _MOST_CONTENT)
    norm: Floats = share * price[product] / price[material] * (made.model[product] >= 0)
    return norm


def edges_of(
    nation: Nation,
    states: SchemeStates,
    year: int,
    materials: tuple[Ints, Ints],
    products: tuple[Ints, Ints],
) -> Edges:
    """Return which product of each firm is made of which material.

    Args:
        nation: The nation.
        states: Its schemes by week.
        year: The fiscal year.
        materials: Ascending codes of the firms' materials, and the line of each.
        products: The same of their products.
    """
    firms = np.unique(materials[0] // CODES)
    lines = nation.traders.lines[firms, :, : HABITS - 1].reshape(len(firms), 2, -1)
    trader = np.repeat(firms, lines.shape[2])
    made, used = (
        codes_of(trader, material_numbers(nation, trader, lines[:, way].ravel()))
        for way in (EXPORT, IMPORT)
    )
    product_code, material_code = np.unique(np.stack([made, used]), axis=1)
    at_product = _found(products[0], product_code)
    at_material = _found(materials[0], material_code)
    kept = np.flatnonzero((at_product >= 0) & (at_material >= 0))
    product, material = products[1][at_product[kept]], materials[1][at_material[kept]]
    norm = trade_norms(nation, product, material)
    known = norm > 0
    kept, product, material = kept[known], product[known], material[known]
    code = product_code[kept]
    key = keyed.derive(keyed.derive(nation.root("norms"), "product", code), "of", material)
    usual = keyed.derive(nation.root("norms"), "chapter", nation.goods.hs2[product])
    spread = _MOST_WASTE_BP - _LEAST_WASTE_BP
    waste = _LEAST_WASTE_BP + spread * keyed.uniform(usual, "waste")
    factory = keyed.derive(nation.root("norms"), "factory", code // CODES)
    waste = waste * np.exp(_FACTORY_SD * keyed.normal(factory, "waste"))
    waste = np.clip(waste + _WASTE_SD_BP * keyed.normal(key, "waste"), 20, _HIGHEST_WASTE_BP)
    waste = waste + more_wasted(factory, key)
    return Edges(
        product=at_product[kept],
        material=at_material[kept],
        norm=norm[known]
        * np.exp(_NORM_SD * keyed.normal(key, "norm") + _of_the_year(factory, key, year)),
        waste=waste / _BP,
        diverted=diverted_shares(nation, states, year, code // CODES, material),
        key=key,
    )


def _of_the_year(factory: Keys, key: Keys, year: int) -> Floats:
    """Return by how much norms of a year differ from those of other years, ln.

    All are measured anew; of some firms all of them move, and some of most firms: another machine,
    another supplier.
    """
    firm, edge = keyed.derive(factory, "norms of", year), keyed.derive(key, "norm of", year)
    result: Floats = _MEASURED_SD * keyed.normal(edge, "measured")
    result += keyed.happens(firm, "works otherwise", _FIRMS_MOVE) * (
        _FIRM_MOVES_SD * keyed.normal(firm, "by")
    )
    result += keyed.happens(edge, "is made otherwise", _NORMS_MOVE) * (
        _NORM_MOVES_SD * keyed.normal(edge, "by")
    )
    return result


def more_wasted(factory: Keys, key: Keys) -> Floats:
    """Return what is lost more of products that are hard to make, or go through an old machine.

    Args:
        factory: Identity of the factory of each product and material.
        key: Identities of these.

    Returns:
        Hundredths of a percent; of the machine the same for all that goes through it.
    """
    hard = keyed.happens(factory, "makes to order", _TO_ORDER_SHARE)
    hard &= keyed.happens(key, "is hard to make", _HARD_SHARE)
    lost = np.minimum(keyed.exponential(key, "lost of it", _HARD_BP), _HIGHEST_HARD_BP)
    old = keyed.happens(factory, "has an old machine", _MACHINE_SHARE)
    old &= keyed.happens(key, "goes through it", _THROUGH_IT_SHARE)
    again = _LEAST_MORE_BP + (_MOST_MORE_BP - _LEAST_MORE_BP) * keyed.uniform(factory, "wastes")
    more: Floats = hard * lost + old * again
    return more


def _found(known: Ints, wanted: Ints) -> Ints:
    """Return the place of each wanted code among ascending ones, -1 where it is not."""
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, place, -1)


def diverted_shares(
    nation: Nation, states: SchemeStates, year: int, trader: Ints, line: Ints
) -> Floats:
    """Return which share of each firm's material leaves the factory, by its scheme's parameters.

    The mean over the year's weeks of what `mechanisms.norm_abuse` diverts of covered goods: chance
    to take part x diverted share, both smaller after each catch.
    """
    share = np.zeros(len(trader))
    if not len(nation.schemes):
        return share
    abuses = nation.mechanism_of == nation.place_of(NormAbuse.name)
    days = np.arange(last_day_of(year - 1) + 1, last_day_of(year) + 1, WEEK_DAYS)
    week = np.unique(states.week(days[(days >= nation.first_day) & (days <= nation.last_day)]))
    plans = nation.schemes
    for slot in range(SCHEME_SLOTS):
        scheme = nation.scheme_of[trader, slot]
        own = np.flatnonzero((scheme >= 0) & abuses[scheme])
        mine = scheme[own]
        caught = states.caught(mine[:, None], week)
        kept = (KEPT_AFTER_CATCH * DIVERTED_AFTER_CATCH) ** caught
        runs = (states.runs(mine[:, None], week) * kept).sum(axis=1) / _WEEKS_A_YEAR
        covered = covers(nation, mine, trader[own], line[own])
        taken = diverted_part(nation.seed, plans.parameters[mine], trader[own], line[own])
        share[own] += np.where(covered, np.minimum(runs, 1.0) * plans.share[mine] * taken, 0.0)
    return share


def told_norms(edges: Edges) -> Norms:
    """Return norms as reported: those of abusers account for what is not there any more.

    A part of it, any of each product and material, is told as waste, the rest in the norm.
    """
    more = 1.0 / (1.0 - edges.diverted)
    as_waste = keyed.uniform(edges.key, "told as waste")
    norm = edges.norm * more ** (1.0 - as_waste)
    waste = (1.0 + edges.waste) * more**as_waste - 1.0
    return Norms(
        product=edges.product,
        material=edges.material,
        norm_e6=one_at_least(norm * NORM_SCALE),
        waste_bp=np.rint(waste * _BP).astype(np.int64),
    )
