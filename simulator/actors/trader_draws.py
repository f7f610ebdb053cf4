"""Who trades: draws everybody's standing, life, size, bonds and habits, one after the other."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.brokers import usual_brokers
from simulator.actors.habits import Habits, Places, draw_habits, take_over
from simulator.actors.identifiers import (
    TRADERS,
    citizen_numbers,
    firm_codes,
    scattered,
    tax_numbers,
)
from simulator.actors.kinds import EXPORT, FAR, FIRM, IMPORT, SECTOR_OF_CHAPTER
from simulator.actors.lives import RESTS, Lives, draw_lives, newcomer_count, part_of
from simulator.actors.partners import partner_cells
from simulator.actors.people import person_keys, women
from simulator.actors.provinces import CODES, TAX_PREFIXES
from simulator.actors.rebirth import Bonds, draw_bonds, draw_slots, refounded, slot_count
from simulator.actors.sizes import Sizes, draw_sizes, registered
from simulator.actors.standing import (
    Standing,
    draw_standing,
    home_countries,
    is_rebirth_fit,
)
from simulator.actors.traders import Traders
from simulator.actors.volumes import draw_volumes
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, join, pick
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries
from simulator.reference.goods import Goods
from simulator.reference.offices import Offices

_LARGE_SHARE, _HALF = 0.03, 0.5
_GOES_ON_SHARE = 0.75
_OLD_DAYS, _ODDS_OF_AGE, _ODDS_OF_PRIORITY = 5 * 365, 0.25, 2.0


def _slot_lives(lives: Lives, slots: int) -> Lives:
    """Return lives with those of reserved slots behind them, which have not begun."""
    never = np.full(slots, FAR, dtype=np.int64)
    rests = np.full((slots, RESTS), FAR, dtype=np.int64)
    return join([lives, Lives(never, never, rests, rests, np.full(slots, 0.05))])


def _tax_codes(seed: int, key: Keys, standing: Standing, bonds: Bonds) -> list[str]:
    """Return tax codes: of the head for a branch, a citizen's number for natural persons."""
    numbers = tax_numbers(seed, TAX_PREFIXES[standing.province], TRADERS)
    numbers = np.where(bonds.head >= 0, numbers[bonds.head], numbers)
    own = person_keys(seed, len(key))
    home = np.array(CODES).astype(np.int64)[standing.province]
    citizens = citizen_numbers(own, scattered(seed, np.arange(len(key))), home, women(own))
    codes = pc.if_else(pa.array(standing.kind == FIRM), firm_codes(numbers, bonds.branch), citizens)
    listed: list[str] = codes.to_pylist()
    return listed


def _compliance(standing: Standing, lives: Lives, is_priority: Bools, first_day: int) -> Floats:
    is_old = lives.founded_day < first_day - _OLD_DAYS
    odds = standing.log_odds + _ODDS_OF_AGE * is_old + _ODDS_OF_PRIORITY * is_priority
    compliance: Floats = 1 / (1 + np.exp(-odds))
    return compliance


def _continued(key: Keys, standing: Standing, lives: Lives) -> tuple[Standing, Ints]:
    """Return standings in which most re-founded firms go on as before, and who was before (-1)."""
    before = refounded(key, standing.kind, lives)
    goes_on = (before >= 0) & keyed.happens(key, "goes on", _GOES_ON_SHARE)
    return pick(standing, np.where(goes_on, before, np.arange(len(key)))), before


def _everybody(
    key: Keys, counts: tuple[int, int], period: tuple[int, int]
) -> tuple[Standing, Lives, Sizes, Ints]:
    """Return what traders are, reserved slots behind them, and whom each comes after (-1).

    `counts` are the traders of the first day, and those with the newcomers.
    """
    first, count = counts
    standing = draw_standing(key[:count])
    lives = draw_lives(key[:count], first, *period)
    standing, predecessor = _continued(key[:count], standing, lives)
    sizes = draw_sizes(key[:count], standing.kind, standing.trade, lives, period)
    before = draw_slots(key, count, is_rebirth_fit(standing, sizes.is_priority))
    own = pick(sizes, before)
    relative = own.weight * count
    capital, employees = registered(key[count:], relative, standing.trade[before])
    own = replace(own, capital_million_vnd=capital, employees=employees)
    return (
        join([standing, pick(standing, before)]),
        _slot_lives(lives, len(before)),
        join([sizes, own]),
        np.concatenate([predecessor, before]),
    )


