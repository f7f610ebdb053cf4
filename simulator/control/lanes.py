"""The legacy lane policy: ranks, lists and special laws, an officer's overrides, a small lot.

Shapes: lanes of the first quarter of 2024 were 67 % green, nearly 30 % yellow and 3 % red
(published by the administration in May 2024); more than half of yellow comes from specialised
management, not from risk. Each declaration is judged for itself, so any subset is judged the same.
`lane_chances.csv` has the chances of yellow and red by risk rank, 1 (priority) to 9 (new with a
grave sanction).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, digits
from simulator.kernel.glyphs import joined
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import year_month, year_of
from simulator.reference.lists import rows_of
from simulator.reference.regimes import IMPORT, IS_TAXED, IS_TEMPORARY, is_taxed_import
from simulator.reference.value_control import LARGE_DECLARATION_VND, list_prices
from simulator.trade.batch import Batch
from simulator.trade.deals import Deals

GREEN, YELLOW, RED = 1, 2, 3
GROUNDS = ("RR", "CN", "TG", "NN", "TK")
RISK, MANAGED, VALUE, LOT, OTHER = range(5)
# Shares, chances and factors are assumptions, set to the published mix of lanes.
_REFUSED_SHARE = 0.0012
_OVERRIDE_OF_YELLOW, _OVERRIDE_OF_GREEN = 0.019, 0.0001
_RELEASE_OF_RED, _RELEASE_OF_YELLOW = 0.003, 0.0005
# A firm's contact knows its goods and releases them; who is bought dares no more than that.
_CONTACT_RELEASES, FRIEND_SHARE, _DARES_SHARE = 0.2, 0.9, 0.2
_MANAGED_CHANCE = (0.56, 0.5)
_OTHER_SHARE, _LARGE_SHARE, _DOUBT_SHARE = 0.012, 0.3, 0.4
_FOR_GOODS = 0.1
_EXPORT_FACTOR, _UNTAXED_FACTOR = 0.3, 0.45
# Partners whose goods are watched more closely (assumption).
_WATCHED, _WATCHED_FACTOR = ("CN", "HK"), 1.3


def _by_rank(lane: str) -> Floats:
    """Return the chance of a lane by rank; no trader has rank 0."""
    chances = {int(row["rank"]): float(row[lane]) for row in _CHANCES}
    return np.array([chances.get(rank, 0.0) for rank in range(max(chances) + 1)])


_CHANCES = rows_of("lane_chances.csv", "simulator.control")
_YELLOW_BY_RANK, _RED_BY_RANK = _by_rank("yellow"), _by_rank("red")


@dataclass(frozen=True, slots=True)
class Decisions:
    """One lane decision a declaration.

    Attributes:
        lane, final_lane: GREEN, YELLOW or RED as first given; after an officer's override.
        ground: Position in GROUNDS.
        is_random: Chosen by lot, drawn before the policy looks and from everything.
        rank: Risk rank of the trader that week, 1 to 9.
        decided: Local second.
        is_refused: Registration was refused; no lane is given.
        officer: Position in the nation's officers.
    """

    lane: Ints
    final_lane: Ints
    ground: Ints
    is_random: Bools
    rank: Ints
    decided: Ints
    is_refused: Bools
    officer: Ints


def any_item(batch: Batch, holds: Bools) -> Bools:
    """Return which declarations have an item for which something holds."""
    result: Bools = np.zeros(len(batch), dtype=bool)
    result[batch.owner[holds]] = True
    return result


def any_managed(nation: Nation, batch: Batch) -> Bools:
    """Return which declarations declare goods under specialised management."""
    return any_item(batch, nation.goods.is_managed[batch.declared.line])


def _most(batch: Batch, values: Floats) -> Floats:
    """Return the highest value among each declaration's items (every one has an item)."""
    starts = np.searchsorted(batch.owner, np.arange(len(batch)))
    highest: Floats = np.maximum.reduceat(values, starts) if len(values) else np.empty(0)
    return highest


def _price_doubt(nation: Nation, batch: Batch) -> Bools:
    """Return declarations with a listed good declared below its reference price."""
    items, owner = batch.declared, batch.owner
    day = batch.roster.day
    reference = list_prices(nation.goods, nation.root("value list"), items.line, day[owner])
    usd = nation.rates.on(day, np.zeros(len(batch), dtype=np.int64))
    usd_e6 = items.unit_price_e4 * 100 * batch.valuation.rate_e2[owner]
    return any_item(batch, usd_e6 < reference * usd[owner] * 1_000_000)


def _is_large(batch: Batch) -> Bools:
    """Return declarations of taxed imports above the sum from which control looks twice."""
    taxed = is_taxed_import(batch.deals.direction, batch.deals.regime)
    return taxed & (batch.valuation.customs_total_vnd >= LARGE_DECLARATION_VND)


def _risk_factor(nation: Nation, batch: Batch) -> Floats:
    """Return what goods, route and regime add to a rank's chances: a factor around 1."""
    goods, items, deals = nation.goods, batch.declared, batch.deals
    duty = _most(batch, np.minimum(goods.mfn_bp[items.line], 3_000) / 1_000.0)
    factor = 0.7 + 0.25 * duty
    watched = [nation.countries.codes.index(code) for code in _WATCHED]
    factor *= np.where(np.isin(deals.country, watched), _WATCHED_FACTOR, 1.0)
    factor *= np.where(deals.direction == IMPORT, 1.0, _EXPORT_FACTOR)
    is_taxed = (deals.direction != IMPORT) | IS_TAXED[deals.regime]
    factor *= np.where(is_taxed, 1.0, _UNTAXED_FACTOR)
    return np.where(IS_TEMPORARY[deals.regime], factor * 1.8, factor)


