"""The firms and persons that trade: who they are, how much, what, with whom, over which office.

What is written of each stands in the order of the register: names, addresses, industry. Everybody's
standing, life, size, bonds and habits are drawn one after the other.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.brokers import usual_brokers
from simulator.actors.fitting import chances
from simulator.actors.habits import Habits, Places, draw_habits, take_over
from simulator.actors.identifiers import (
    TRADERS,
    citizen_numbers,
    firm_codes,
    scattered,
    tax_numbers,
)
from simulator.actors.kinds import FAR, FIRM, INDUSTRIES, PERSON, SECTOR_OF_CHAPTER, SECTORS
from simulator.actors.lives import RESTS, Lives, draw_lives, month_factors, newcomer_count, part_of
from simulator.actors.names import addresses, firm_names
from simulator.actors.partners import partner_cells
from simulator.actors.people import make_people, person_keys, women
from simulator.actors.provinces import CODE_NUMBERS, NAMES, TAX_PREFIXES
from simulator.actors.rebirth import Bonds, draw_bonds, draw_slots, refounded, slot_count
from simulator.actors.sizes import TRADERS_AT_SCALE_ONE, Sizes, draw_sizes, registered
from simulator.actors.standing import (
    Standing,
    draw_standing,
    home_countries,
    is_rebirth_fit,
)
from simulator.actors.volumes import draw_volumes
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, join, pick, texts
from simulator.kernel.keyed import Keys
from simulator.reference.countries import Countries
from simulator.reference.goods import Goods
from simulator.reference.offices import Offices
from simulator.reference.regimes import EXPORT, IMPORT

# Assumption.
_FEWEST_TRADERS = 1_500


@dataclass(frozen=True, slots=True)
class Traders(Habits):
    """All traders of the nation, one position each; the last `slots` are reserved for re-births.

    With whom and what they trade is as in Habits.

    Attributes:
        key: Identity.
        tax_codes: 10 digits, 10-3 for branches, 12 for households and persons.
        kind, trade, company: FIRM…, COMMERCIAL…, position in COMPANY_TYPES.
        is_maker: Makes things itself.
        is_priority: Authorised operator.
        is_ordinary: Not a reserved slot; False never trades unless the chronicle wakes it.
        province: Position in PROVINCES.
        home: Country of the owners abroad, position in countries; -1 for domestic firms.
        parent: Partner that owns it; -1.
        sector: Position in SECTORS of its main goods.
        founded_day, closed_day, rest_from, rest_until, growth: As in Lives; slots FAR.
        weight: Share of the nation's declarations in a usual month.
        log_size: ln of the value of one of its goods items against the usual one.
        import_share: Share of imports in its declarations.
        capital_million_vnd, employees: As the registry knows them.
        broker: Usual broker; -1 declares itself.
        compliance: Latent compliance in (0, 1); only the truth file shows it.
        successor, predecessor, head, branch, owner_of, address_of: As in Bonds.
        log_volume: ln of the mean value of an item of each of a habit's goods, USD, of the shape of
            `lines`.
    """

    key: Keys
    tax_codes: list[str]
    kind: Ints
    trade: Ints
    company: Ints
    is_maker: Bools
    is_priority: Bools
    is_ordinary: Bools
    province: Ints
    home: Ints
    parent: Ints
    sector: Ints
    founded_day: Ints
    closed_day: Ints
    rest_from: Ints
    rest_until: Ints
    growth: Floats
    weight: Floats
    log_size: Floats
    import_share: Floats
    capital_million_vnd: Ints
    employees: Ints
    broker: Ints
    compliance: Floats
    successor: Ints
    predecessor: Ints
    head: Ints
    branch: Ints
    owner_of: Ints
    address_of: Ints
    log_volume: Floats

    def __len__(self) -> int:
        """Return the number of traders, slots included."""
        return len(self.key)

    @property
    def lives(self) -> Lives:
        """When they are founded, rest and close."""
        return Lives(
            self.founded_day, self.closed_day, self.rest_from, self.rest_until, self.growth
        )


def trader_count(scale: float) -> int:
    """Return the number of traders on the first day of a nation of this scale."""
    return max(_FEWEST_TRADERS, round(TRADERS_AT_SCALE_ONE * scale))


def activity(traders: Traders, month: int) -> Floats:
    """Return how much each trader trades in a month (since 1970-01), not normalised, shape (n,)."""
    weights: Floats = traders.weight * month_factors(traders.key, traders.lives, month)
    return weights


@dataclass(frozen=True, slots=True)
class TraderTexts:
    """Texts of traders, shape (n,) each, by position.

    Attributes:
        tax_codes: As in Traders.
        names: In Vietnamese; of a branch, the head's with the branch before it.
        names_en: Without marks; null for persons.
        addresses: Head office in one line.
        sites: Production site of who makes things.
        industry: Class of VSIC.
        order: Positions in the order of the tax codes.
    """

    tax_codes: pa.StringArray
    names: pa.StringArray
    names_en: pa.StringArray
    addresses: pa.StringArray
    sites: pa.StringArray
    industry: pa.StringArray
    order: Ints

    def codes_of(self, trader: Ints) -> pa.StringArray:
        """Return the tax code of each trader, in the shape of `trader`."""
        return self.tax_codes.take(pa.array(trader))


def _of_branches(traders: Traders, names: pa.StringArray, words: tuple[str, str]) -> pa.StringArray:
    """Return names in which a branch has its head's name, with words round its province."""
    head = pa.array(np.where(traders.head >= 0, traders.head, np.arange(len(traders))))
    place = texts(NAMES, traders.province)
    of_branch = pc.binary_join_element_wise(words[0], names.take(head), words[1], place, " ")
    return pc.if_else(pa.array(traders.head >= 0), of_branch, names)


