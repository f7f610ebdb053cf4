"""How large the consignments of each habit are, fitted to what the nation trades in value.

Goods and countries have their shares of declarations from the reference lists. Published statistics
tell shares of value: of 2020, exports of phones 50.9, electronics 44.7, textiles 29, footwear 16.6
of 281.5 bn USD, imports of electronics 64, machinery 37.4, phones 16.6 of 262.4; exports to the
United States 76.4, China 48.5, the European Union 34.8, imports from China 83.9, Korea 46.3, ASEAN
30. Authorised operators carry about 35 % (2024). Makers for export, mostly foreign-owned, have
most of the rest (a figure of our own), else revenue would be far above 2 % of turnover.
"""

import numpy as np
from scipy.special import ndtr

from simulator.actors.kinds import COMMERCIAL, HABITS
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.reference.countries import Countries
from simulator.reference.goods import Goods
from simulator.reference.regimes import EXPORT, IMPORT

# Chances of the lines of a habit.
LINE_WEIGHTS = (0.46, 0.27, 0.17, 0.1)
FAMILIES = ("other", "phones", "electronics", "textiles", "footwear", "machinery")
OTHER, PHONES, ELECTRONICS, TEXTILES, FOOTWEAR, MACHINERY = range(6)
_UNION = (
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV",
    "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
)  # fmt: skip
_WAYS = 2
_IMPORTS = 0.482
_CHAPTERS = {MACHINERY: (84, 85, 90), TEXTILES: range(50, 64), FOOTWEAR: (64,)}
_HEADINGS = {
    PHONES: (8517,),
    ELECTRONICS: (8471, 8473, 8518, *range(8523, 8530), 8534, *range(8540, 8544)),
    OTHER: (8544,),
}
# Shares of value by direction; what is left is spread as the lists have it.
_FAMILY_SHARES = (
    {PHONES: 0.063, ELECTRONICS: 0.244, MACHINERY: 0.143},
    {PHONES: 0.181, ELECTRONICS: 0.159, TEXTILES: 0.103, FOOTWEAR: 0.059},
)
_CHINESE, _KOREAN, _AMERICAN = ("CN",), ("KR",), ("US",)
_BLOC_SHARES = (
    ((_CHINESE, 0.32), (_KOREAN, 0.176), (None, 0.114)),
    ((_AMERICAN, 0.271), (_CHINESE, 0.172), (_UNION, 0.124)),
)
_COMMERCIAL_SHARES = (0.118, 0.28)
_PRIORITY_SHARE = 0.35
_ROUNDS, _PASSES, _MOST_LIFT = 25, 2, 2.5
# Values of single items of a habit and line are log-normal.
_MEAN_USD, USD_SIGMA = 9_000.0, 1.75


def families(goods: Goods) -> Ints:
    """Return the family of each line, as the statistics of trade group them, shape (lines,)."""
    found = np.full(len(goods), OTHER, dtype=np.int64)
    for family, chapters in _CHAPTERS.items():
        found[np.isin(goods.hs2, list(chapters))] = family
    for family, headings in _HEADINGS.items():
        found[np.isin(goods.hs4, list(headings))] = family
    return found


def _country_shares(countries: Countries) -> Floats:
    """Return shares of value of countries, shape (2, countries); each row sums to 1."""
    shares = np.stack([countries.import_weight, countries.export_weight]).astype(np.float64)
    for way in (IMPORT, EXPORT):
        left, rest = 1.0, np.ones(len(countries.codes), dtype=bool)
        for members, share in _BLOC_SHARES[way]:
            named = countries.asean if members is None else np.isin(countries.codes, members)
            named = named & (shares[way] > 0)
            shares[way, named] *= share / shares[way, named].sum()
            rest &= ~named
            left -= share
        shares[way, rest] *= left / shares[way, rest].sum()
    return shares


def _family_shares(value: Floats) -> Floats:
    """Return shares of value of families, shape (2, families), from those before any fitting."""
    shares: Floats = value / value.sum(axis=1, keepdims=True)
    for way, known in enumerate(_FAMILY_SHARES):
        rest = [family for family in range(len(FAMILIES)) if family not in known]
        shares[way, rest] *= (1 - sum(known.values())) / shares[way, rest].sum()
        shares[way, list(known)] = list(known.values())
    return shares