def decide(nation: Nation, batch: Batch, rank: Ints, random_arm: float) -> Decisions:
    """Return the lane of each declaration.

    Args:
        nation: The nation.
        batch: Declarations.
        rank: Risk rank of each declaration's trader, 1 to 9.
        random_arm: Designed probability of the lot.
    """
    key, deals = batch.roster.key, batch.deals
    factor = _risk_factor(nation, batch)
    is_managed = any_managed(nation, batch)
    chance = np.where(deals.direction == IMPORT, *_MANAGED_CHANCE)
    chance = np.where(rank == 1, 0.25 * chance, chance)
    lane, ground = np.full(len(batch), GREEN), np.full(len(batch), OTHER)
    steps = (
        (keyed.happens(key, "yellow by order", _OTHER_SHARE), YELLOW, OTHER),
        (_is_large(batch) & keyed.happens(key, "yellow by sum", _LARGE_SHARE), YELLOW, VALUE),
        (
            _price_doubt(nation, batch) & keyed.happens(key, "yellow by value", _DOUBT_SHARE),
            YELLOW,
            VALUE,
        ),
        (keyed.happens(key, "yellow by risk", _YELLOW_BY_RANK[rank] * factor), YELLOW, RISK),
        (is_managed & keyed.happens(key, "yellow by law", chance), YELLOW, MANAGED),
        (keyed.happens(key, "red by risk", _RED_BY_RANK[rank] * factor), RED, RISK),
        (keyed.happens(key, "lot", random_arm), RED, LOT),
    )
    for holds, gives, why in steps:
        lane, ground = np.where(holds, gives, lane), np.where(holds, why, ground)
    is_random = ground == LOT
    officer, _, is_contact = at_work(nation, deals, key)
    zeal = nation.officers.zeal[officer]
    helps = (batch.friend >= 0) & keyed.happens(key, "friend at the desk", FRIEND_SHARE)
    # Who has a friend needs no contact.
    is_contact &= batch.friend < 0
    return Decisions(
        lane=lane,
        # The lot binds everybody.
        final_lane=np.where(is_random, RED, _overridden(key, lane, (zeal, is_contact, helps))),
        ground=ground,
        is_random=is_random,
        rank=rank,
        decided=batch.roster.registered + keyed.integers(key, "lane seconds", 1, 4),
        is_refused=refuses(key),
        officer=np.where(helps, batch.friend, officer),
    )


def at_work(nation: Nation, deals: Deals, keys: Keys) -> tuple[Ints, Ints, Bools]:
    """Return who would read papers and open goods of each deal; whether it is a firm's contact.

    Args:
        nation: The nation.
        deals: The deals.
        keys: Identity of each task.
    """
    trader = nation.traders.key[deals.trader]
    broker = nation.brokers.key[np.maximum(deals.broker, 0)]
    declarant = np.where(deals.broker >= 0, broker, trader)
    return nation.officers.at_work(deals.office, (trader, declarant), keys)


def policy_versions(day: Ints) -> pa.Array:
    """Return the version of the lane policy of each day: a new one every half-year, our own."""
    half = digits(1 + year_month(day) % 12 // 6)
    return joined("QLRR-", digits(year_of(day)), ".", half)


def usual_checks(rank: Ints) -> Floats:
    """Return how many of a trader's declarations are checked, 0 to 1, on average.

    Yellow and red by its rank, and for the goods, whoever trades them.
    """
    share: Floats = 1 - (1 - _FOR_GOODS) * (1 - _YELLOW_BY_RANK[rank]) * (1 - _RED_BY_RANK[rank])
    return share


def refuses(key: Keys) -> Bools:
    """Return whose registration is refused, whatever the lane would have been."""
    return keyed.happens(key, "refused", _REFUSED_SHARE)


def _overridden(key: Keys, lane: Ints, by: tuple[Floats, Bools, Bools]) -> Ints:
    """Return the lane after an officer looked: about 0.7 % change, three in four yellow to red.

    `by` is the officer's zeal, who knows the firm's goods, and who helps a friend and lowers the
    lane, as often as he dares.
    """
    zeal, is_contact, helps = by
    drawn = keyed.uniform(key, "override")
    final = np.where((lane == YELLOW) & (drawn < _OVERRIDE_OF_YELLOW * zeal), RED, lane)
    final = np.where((lane == GREEN) & (drawn < _OVERRIDE_OF_GREEN * zeal), RED, final)
    final = np.where((lane == RED) & (drawn < _RELEASE_OF_RED / zeal), YELLOW, final)
    final = np.where((lane == YELLOW) & (drawn > 1 - _RELEASE_OF_YELLOW / zeal), GREEN, final)
    final = np.where(helps, lane, final)
    share = np.where(helps, _DARES_SHARE, np.where(is_contact, _CONTACT_RELEASES, 0.0))
    lowers = keyed.happens(key, "lowers the lane", share)
    return np.where(lowers & (lane > GREEN), lane - 1, final)
