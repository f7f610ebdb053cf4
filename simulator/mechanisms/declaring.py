"""What is declared of goods: which items take part, and prices, quantities and loads made less.

A declaration lies in one of three ways that several mechanisms share: the price is shaded
(`price_shaded`), a part is left out (`part_left_out`), or something lies behind goods that are
declared truly (`hidden_behind`). Figures are our own.
"""

from typing import Any

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.mechanisms.mechanism import Case, Deed, truthful
from simulator.reference.agreements import MFN
from simulator.reference.goods import in_whole_units
from simulator.reference.regimes import IMPORT, TAXATION, TAXED
from simulator.setting import Setting

# Share of the items that still take part after each catch.
KEPT_AFTER_CATCH = 0.75
_LEAST, _HUG = 0.25, 0.35
_FLAT, _BY_SIGMA = 0.6, 1.0
_LEAST_HIDDEN_VND = 1_000_000


def taxed_imports(case: Case) -> Bools:
    """Return the items of imports on which duty is really paid."""
    taxed: Bools = (case.direction == IMPORT) & (TAXATION[case.regime] == TAXED)
    return taxed


def takes_part(case: Case, name: str, fitting: Bools, *, is_shy: bool = True) -> Bools:
    """Return which fitting items take part, of those that their scheme covers.

    Args:
        case: Items.
        name: Name of the draw, the mechanism's own.
        fitting: Items that the mechanism can do anything with.
        is_shy: Each catch makes the scheme a quarter rarer.
    """
    kept = KEPT_AFTER_CATCH ** np.minimum(case.caught, 6) if is_shy else 1.0
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


def hugging_price(setting: Setting, case: Case, name: str, depth: Floats) -> Ints:
    """Return declared unit prices that hug a reference somewhat below the market's level.

    The reference is the level of line and origin less a depth, the deeper the further honest prices
    of the line lie apart. Each item lies between it and the true price less that depth, a little
    around that (sd 0.06), is never above the true price and never below 25 % of it. After a catch
    the price goes up a little: each catch gives back a fifth of the gain.

    Args:
        setting: The nation before anything goes wrong.
        case: Items; `log_gap` tells where the true price lies.
        name: Name of the draw.
        depth: ln below the level at which the reference of a usual line lies, a scheme's own.
    """
    noise = 0.06 * keyed.normal(case.key, f"{name} noise")
    sigma = setting.goods.price_sigma[case.line]
    wanted = -depth * (_FLAT + _BY_SIGMA * sigma) + noise - _HUG * case.log_gap
    eased = wanted * 0.8 ** np.minimum(case.caught, 5)
    factor = np.clip(np.exp(np.minimum(eased, -0.01)), _LEAST, 1.0)
    price: Ints = np.maximum(np.rint(case.unit_price_e4 * factor), 1.0).astype(np.int64)
    return price


def price_shaded(
    setting: Setting, case: Case, name: str, takes: Bools, depth: Floats, *, below: float = 0.97
) -> Deed:
    """Return what is declared where the price hugs the reference and all else is true.

    Args:
        setting: The nation before anything goes wrong.
        case: Items.
        name: Name of the draw.
        takes: Items that take part.
        depth: As for `hugging_price`.
        below: Of the true price; an item declared nearer to it is left as it is.
    """
    price = hugging_price(setting, case, name, depth)
    return truthful(case, takes & (price < case.unit_price_e4 * below), unit_price_e4=price)


def less_of(setting: Setting, case: Case, factor: Floats) -> tuple[Ints, Ints]:
    """Return quantity and net mass of items of which only a part is declared.

    Args:
        setting: The nation before anything goes wrong.
        case: Items.
        factor: Share that is declared, in (0, 1).
    """
    quantity = in_whole_units(setting.goods, case.line, case.quantity_e2 * factor)
    quantity = np.minimum(quantity, case.quantity_e2)
    mass = np.maximum(np.rint(case.kg_e2 * (quantity / case.quantity_e2)), 1.0)
    return quantity, mass.astype(np.int64)


def part_left_out(setting: Setting, case: Case, takes: Bools, left_out: Floats) -> Deed:
    """Return what is declared where a share of quantity and net mass is left out, in (0, 1)."""
    quantity, mass = less_of(setting, case, 1.0 - left_out)
    return truthful(case, takes & (quantity < case.quantity_e2), quantity_e2=quantity, kg_e2=mass)


def duty_of(setting: Setting, case: Case, share: Floats) -> Ints:
    """Return the import taxes on a share of the items' true value at MFN and VAT, VND.

    Used for what no declared item shows: goods on no paper, material that is sold, equipment that
    stays. Formula: value x share x ((1 + duty) x (1 + VAT) - 1).
    """
    rate_e2 = setting.rates.on(case.day, case.currency)
    value = case.quantity_e2 / 100 * (case.unit_price_e4 / 10_000) * (rate_e2 / 100)
    duty = (
        setting.tariff.import_bp(case.line, np.full(len(case), MFN), case.origin, case.day) / 10_000
    )
    vat = setting.tariff.vat_bp(case.line, case.day) / 10_000
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
    return truthful(case, takes, hidden_vnd=hidden, **changes)