def _habits(
    key: Keys, standing: Standing, sizes: Sizes, after: tuple[Ints, int], places: Places
) -> tuple[Habits, Ints]:
    """Return habits and parents; who comes after somebody of the same trade takes over from it.

    `after` is the trader before each (-1 for none) and the number of ordinary traders.
    """
    predecessor, count = after
    habits, parent = draw_habits(key, standing, sizes, np.arange(len(key)) < count, places)
    heirs = np.flatnonzero(predecessor >= 0)
    heirs = heirs[standing.trade[heirs] == standing.trade[predecessor[heirs]]]
    take_over(habits, key, heirs, predecessor[heirs])
    parent[heirs] = parent[predecessor[heirs]]
    return habits, parent


def _brokers(seed: int, key: Keys, standing: Standing, sizes: Sizes, count: int) -> Ints:
    large = sizes.weight > np.quantile(sizes.weight, 1 - _LARGE_SHARE)
    return usual_brokers(seed, key, standing.province, large, sizes.is_priority, count)


def _sectors(standing: Standing, sizes: Sizes, habits: Habits) -> Ints:
    """Return the sector of each trader's main goods: what a maker sells, a merchant moves most."""
    sells = standing.is_maker | (sizes.import_share < _HALF)
    main = np.where(sells, EXPORT, IMPORT)
    sectors: Ints = SECTOR_OF_CHAPTER[habits.group[np.arange(len(main)), main, 0]]
    return sectors


def _fields(record: object, *left_out: str) -> dict[str, Any]:
    """Return the fields of a dataclass by name, without some."""
    names = [item.name for item in fields(record)]  # type: ignore[arg-type]
    return {name: getattr(record, name) for name in names if name not in left_out}


def draw_traders(
    seed: int,
    count: int,
    period: tuple[int, int],
    goods: Goods,
    countries: Countries,
    offices: Offices,
) -> Traders:
    """Return the nation's traders, chosen for the lines, countries and offices of the lists.

    Args:
        seed: Seed of the world.
        count: Number of traders of the first day; newcomers and reserved slots come on top.
        period: First and last day that is lived, warm-up included.
        goods: All lines.
        countries: All countries.
        offices: All offices.
    """
    first, count = count, count + newcomer_count(count, *period)
    key = np.concatenate(
        [
            keyed.identities(keyed.root(seed, "traders"), count),
            keyed.identities(keyed.root(seed, "reserved traders"), slot_count(first)),
        ]
    )
    standing, lives, sizes, predecessor = _everybody(key, (first, count), period)
    order = np.argsort(-sizes.weight[:count], kind="stable")
    bonds = draw_bonds(key, (standing.kind, standing.province), predecessor, order)
    places = Places(goods, countries, offices, partner_cells(first, goods, countries))
    habits, parent = _habits(key, standing, sizes, (predecessor, count), places)
    home = np.append(home_countries(countries), -1)[standing.home]
    traded = sizes.weight * part_of(lives, *period) * (np.arange(len(key)) < count)
    return Traders(
        **_fields(standing, "home", "log_odds"),
        **_fields(lives),
        **_fields(sizes),
        **_fields(bonds),
        **_fields(habits),
        log_volume=draw_volumes(
            traded,
            sizes.log_size,
            sizes.import_share,
            (habits.habit_weight, habits.country, habits.lines),
            (standing.trade, sizes.is_priority),
            (goods, countries),
        ),
        key=key,
        tax_codes=_tax_codes(seed, key, standing, bonds),
        is_ordinary=np.arange(len(key)) < count,
        home=home,
        parent=np.where(home >= 0, parent, -1),
        sector=_sectors(standing, sizes, habits),
        broker=_brokers(seed, key, standing, sizes, first),
        compliance=_compliance(standing, lives, sizes.is_priority, period[0]),
    )