def _fit(value: Floats, countries: Countries) -> list[Floats]:
    """Return ln factors by direction and country, family, sort of trader, and by priority.

    Iterative proportional fitting (Deming and Stephan 1940) on a table of value, shape (2,
    countries, families, 2, 2); the last two are maker and priority.
    """
    ways = np.array([_IMPORTS, 1 - _IMPORTS])
    commercial = np.array(_COMMERCIAL_SHARES)
    margins = (
        ((0, 1), ways[:, None] * _country_shares(countries)),
        ((0, 2), ways[:, None] * _family_shares(value.sum(axis=(1, 3, 4)))),
        ((0, 3), ways[:, None] * np.stack([commercial, 1 - commercial], axis=1)),
        ((4,), np.array([1 - _PRIORITY_SHARE, _PRIORITY_SHARE])),
    )
    factors = [np.ones(wanted.shape) for _, wanted in margins]
    table = value / value.sum()
    for _ in range(_ROUNDS):
        for place, (axes, wanted) in enumerate(margins):
            others = tuple(axis for axis in range(value.ndim) if axis not in axes)
            total = table.sum(axis=others, keepdims=True)
            shape = total.shape
            step = np.where(total > 0, wanted.reshape(shape) / np.maximum(total, 1e-300), 1.0)
            table = table * step
            factors[place] = factors[place] * step.reshape(wanted.shape)
    return [np.log(np.maximum(factor, 1e-12)) for factor in factors]


def _expected(middle: Floats, least: Floats) -> Floats:
    """Return the mean of a log-normal value of mean exp(`middle`) that is never under `least`."""
    below = (np.log(least) - middle) / USD_SIGMA
    under, over = below + USD_SIGMA / 2, USD_SIGMA / 2 - below
    mean: Floats = least * ndtr(under) + np.exp(middle) * ndtr(over)
    return mean


def _tied(volume: Floats, value: Floats, is_maker: Bools) -> Floats:
    """Return ln volumes in which makers import for a product about what they sell of it.

    Material and product of a maker stand at the same habit and line (but for the last habit). The
    two meet in the middle, at the ratio that all makers have together.
    """
    tied = np.broadcast_to(is_maker[:, None, None], value[:, IMPORT].shape).copy()
    tied &= (value[:, IMPORT] > 0) & (value[:, EXPORT] > 0)
    tied[:, HABITS - 1] = False
    came, left = value[:, IMPORT][tied], value[:, EXPORT][tied]
    gap = np.zeros(tied.shape)
    gap[tied] = np.log(came / left) - np.log(came.sum() / left.sum())
    half = np.clip(gap / 2, -_MOST_LIFT, _MOST_LIFT)
    return volume + np.stack([-half, half], axis=1)


def draw_volumes(
    traded: Floats,
    log_size: Floats,
    import_share: Floats,
    habits: tuple[Floats, Ints, Ints],
    who: tuple[Ints, Bools],
    reference: tuple[Goods, Countries],
) -> Floats:
    """Return ln of the usual value (USD, the mean) of an item of each habit and line.

    One piece of a good that is counted is the least that comes; the fit takes it into account.
    What makers import for a product follows what they sell of it (`_tied`).

    Args:
        traded: Declarations of each trader, shape (n,); 0 for who does not count.
        log_size: ln of the value of an item of each trader against the usual one, shape (n,).
        import_share: Share of imports in its declarations, shape (n,).
        habits: Weight and country of each habit, shape (n, 2, HABITS), and its lines, shape (n, 2,
            HABITS, HABIT_LINES).
        who: Trade and priority of each trader, shape (n,).
        reference: All lines and countries.

    Returns:
        Shape (n, 2, HABITS, HABIT_LINES).
    """
    (weight, country, lines), (trade, is_priority) = habits, who
    goods, countries = reference
    shape = (_WAYS, len(countries.codes), len(FAMILIES), 2, 2)
    way = np.arange(_WAYS)[None, :, None]
    maker = (trade != COMMERCIAL).astype(np.int64)[:, None, None]
    priority = is_priority.astype(np.int64)[:, None, None]
    family = families(goods)[lines]
    place = (way, country, np.zeros_like(country), maker, priority)
    cell = np.ravel_multi_index(place, shape)[..., None] + family * 4
    least = np.where(goods.is_counted, np.exp(goods.log_price), 1e-6)[lines]
    ways = np.stack([import_share, 1 - import_share], axis=1)
    count = (traded[:, None] * ways)[:, :, None, None] * weight[..., None] * LINE_WEIGHTS
    start = np.clip(log_size, -_MOST_LIFT, _MOST_LIFT + 1)[:, None, None, None]
    volume: Floats = np.log(_MEAN_USD) + np.broadcast_to(start, lines.shape)
    usual = volume
    for _ in range(_PASSES):
        volume = _tied(volume, count * _expected(volume, least), trade != COMMERCIAL)
        value = count * _expected(volume, least)
        table: Floats = np.bincount(
            cell.ravel(), value.ravel(), minlength=int(np.prod(shape))
        ).astype(np.float64)
        by_country, by_family, by_sort, by_priority = _fit(table.reshape(shape), countries)
        of_trader = by_country[way, country] + by_sort[way, maker] + by_priority[priority]
        volume = volume + of_trader[..., None] + by_family[way[..., None], family]
        volume = usual + np.clip(volume - usual, -_MOST_LIFT, _MOST_LIFT)
        mean = (count * _expected(volume, least)).sum() / count.sum()
        volume = volume + np.log(_MEAN_USD / mean)
    return volume
