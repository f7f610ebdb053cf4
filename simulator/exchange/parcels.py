"""Low-value parcels of the platforms, as daily sums: 4 to 5 million a day (published, 2024-2025).

Up to 2025-02-17 parcels of at most 1 million VND were free of duty and VAT (Decision 78/2010); from
2025-02-18 VAT is due on all of them (Decision 01/2025/QD-TTg), import duty above 1 million only.
Shares of platforms, origins and categories and mean values are typical figures of our own, with the
published order of the three largest categories (electronics, clothing, household).
"""

import numpy as np
import pyarrow as pa

from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, coded, dates, whole
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, YEAR_DAYS, load_factor
from simulator.reference.offices import codes

PARCELS_A_DAY, RELIEF_ENDS = 4_500_000, 20_137
PLATFORMS = ("SHOPEE", "LAZADA", "TIKTOK SHOP", "TEMU", "TAOBAO", "OTHER")
_PLATFORM_SHARES = np.array([0.42, 0.14, 0.28, 0.03, 0.07, 0.06])
_ORIGINS = ("CN", "HK", "KR", "JP", "TH", "US")
_ORIGIN_SHARES = np.array([0.9, 0.04, 0.02, 0.015, 0.015, 0.01])
CATEGORIES = (
    "ELECTRONICS", "CLOTHING", "HOUSEHOLD", "BEAUTY", "TOYS", "FOOTWEAR", "PHONE ACCESSORIES",
    "OTHER",
)  # fmt: skip
_CATEGORY_SHARES = np.array([0.26, 0.19, 0.16, 0.1, 0.07, 0.06, 0.09, 0.07])
_MEAN_VND = np.array([92_000, 64_000, 45_000, 70_000, 38_000, 98_000, 26_000, 52_000.0])
_DUTY = np.array([0.08, 0.2, 0.15, 0.12, 0.1, 0.25, 0.05, 0.12])
_ABOVE_SHARE, _PART_ABOVE_VND, _VAT, _TOLD_SHARE = 0.004, 0.055, 0.1, 0.93
_OFFICES = 6
_GROWTH_A_YEAR, _FIRST_DAY = 0.25, 20_089
_TRUCKS, _PLANES = 4, 1


def _offices(nation: Nation) -> tuple[Ints, Floats]:
    """Return the offices that clear parcels, land gates before airports, and their shares."""
    offices = nation.offices
    chosen = []
    for transport, number in ((_TRUCKS, 4), (_PLANES, 2)):
        own = np.flatnonzero((offices.transport == transport) & (offices.import_weight > 0))
        chosen.append(own[np.argsort(-offices.import_weight[own], kind="stable")[:number]])
    found = np.concatenate(chosen)[:_OFFICES]
    share = 0.5 ** np.arange(len(found))
    return found, share / share.sum()


def put_parcels(outbox: Outbox, nation: Nation, days: Ints) -> None:
    """Hand over `parcels` of some days, each sent the morning after."""
    if not outbox.wants("parcels"):
        return
    office, office_share = _offices(nation)
    shares = (_PLATFORM_SHARES, _ORIGIN_SHARES, office_share, _CATEGORY_SHARES)
    shape = (len(days), *(len(share) for share in shares))
    place = np.indices(shape).reshape(len(shape), -1)
    at, platform, origin, desk, category = place
    mean = np.prod([share[one] for share, one in zip(shares, place[1:], strict=True)], axis=0)
    key = keyed.derive(
        keyed.derive(nation.root("parcels"), "day", days)[at],
        "cell",
        ((platform * 16 + origin) * 16 + desk) * 16 + category,
    )
    growth = (1 + _GROWTH_A_YEAR) ** ((days - _FIRST_DAY) / YEAR_DAYS)
    load = PARCELS_A_DAY * nation.scale * growth * (0.5 + 0.5 * load_factor(days))
    mean = mean * load[at] * np.exp(0.08 * keyed.normal(key, "busy"))
    rows = np.flatnonzero(keyed.happens(key, "any", 1.0 - np.exp(-mean)))
    key, mean = key[rows], mean[rows]
    parcels = np.maximum(np.rint(mean + np.sqrt(mean) * keyed.normal(key, "parcels")), 1.0)
    value, tax = amounts(key, days[at[rows]], category[rows], parcels)
    _put(
        outbox,
        days[at[rows]],
        {
            "PLATFORM": coded(PLATFORMS, platform[rows]),
            "ORIGIN": coded(_ORIGINS, origin[rows]),
            "OFFICE": codes(nation.offices, office[desk[rows]], days[at[rows]]),
            "CATEGORY": coded(CATEGORIES, category[rows]),
            "PARCELS": whole(parcels.astype(np.int64)),
            "VALUE_VND": whole(value),
            "TAX_VND": whole(tax),
        },
    )


def _put(outbox: Outbox, day: Ints, columns: dict[str, pa.Array]) -> None:
    moment = day * DAY_SECONDS + DAY_SECONDS - 3_600
    outbox.put("parcels", moment, {"DATE": dates(day)} | columns, registered=day)


def amounts(key: keyed.Keys, day: Ints, category: Ints, parcels: Floats) -> tuple[Ints, Ints]:
    """Return value and tax of parcels, VND.

    Args:
        key: Identities of the cells, shape (n,).
        day: Days since 1970; they decide about the relief.
        category: Positions in CATEGORIES.
        parcels: How many.
    """
    spread = np.exp(0.9 * keyed.normal(key, "value") / np.sqrt(np.maximum(parcels, 1.0)))
    value = np.rint(parcels * _MEAN_VND[category] * spread)
    above = value * _PART_ABOVE_VND * (parcels * _ABOVE_SHARE >= keyed.uniform(key, "above"))
    duty = above * _DUTY[category]
    base = np.where(day < RELIEF_ENDS, above, value * _TOLD_SHARE)
    tax = np.rint(duty + (base + duty) * _VAT)
    return value.astype(np.int64), tax.astype(np.int64)
