"""The balance of duty-free materials of a firm and year: opening, in, used, lost, changed, left.

Each product of a firm is made of the material that it imports for it (habit by habit), by the norm
of the trade: how much of this material alone the product's imported content takes, x a firm's own
deviation (5 %) and its waste (1 to 4 %, more in some factories). What was imported is used up but
for a stock, and for most of what the year's exports did not take: it waits for the next year's.
What was sent back to its seller (B13) leaves as TAI_XUAT, a little of some materials as XUAT_KHAC.
The rest is sold at home or delivered on the spot; where the material makes less than was exported,
materials bought at home fill the gap. So every honest balance closes, with a stock of at least
zero, and

    TON_DAU + NHAP - TAI_XUAT - CHUYEN_MD - XUAT_SX - XUAT_KHAC - TIEU_HUY = TON_CUOI.

A firm that abuses norms diverts a part of its material (`mechanisms.norm_abuse`): on paper it is
used up as well, because the norm in the report is higher than the true one, partly as waste. All
figures but the form of the balance (Circular 39/2018, forms 15, 15a and 16) are our own.
"""

from dataclasses import dataclass

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import to_steps
from simulator.nation import Nation
from simulator.reference.goods import step_e2
from simulator.settlement.material_sums import (
    CHANGED,
    CODES,
    EXPORTED,
    IMPORTED,
    RETURNED,
    SENT_ON,
    YearSums,
)
from simulator.settlement.norms import Edges, Norms, codes_of, edges_of, told_norms
from simulator.trade.scheme_states import SchemeStates

_LEAST_STOCK, _MOST_STOCK = 0.03, 0.14
# Of what the exports of the year did not take, this part waits for those of the next.
_LEAST_KEPT, _MOST_KEPT = 0.6, 1.0
_LOST_SHARE, _REFILED_CHANGE = 0.012, 0.02
# Of the materials of a year, the share of which some is lent, sold or sent to another maker, and
# how much of it at most.
_OTHER_SHARE, _MOST_OTHER = 0.1, 0.06


@dataclass(frozen=True, slots=True)
class Stock:
    """Materials (or products) of firms in one year, ascending by firm and number.

    Attributes:
        trader, number, line: As in YearSums.
        opening, came, returned, changed, used, lost, other, closing: Hundredths of the unit. Of
            products: `came` into the store, `used` for exports, `other` otherwise, nothing
            returned, changed or lost.
    """

    trader: Ints
    number: Ints
    line: Ints
    opening: Ints
    came: Ints
    returned: Ints
    changed: Ints
    used: Ints
    lost: Ints
    other: Ints
    closing: Ints


@dataclass(frozen=True, slots=True)
class Balance:
    """The settlement of all firms of a year."""

    materials: Stock
    products: Stock
    norms: Norms


def _flow(sums: YearSums, flow: int, codes: Ints) -> Ints:
    """Return the quantity of one flow for each of some ascending codes."""
    own = sums.flow == flow
    known = codes_of(sums.trader[own], sums.number[own])
    total = np.zeros(len(codes), dtype=np.int64)
    if len(known):
        place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        total = np.where(known[place] == codes, sums.quantity_e2[own][place], 0)
    return total


def _rows(sums: YearSums, flows: tuple[int, ...], earlier: Stock | None) -> tuple[Ints, Ints]:
    """Return codes of what moved in the year or was left before, and their lines."""
    own = np.isin(sums.flow, flows)
    code, line = codes_of(sums.trader[own], sums.number[own]), sums.line[own]
    if earlier is not None:
        left = earlier.closing > 0
        code = np.concatenate([code, codes_of(earlier.trader, earlier.number)[left]])
        line = np.concatenate([line, earlier.line[left]])
    known, first = np.unique(code, return_index=True)
    return known, line[first]


def _key(nation: Nation, name: str, code: Ints, year: int) -> Keys:
    return keyed.derive(keyed.derive(nation.root("settlement"), name, code), "year", year)


def _opening(earlier: Stock | None, key: Keys, code: Ints, moved: Ints, unit: Ints) -> Ints:
    """Return what was left of the year before; of the first year a keyed share of what moves."""
    share = _LEAST_STOCK + (_MOST_STOCK - _LEAST_STOCK) * keyed.uniform(key, "opening")
    first = to_steps(moved * share, unit)
    if earlier is None:
        return first
    known = codes_of(earlier.trader, earlier.number)
    if not len(known):
        return first
    place = np.minimum(np.searchsorted(known, code), len(known) - 1)
    return np.where(known[place] == code, earlier.closing[place], 0)


