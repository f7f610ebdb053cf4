"""What is declared of goods: which items take part, and prices, quantities and loads made less.

A declaration lies in one of three ways that several mechanisms share: the price is shaded
(`discounted`), a part is left out (`part_left_out`), or something lies behind goods that are
declared truly (`hidden_behind`). Figures are assumptions.
"""

from typing import Any

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.rounding import one_at_least
from simulator.mechanisms.mechanism import Case, Deed, truthful
from simulator.reference.agreements import MFN
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import is_taxed_import
from simulator.reference.value_control import list_prices
from simulator.setting import Setting

# Share of the items that still take part after each catch.
KEPT_AFTER_CATCH = 0.75
_LEAST, _WORTH_IT = 0.25, 0.97
_FLAT, _BY_SIGMA, _UNEVEN = 0.6, 1.0, 0.12
# One list for many clients: as deep for every good of it, and hardly uneven.
_OF_A_LIST, _UNEVEN_OF_A_LIST = 1.0, 0.03
_ABOVE_LIST, _NEAR_LIST, _LOOKED_SHARE = 0.004, 0.035, 0.75
_LEAST_HIDDEN_VND = 1_000_000


def taxed_imports(case: Case) -> Bools:
    """Return the items of imports on which duty is really paid."""
    return is_taxed_import(case.direction, case.regime)


def takes_part(case: Case, name: str, fitting: Bools, *, is_shy: bool = True) -> Bools:
    """Return which fitting items take part, of those that their scheme covers.

    Args:
        case: Items.
        name: Name of the draw, the mechanism's own.
        fitting: Items that the mechanism can do anything with.
        is_shy: Each catch makes the scheme a quarter rarer.
    """
    kept = KEPT_AFTER_CATCH**case.caught if is_shy else 1.0
    drawn = keyed.happens(case.key, name, case.share * kept)
    result: Bools = fitting & case.is_covered & drawn
    return result


def one_item_each(case: Case, name: str) -> Bools:
    """Return one item of each declaration, any of them: where a secret lies says nothing.

    Args:
        case: Items; all that are open to the mechanism, of whole declarations.
        name: Name of the draw.
    """
    order = np.lexsort((keyed.uniform(case.key, name), case.declaration_key))
    drawn = case.declaration_key[order]
    is_first = np.append(True, drawn[1:] != drawn[:-1])[: len(case)]
    result: Bools = np.zeros(len(case), dtype=bool)
    result[order[is_first]] = True
    return result


def discounted(
    setting: Setting,
    case: Case,
    name: str,
    takes: Bools,
    depth: Floats,
    *,
    has_own_list: bool = False,
) -> Deed:
    """Return what is declared where the price is shaded and all else is true.

    Goods on the published list of reference prices (`reference.value_control`) are declared just
    above their list price, where nobody doubts it, or truly where they cost no more; in a quarter
    of the deals nobody has looked at the list. Of others the price is less by a depth, the deeper
    the further honest prices of the line lie apart, and uneven (sd 0.12); it goes up after a catch:
    each gives back a fifth of the gain. No price is below 25 % of the true price; what would be
    less than 3 % is not worth it.

    Args:
        setting: The nation before anything goes wrong.
        case: Items.
        name: Name of the draw.
        takes: Items that take part.
        depth: ln by which the price of a usual line is less, a scheme's own.
        has_own_list: All prices are those of a list that several traders share, whatever has been
            published and whoever was caught: less by the depth, with an sd of 0.03.
    """
    sigma = setting.goods.price_sigma[case.line]
    usual = _OF_A_LIST if has_own_list else _FLAT + _BY_SIGMA * sigma
    uneven = _UNEVEN_OF_A_LIST if has_own_list else _UNEVEN
    less = depth * usual + uneven * keyed.normal(case.key, f"{name} noise")
    above = _ABOVE_LIST + _NEAR_LIST * np.abs(keyed.normal(case.key, f"{name} near the list"))
    listed = list_prices(setting.goods, setting.root("value list"), case.line, case.day)
    per_usd = setting.rates.on(case.day, 0 * case.currency) / setting.rates.on(
        case.day, case.currency
    )
    log_listed = np.log(np.maximum(listed * per_usd * 10_000, 1.0) / case.unit_price_e4) + above
    given_back = 1.0 if has_own_list else 0.8 ** np.minimum(case.caught, 5)
    looked = keyed.happens(case.deal_key, f"{name} by the list", _LOOKED_SHARE) & ~has_own_list
    wanted = np.where((listed > 0) & looked, np.minimum(log_listed, 0.0), -less * given_back)
    factor = np.clip(np.exp(wanted), _LEAST, 1.0)
    price = one_at_least(case.unit_price_e4 * factor)
    return truthful(case, takes & (price < case.unit_price_e4 * _WORTH_IT), unit_price_e4=price)


def less_of(setting: Setting, case: Case, factor: Floats) -> tuple[Ints, Ints]:
    """Return quantity and net mass of items of which only a part is declared.

    Args:
        setting: The nation before anything goes wrong.
        case: Items.
        factor: Share that is declared, in (0, 1).
    """
    quantity = in_whole_units(setting.goods, case.line, case.quantity_e2 * factor)
    quantity = np.minimum(quantity, case.quantity_e2)
    return quantity, one_at_least(case.kg_e2 * (quantity / case.quantity_e2))


def part_left_out(setting: Setting, case: Case, takes: Bools, left_out: Floats) -> Deed:
    """Return what is declared where a share of quantity and net mass is left out, in (0, 1)."""
    quantity, mass = less_of(setting, case, 1.0 - left_out)
    return truthful(case, takes & (quantity < case.quantity_e2), quantity_e2=quantity, kg_e2=mass)


def duty_of(setting: Setting, case: Case, share: Floats) -> Ints:
    """Return the import taxes on a share of the items' true value at MFN and VAT, VND.

    Used for what no declared item shows: goods on no paper, material that is sold, equipment that
    stays. Formula: value x share x ((1 + duty) x (1 + VAT) - 1).
    """
    day, mfn = case.declared_day, np.full(len(case), MFN)
    value = case.quantity_e2 / 100 * (case.unit_price_e4 / 10_000)
    value = value * setting.rates.on(day, case.currency) / 100
    duty = setting.tariff.import_bp(case.line, mfn, case.origin, day) / 10_000
    vat = setting.tariff.vat_bp(case.line, day) / 10_000
    return np.rint(value * share * ((1 + duty) * (1 + vat) - 1)).astype(np.int64)


def hidden_behind(
    setting: Setting, case: Case, takes: Bools, worth: Floats, **changes: Any
) -> Deed:
    """Return what is declared where goods on no paper lie behind the declared ones.

    Args:
        setting: The nation before anything goes wrong.
        case: Items.
        takes: Items that take part.
        worth: Value of what is hidden as a share of the declared item's.
        changes: What else is declared unlike the truth.
    """
    hidden = duty_of(setting, case, worth) + _LEAST_HIDDEN_VND
    return truthful(case, takes, hidden_vnd=hidden, hidden_worth=worth, **changes)
