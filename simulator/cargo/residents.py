"""Goods of border residents: the table `cudan`, slips of persons with papers of a border commune.

Goods of up to 2 million VND a person and day bear no tax (Decision 72/2013/QD-TTg; Decree
14/2018/ND-CP); what is above pays the rates of its heading. The residents of a gate are some
hundreds; those of a village share a hired van, often with the same goods of the season. Numbers,
prices and shares are assumptions.

The honest part alone is drawn here. `honest_slips` says who brings what in which van;
`put_residents` works out what is taxed and hands over the rows. Those of `quota_stacking`, which
stacks the quotas of many papers for one owner, come between the two.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyarrow as pa

from simulator.actors.identifiers import citizen_numbers, scattered
from simulator.actors.people import women
from simulator.actors.provinces import PROVINCES
from simulator.cargo.crossings import INWARD, OUTWARD, Crossings
from simulator.cargo.shipments import Outbox, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Bools,
    Floats,
    Ints,
    coded,
    dates,
    decimals,
    numbers_within,
    pick,
    runs_of,
    whole,
)
from simulator.kernel.glyphs import DAY_SECONDS, digits, fixed, joined, same
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import half_up, one_at_least
from simulator.reference.calendar import year_month
from simulator.reference.goods import MASS_UNITS
from simulator.reference.lists import rows_of

QUOTA_VND = 2_000_000
_WAYS = ("N", "X")
_FEWEST, _SPREAD, _MOST, _RESIDENTS_A_SLIP = 250, 350, 3_000, 6
_FIRST_SERIAL = 700_000
# One to five neighbours share a van, more where a village has a large one; it takes those of its
# village, who live side by side.
_IN_A_VAN, _IN_A_LARGE_VAN = (14, 16, 20, 25, 25), (0, 0, 5, 10, 15, 20, 20, 15, 15)
_LARGE_VANS_SHARE, _VANS_A_RESIDENT = 0.3, 0.04
_SAME_GOODS_SHARE, _OUTWARD_SHARE, _AGAIN_SHARE, _ASKED_FOR_SHARE = 0.85, 0.3, 0.03, 0.4
_ABOVE_SHARE, FULL_FROM, _MOST_ABOVE = 0.02, 0.92, 1.75
# How often those of a village fill their quota, from the least to the most (by uniform chance to
# this power), how many bring what was ordered, and how often these fill it.
_FULL_SHARES, _SELDOM, _ORDERED_SHARE, _ORDERED_FULL_SHARE = (0.2, 0.96), 1.4, 0.15, 0.96
_USUAL_VND, _SIGMA, _STEP_VND = 1_100_000, 0.5, 1_000
OPENS, LAST_SECONDS = 6 * 3_600 + 1_800, 11 * 3_600


@dataclass(frozen=True, slots=True)
class BorderGoods:
    """What residents carry, one position each.

    Attributes:
        headings: HS heading, four digits; units: UN/ECE Recommendation 20.
        direction: INWARD or OUTWARD.
        price_vnd: Of a unit; share: within its direction; rate_pct: duty and VAT of what is above
            the quota, percent.
    """

    headings: list[str]
    units: list[str]
    direction: Ints
    price_vnd: Ints
    share: Floats
    rate_pct: Ints


@dataclass(frozen=True, slots=True)
class Slips:
    """Slips of residents, one position each, by gate, day and turn.

    Attributes:
        key: Identity.
        gate: Office position; day: since 1970; second: local; turn: number within gate and day.
        resident: Which of the gate's residents shows the paper.
        van: Which of the gate's hired vans carries the goods.
        goods: Position in the border goods.
        value_vnd, quantity_e2: Of the goods; hundredths of the unit.
        scheme: Whose goods they really are, position in schemes; -1 for the resident's own.
    """

    key: Keys
    gate: Ints
    day: Ints
    second: Ints
    turn: Ints
    resident: Ints
    van: Ints
    goods: Ints
    value_vnd: Ints
    quantity_e2: Ints
    scheme: Ints

    def __len__(self) -> int:
        """Return the number of slips."""
        return len(self.key)


@cache
def border_goods() -> BorderGoods:
    """Return what residents carry."""
    rows = rows_of("border_goods.csv", "simulator.cargo")
    return BorderGoods(
        headings=[row["hs4"] for row in rows],
        units=[row["unit"] for row in rows],
        direction=np.array([_WAYS.index(row["direction"]) for row in rows]),
        price_vnd=np.array([int(row["vnd_per_unit"]) for row in rows]),
        share=np.array([float(row["share"]) for row in rows]),
        rate_pct=np.array([int(row["rate_pct"]) for row in rows]),
    )


def residents_of(around: Surroundings, mean: Floats, gate: Ints) -> Ints:
    """Return how many residents with papers each gate has, for so many slips a day."""
    key = keyed.derive(keyed.root(around.seed, "border communes"), "gate", gate)
    least = _FEWEST + keyed.integers(key, "residents", 0, _SPREAD)
    wanted = np.maximum(least, np.ceil(mean * _RESIDENTS_A_SLIP).astype(np.int64))
    return np.minimum(wanted, _MOST)


def honest_slips(around: Surroundings, crossings: Crossings) -> Slips:
    """Return the slips of some days: each resident comes once a day, a few twice."""
    gates = np.flatnonzero(crossings.slips > 0)
    gate = np.tile(gates, len(crossings.days))
    day = np.repeat(crossings.days, len(gates))
    place = keyed.derive(keyed.root(around.seed, "residents"), "gate and day", gate << 20 | day)
    residents = residents_of(around, crossings.slips[gate], gate)
    row, load, turn, van = _van_loads(around, (gate, place), crossings.slips[gate], residents)
    key = keyed.derive(place[row], "slip", turn)
    van_key = keyed.derive(place[row], "van", load)
    seat = numbers_at(row, van)
    again = (seat > 0) & keyed.happens(key, "again", _AGAIN_SHARE)
    who = neighbours(around, (gate[row], day[row], van), seat - again, residents[row])
    month = gate[row] << 20 | year_month(day[row])
    season = keyed.derive(keyed.root(around.seed, "seasons"), "gate and month", month)
    goods = _goods(key, van_key, season)
    value = _values(key, _van_keys(around, gate[row], van), _is_ordered(van_key))
    begins = keyed.integers(van_key, "second", 0, LAST_SECONDS)
    return Slips(
        key=key,
        gate=gate[row],
        day=day[row],
        second=day[row] * DAY_SECONDS + OPENS + begins + keyed.integers(key, "after", 0, 1_200),
        turn=turn,
        resident=who,
        van=van,
        goods=goods,
        value_vnd=value,
        quantity_e2=quantities(key, goods, value),
        scheme=np.full(len(key), -1, dtype=np.int64),
    )


def _van_loads(
    around: Surroundings, at_gate: tuple[Ints, Keys], mean: Floats, residents: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return place, number of the load, turn and van of each slip, by gates and days.

    Neighbours come by the van, however few slips a gate has: so many are together at any scale.
    """
    gate, place = at_gate
    sizes = np.array([[*_IN_A_VAN, *[0] * 4], _IN_A_LARGE_VAN], dtype=np.float64)
    people = np.arange(1, sizes.shape[1] + 1)
    means = (sizes * people).sum(axis=1) / sizes.sum(axis=1)
    usual = float(means @ (1 - _LARGE_VANS_SHARE, _LARGE_VANS_SHARE))
    loads = np.minimum(keyed.poisson(place, "vans", mean / usual), residents // len(people))
    at, load = runs_of(loads), numbers_within(loads)
    van = keyed.integers(keyed.derive(place[at], "van", load), "which", 0, vans_of(residents)[at])
    is_large = keyed.happens(_van_keys(around, gate[at], van), "is large", _LARGE_VANS_SHARE)
    drawn = [keyed.choose(keyed.derive(place[at], "load", load), "people", own) for own in sizes]
    people = 1 + np.where(is_large, drawn[1], drawn[0])
    row = np.repeat(at, people)
    counts = np.bincount(row, minlength=len(place))
    return row, np.repeat(load, people), numbers_within(counts), np.repeat(van, people)


def numbers_at(*place: Ints) -> Ints:
    """Return the number of each row among those at its place, in the order in which they come."""
    order = np.lexsort(place)
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = numbers_within(_runs(*(one[order] for one in place)))
    return numbers


def _runs(*place: Ints) -> Ints:
    """Return how many rows one after the other are at one place, place by place."""
    at = np.stack(place)
    starts = np.flatnonzero(np.any(np.diff(at, prepend=-1) != 0, axis=0))
    return np.diff(np.append(starts, at.shape[1]))


def neighbours(
    around: Surroundings, load: tuple[Ints, Ints, Ints], seat: Ints, residents: Ints
) -> Ints:
    """Return who of a village comes with its van: each day some who live side by side.

    Args:
        around: Where trade moves.
        load: Gate, day and van.
        seat: Of those who come this way on the day, from 0; those before are the next neighbours.
        residents: How many the gate has.

    Returns:
        Position among the residents of the gate.
    """
    gate, day, van = load
    village = residents // vans_of(residents)
    key = keyed.derive(_van_keys(around, gate, van), "day", day)
    first = keyed.integers(key, "first neighbour", 0, village)
    who: Ints = van * village + (first + seat) % village
    return who


def vans_of(residents: Ints) -> Ints:
    """Return how many hired vans serve so many residents."""
    vans: Ints = np.maximum(residents * _VANS_A_RESIDENT, 4).astype(np.int64)
    return vans


def quantities(key: Keys, goods: Ints, value_vnd: Ints | Floats) -> Ints:
    """Return how much goods of a value are, hundredths of the unit; prices differ by 12 %."""
    known = border_goods()
    noise = np.exp(0.12 * keyed.normal(key, "price"))
    quantity_e2 = 100 * value_vnd / known.price_vnd[goods] / noise
    step = np.array([1 if unit in MASS_UNITS else 100 for unit in known.units])[goods]
    return one_at_least(quantity_e2, step)


def in_turn(slips: Slips) -> Slips:
    """Return slips numbered anew within gate and day, in an order that says nothing."""
    order = np.lexsort((keyed.uniform(slips.key, "turn"), slips.day, slips.gate))
    own = pick(slips, order)
    return replace(own, turn=numbers_at(own.day, own.gate))


def slip_numbers(slips: Slips) -> pa.Array:
    """Return SO_PHIEU."""
    return fixed(
        same("CD", len(slips)), digits(slips.gate, 3), digits(slips.day, 5), digits(slips.turn, 5)
    )


def _goods(key: Keys, van_key: Keys, season: Keys) -> Ints:
    """Return what each slip is about: in most vans one thing, all of it in one direction.

    Many vans bring what a gate's buyers ask for in a month.
    """
    known = border_goods()
    outward = keyed.happens(van_key, "outward", _OUTWARD_SHARE)
    wanted = _is_ordered(van_key) | keyed.happens(van_key, "is asked for", _ASKED_FOR_SHARE)
    load = np.where(wanted, season, van_key)
    own = np.where(keyed.happens(key, "of the load", _SAME_GOODS_SHARE), load, key)
    drawn = []
    for direction in (INWARD, OUTWARD):
        shares = np.where(known.direction == direction, known.share, 0.0)
        drawn.append(keyed.choose(own, "goods", shares))
    return np.where(outward, drawn[OUTWARD], drawn[INWARD])


def _is_ordered(van_key: Keys) -> Bools:
    """Return which loads a buyer at the gate ordered: whoever brings them fills the quota."""
    return keyed.happens(van_key, "is ordered", _ORDERED_SHARE)


def _values(key: Keys, village: Keys, is_ordered: Bools) -> Ints:
    """Return the value of each slip, VND: many just fill the quota, a few go beyond it."""
    full_share = np.where(is_ordered, _ORDERED_FULL_SHARE, _full_shares(village))
    usual = _USUAL_VND * np.exp(_SIGMA * keyed.normal(key, "value"))
    part = keyed.uniform(key, "part")
    full = QUOTA_VND * (FULL_FROM + (1 - FULL_FROM) * part)
    above = QUOTA_VND * (1 + (_MOST_ABOVE - 1) * part)
    is_full = keyed.happens(key, "fills the quota", full_share)
    value = np.where(is_full, full, np.minimum(usual, QUOTA_VND))
    value = np.where(keyed.happens(key, "above the quota", _ABOVE_SHARE), above, value)
    rounded: Ints = np.maximum(value // _STEP_VND, 20).astype(np.int64) * _STEP_VND
    return rounded


def _full_shares(village: Keys) -> Floats:
    """Return how often those of each village fill their quota, 0 to 1."""
    low, high = _FULL_SHARES
    share: Floats = low + (high - low) * keyed.uniform(village, "fills the quota") ** _SELDOM
    return share


def filling_vans(around: Surroundings, gate: Ints, vans: Ints) -> Ints:
    """Return of two vans each, shape (n, 2), the one whose village fills its quota more often."""
    shares = _full_shares(_van_keys(around, gate[:, None], vans))
    chosen: Ints = np.take_along_axis(vans, shares.argmax(axis=1)[:, None], axis=1)[:, 0]
    return chosen


def put_residents(outbox: Outbox, around: Surroundings, slips: Slips) -> None:
    """Hand over the table `cudan`."""
    if not len(slips):
        return
    known, goods = border_goods(), slips.goods
    columns = {
        "SO_PHIEU": slip_numbers(slips),
        "NGAY": dates(slips.day),
        "MA_HQ": around.office_codes(slips.gate, slips.day),
        "SO_GT": _papers(around, slips),
        "PLATE": _plates(around, slips),
        "MA_HS4": coded(known.headings, goods),
        "LUONG": decimals(slips.quantity_e2, 2),
        "MA_DVT": coded(known.units, goods),
        "TRI_GIA": whole(slips.value_vnd),
        "CHIEU": coded(_WAYS, known.direction[goods]),
        "THUE": whole(taxes(slips)),
    }
    moment = slips.second + keyed.integers(slips.key, "entered after", 5, 600)
    outbox.put("cudan", moment, columns, registered=slips.day)


def taxes(slips: Slips) -> Ints:
    """Return the tax of each slip, VND: on what a person brings in on a day above the quota."""
    known = border_goods()
    is_in = known.direction[slips.goods] == INWARD
    value = np.where(is_in, slips.value_vnd, 0)
    order = np.lexsort((slips.turn, slips.second, slips.resident, slips.gate, slips.day))
    counts = _runs(slips.day[order], slips.gate[order], slips.resident[order])
    sums = np.cumsum(value[order])
    starts = np.cumsum(counts) - counts
    before = np.repeat(sums[starts] - value[order][starts], counts)
    above = np.empty_like(value)
    above[order] = np.clip(sums - before - QUOTA_VND, 0, value[order])
    return half_up(above * known.rate_pct[slips.goods], 100)


def _papers(around: Surroundings, slips: Slips) -> pa.Array:
    """Return the citizen's number of each resident; they are told apart nation-wide."""
    land = np.flatnonzero(around.neighbour >= 0)
    place = np.searchsorted(land, slips.gate) * _MOST + slips.resident
    key = keyed.derive(keyed.root(around.seed, "border residents"), "resident", place)
    code = np.array([int(_province(number)[0]) for number in range(100)])
    serial = scattered(around.seed, _FIRST_SERIAL + place)
    return citizen_numbers(key, serial, code[around.department[slips.gate]], women(key))


def _van_keys(around: Surroundings, gate: Ints, van: Ints) -> Keys:
    """Return the identities of hired vans; each serves a village."""
    return keyed.derive(keyed.root(around.seed, "hired vans"), "van", gate * _MOST + van)


def _plates(around: Surroundings, slips: Slips) -> pa.Array:
    key = _van_keys(around, slips.gate, slips.van)
    heads = [f"{_province(number)[1]}C" for number in range(100)]
    head = coded(heads, around.department[slips.gate]).cast(pa.string())
    return joined(head, fixed(digits(keyed.integers(key, "plate", 0, 100_000), 5)))


@cache
def _province(department: int) -> tuple[str, int]:
    """Return statistics code and plate of the first province of a customs department."""
    for province in PROVINCES:
        if province.department == f"{department:02d}":
            return province.code, province.plates[0]
    return PROVINCES[0].code, PROVINCES[0].plates[0]