def settle_year(
    nation: Nation,
    states: SchemeStates,
    year: int,
    sums: YearSums,
    earlier: Balance | None = None,
    filing: int = 1,
) -> Balance:
    """Return the balance of a year.

    Args:
        nation: The nation.
        states: Its schemes by week.
        year: The fiscal year, a calendar year.
        sums: What came and went.
        earlier: The balance of the year before; None for the first.
        filing: 1 for the first report, 2 for a corrected one (another count of the stock).
    """
    code, line = _rows(sums, (IMPORTED, CHANGED, RETURNED), earlier.materials if earlier else None)
    key = _key(nation, "material", code, year)
    came = _flow(sums, IMPORTED, code)
    unit = step_e2(nation.goods, line)
    opening = _opening(earlier.materials if earlier else None, key, code, came, unit)
    changed = np.minimum(_flow(sums, CHANGED, code), opening + came)
    returned = np.minimum(_flow(sums, RETURNED, code), opening + came - changed)
    there = opening + came - changed - returned
    is_lent = keyed.happens(key, "lent or sold", _OTHER_SHARE)
    other = to_steps(there * _MOST_OTHER * keyed.uniform(key, "other") * is_lent, unit)
    there = there - other
    lost = to_steps(there * _LOST_SHARE * keyed.uniform(key, "lost") ** 3, unit)
    stock = _LEAST_STOCK + (_MOST_STOCK - _LEAST_STOCK) * keyed.uniform(key, "closing")
    stock = stock + (_REFILED_CHANGE * (filing - 1)) * (keyed.uniform(key, "counted again") - 0.5)
    left = to_steps((there - lost) * np.maximum(stock, 0.0), unit)
    product_code, product_line = _rows(
        sums, (EXPORTED, SENT_ON), earlier.products if earlier else None
    )
    edges = edges_of(nation, states, year, (code, line), (product_code, product_line))
    most = there - lost - left
    needed = _needed(edges, _flow(sums, EXPORTED, product_code), len(code))
    surplus: Floats = np.maximum(most - needed, 0.0)
    kept = _LEAST_KEPT + (_MOST_KEPT - _LEAST_KEPT) * keyed.uniform(key, "kept")
    left = left + to_steps(surplus * kept, unit)
    used = there - lost - left
    materials = Stock(
        code // CODES, code % CODES, line, opening, came, returned, changed, used, lost, other, left
    )
    before = earlier.products if earlier else None
    products = _products(nation, year, sums, (product_code, product_line), before, (edges, used))
    return Balance(materials, products, told_norms(edges))


def _needed(edges: Edges, exported: Ints, materials: int) -> Floats:
    """Return what the exports of a year take of each material, what is diverted included."""
    per_product = edges.norm * (1.0 + edges.waste) / (1.0 - edges.diverted)
    taken = exported[edges.product] * per_product
    needed: Floats = np.bincount(edges.material, taken, minlength=materials).astype(np.float64)
    return needed


def _products(
    nation: Nation,
    year: int,
    sums: YearSums,
    rows: tuple[Ints, Ints],
    earlier: Stock | None,
    production: tuple[Edges, Ints],
) -> Stock:
    """Return the store of products: what the material made, or was exported if that is more."""
    code, line = rows
    edges, used = production
    key = _key(nation, "product", code, year)
    exported, sent = _flow(sums, EXPORTED, code), _flow(sums, SENT_ON, code)
    unit = step_e2(nation.goods, line)
    opening = _opening(earlier, key, code, exported, unit)
    stock = _LEAST_STOCK + (_MOST_STOCK - _LEAST_STOCK) * keyed.uniform(key, "closing")
    closing = to_steps(exported * stock, unit)
    needed = np.maximum(exported + sent + closing - opening, 0)
    # Each material is shared among its products as they were exported.
    per_product = edges.norm * (1.0 + edges.waste)
    wanted = np.maximum(exported[edges.product], unit[edges.product]) * per_product
    by_material = np.bincount(edges.material, wanted, minlength=len(used))
    really = used[edges.material] * (1.0 - edges.diverted)
    made = really * (wanted / by_material[edges.material]) / per_product
    most = np.zeros(len(code))
    np.maximum.at(most, edges.product, made)
    came = np.maximum(np.ceil(most / unit).astype(np.int64) * unit, needed)
    other = opening + came - exported - closing
    return Stock(
        code // CODES, code % CODES, line, opening, came, 0 * came, 0 * came, exported,
        0 * came, other, closing,
    )  # fmt: skip
