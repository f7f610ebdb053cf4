"""The setting: everything that stays the same while days are lived, but what goes wrong."""

from dataclasses import dataclass

import numpy as np

from simulator.actors.brokers import Brokers
from simulator.actors.cast import Actors, draw_actors
from simulator.actors.deliveries import home_buyers
from simulator.actors.demand import Demand, draw_demand
from simulator.actors.kinds import HABITS
from simulator.actors.officers import Officers
from simulator.actors.partners import Partners
from simulator.actors.traders import Traders, activity, trader_count
from simulator.cargo.shipments import Surroundings
from simulator.cargo.surroundings import settle
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, group_starts
from simulator.reference.calendar import YEAR_DAYS, load_factor, year_month
from simulator.reference.countries import Countries, load_countries
from simulator.reference.exchange import ExchangeRates, draw_rates
from simulator.reference.goods import Goods, load_goods
from simulator.reference.offices import Offices, load_offices
from simulator.reference.prices import Shocks, draw_shocks
from simulator.reference.tariff import Tariff, load_tariff

# As the administration published for 2020.
DECLARATIONS_A_YEAR = 13_700_000
# 2.5 million items of 600,000 declarations (post-clearance audit of Quảng Ninh, 2017 to 2022).
ITEMS_A_DECLARATION = 4.2
# Yearly growth of trade; share of goods items with an honest mistake, the most of one trader, and
# how steeply care lowers it; assumptions.
GROWTH_A_YEAR = 0.06
_MISTAKE_SHARE, _MOST_MISTAKES, _CARE = 0.0066, 0.06, 3.5
_NEW_DAYS, _MISTAKES_OF_NEW = 365, 1.5
# Branches and follow-ups come on top of primary declarations; measured share of all.
_PRIMARY_SHARE = 0.965
# Running numbers kept for a day, as a multiple of what is expected and at least.
_NUMBER_ROOM, _LEAST_ROOM = 1.5, 400
_MID_MONTH = 14


@dataclass(frozen=True, slots=True)
class Clock:
    """How many register on each day of the world, and where the day's numbers begin.

    Attributes:
        seed: Seed of the world.
        first_day: Day of position 0.
        loads: Expected primary declarations of each day.
        number_starts: First running number of each day.
    """

    seed: int
    first_day: int
    loads: Floats
    number_starts: Ints


