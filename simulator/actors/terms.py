"""Terms of delivery and currency of a habit; typical figures of our own."""

import numpy as np

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries
from simulator.reference.exchange import CURRENCIES

# Weights of INCOTERMS: imports by sea and air, exports by sea and air, imports and exports by road.
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