def trader_texts(seed: int, traders: Traders) -> TraderTexts:
    """Return the texts of all traders, slots included.

    Args:
        seed: Seed of the world.
        traders: All traders.
    """
    is_foreign = traders.home >= 0
    home = CODE_NUMBERS[traders.province]
    nobody = np.full(len(traders), -1, dtype=np.int64)
    people = make_people(seed, person_keys(seed, len(traders)), home, nobody)
    names = firm_names(traders.key, traders.company, traders.sector, is_foreign)
    names = pc.if_else(pa.array(traders.kind == PERSON), people.names, names)
    english = firm_names(traders.key, traders.company, traders.sector, is_foreign, in_english=True)
    nameless = pa.array(traders.kind != FIRM)
    key, province = traders.key[traders.address_of], traders.province[traders.address_of]
    in_zone = (traders.is_maker & (traders.kind == FIRM))[traders.address_of]
    codes = pa.array(traders.tax_codes, pa.string())
    class_of = traders.sector + np.where(traders.is_maker, 0, len(SECTORS))
    return TraderTexts(
        tax_codes=codes,
        names=_of_branches(traders, names, ("Chi nhánh", "tại")),
        names_en=pc.if_else(nameless, pa.scalar(None, pa.string()), english),
        addresses=addresses(key, province, in_zone),
        sites=addresses(traders.key, traders.province, np.ones(len(traders), dtype=bool)),
        industry=texts(INDUSTRIES, class_of),
        order=np.asarray(pc.sort_indices(codes)).astype(np.int64),
    )


# Assumptions.
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
    home = CODE_NUMBERS[standing.province]
    citizens = citizen_numbers(own, scattered(seed, np.arange(len(key))), home, women(own))
    codes = pc.if_else(pa.array(standing.kind == FIRM), firm_codes(numbers, bonds.branch), citizens)
    listed: list[str] = codes.to_pylist()
    return listed


def _compliance(standing: Standing, lives: Lives, is_priority: Bools, first_day: int) -> Floats:
    is_old = lives.founded_day < first_day - _OLD_DAYS
    odds = standing.log_odds + _ODDS_OF_AGE * is_old + _ODDS_OF_PRIORITY * is_priority
    return chances(odds)


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