def make_clock(seed: int, first_day: int, loads: Floats) -> Clock:
    """Return the clock of a world; each day's numbers have room for what follows up."""
    room = np.ceil(loads * _NUMBER_ROOM).astype(np.int64) + _LEAST_ROOM
    starts = 472_000_000 + group_starts(room)
    return Clock(seed, first_day, loads, starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A nation before anything goes wrong in it; positions in all fields point into its tables.

    Attributes:
        seed, scale: As asked for.
        first_day, written_from, last_day: First day lived, first day written, last day.
        random_arm: Designed probability of the lot.
        goods, countries, offices, tariff, rates, shocks: Reference.
        actors: Everybody who takes part; surroundings: places, fleets and traffic.
        clock: Declarations by day.
        demand: What dated moves of demand touch.
        activity_shares: `keyed.stacked` activity of the traders by month from `first_month` on.
        habit_shares: `keyed.stacked` habits; row trader * 2 + direction.
        home_buyers: Who takes what each habit of export delivers on the spot, shape (traders,
            HABITS); -1 for most.
        mistake_shares: Share of each trader's items with an honest mistake, once it is no new firm.
    """

    seed: int
    scale: float
    first_day: int
    written_from: int
    last_day: int
    random_arm: float
    goods: Goods
    countries: Countries
    offices: Offices
    tariff: Tariff
    rates: ExchangeRates
    shocks: Shocks
    actors: Actors
    surroundings: Surroundings
    clock: Clock
    demand: Demand
    activity_shares: Floats
    habit_shares: Floats
    home_buyers: Ints
    mistake_shares: Floats

    @property
    def traders(self) -> Traders:
        """All traders, reserved slots included."""
        return self.actors.traders

    @property
    def brokers(self) -> Brokers:
        """All customs brokers."""
        return self.actors.brokers

    @property
    def partners(self) -> Partners:
        """All foreign firms."""
        return self.actors.partners

    @property
    def officers(self) -> Officers:
        """All officers."""
        return self.actors.officers

    def mistake_chances(self, trader: Ints, day: Ints) -> Floats:
        """Return the chance of an honest mistake in an item of each trader on a day.

        A firm in its first year makes half as many again; `day` in days since 1970, both of one
        shape.
        """
        is_new = self.traders.founded_day[trader] > day - _NEW_DAYS
        chance = self.mistake_shares[trader] * np.where(is_new, _MISTAKES_OF_NEW, 1.0)
        return np.minimum(chance, _MOST_MISTAKES)

    @property
    def first_month(self) -> int:
        """Month of the first day lived, months since 1970."""
        return int(year_month(np.array([self.first_day]))[0])

    @property
    def home(self) -> int:
        """Position of this country among the countries."""
        return self.countries.codes.index("VN")

    def root(self, name: str) -> np.uint64:
        """Return the key of a part of this nation."""
        return keyed.root(self.seed, name)


def grown(written_from: int, day: Ints | float) -> Floats:
    """Return the trade of a day against that of the middle of the first year written."""
    middle = written_from + YEAR_DAYS / 2
    return np.asarray((1 + GROWTH_A_YEAR) ** ((day - middle) / YEAR_DAYS), dtype=np.float64)


def _clock(seed: int, scale: float, days: tuple[int, int, int], demand: Demand) -> Clock:
    first, written_from, last = days
    day = np.arange(first, last + 1)
    growth = grown(written_from, day)
    base = DECLARATIONS_A_YEAR * scale / YEAR_DAYS * _PRIMARY_SHARE
    return make_clock(seed, first, base * growth * demand.of_nation(day) * load_factor(day))


def _activity_shares(traders: Traders, demand: Demand, first_day: int, last_day: int) -> Floats:
    ends = year_month(np.array([first_day, last_day]))
    months = np.arange(ends[0], ends[1] + 1)
    middles = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _MID_MONTH
    every = np.arange(len(traders))
    shares = []
    for month, middle in zip(months.tolist(), middles.tolist(), strict=True):
        moved = demand.shares(traders, every, np.full_like(every, middle)).sum(axis=(1, 2))
        shares.append(activity(traders, month) * moved)
    return keyed.stacked(np.stack(shares))


def mistake_shares(traders: Traders) -> Floats:
    """Return the share of each trader's items with an honest mistake.

    Who complies well is careful; the mean over all trade is a figure of our own.
    """
    odds = _CARE * (0.8 - traders.compliance) + 0.4 * keyed.normal(traders.key, "care")
    share = np.exp(odds)
    share *= _MISTAKE_SHARE * traders.weight.sum() / (share * traders.weight).sum()
    return np.asarray(share)


def draw_setting(
    seed: int,
    scale: float,
    days: tuple[int, int, int],
    random_arm: float,
) -> Setting:
    """Return the setting of a nation.

    Args:
        seed: Seed of every draw.
        scale: 1 is a national year of 13.7 million declarations.
        days: First day lived, first day written, last day (days since 1970).
        random_arm: Designed probability of the lot.
    """
    first, written_from, last = days
    goods, countries, offices = load_goods(), load_countries(), load_offices()
    count = trader_count(scale)
    actors = draw_actors(seed, count, (first, last), goods, countries, offices)
    traders = actors.traders
    habits = traders.habit_weight.reshape(-1, HABITS)
    demand = draw_demand(traders, countries)
    return Setting(
        seed=seed,
        scale=scale,
        first_day=first,
        written_from=written_from,
        last_day=last,
        random_arm=random_arm,
        goods=goods,
        countries=countries,
        offices=offices,
        tariff=load_tariff(goods, countries),
        rates=draw_rates(seed, first - 40, last + 400),
        shocks=draw_shocks(seed, goods, countries, first, last),
        actors=actors,
        surroundings=settle(
            seed,
            DECLARATIONS_A_YEAR * scale / YEAR_DAYS,
            (goods, countries, offices),
            actors.carriers,
        ),
        clock=_clock(seed, scale, days, demand),
        demand=demand,
        activity_shares=_activity_shares(traders, demand, first, last),
        habit_shares=keyed.stacked(habits),
        home_buyers=home_buyers(traders),
        mistake_shares=mistake_shares(traders),
    )
