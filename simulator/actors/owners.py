"""Who owns and who runs the traders: persons with documents, foreign parents, roles and shares.

A few honest families own several firms, and some firms change their director; a firm that comes
after another shares its owner openly or behind a director of straw.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import FAR, FIRM
from simulator.actors.people import People, make_people, person_keys
from simulator.actors.provinces import CODE_NUMBERS
from simulator.actors.standing import home_countries
from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, pick
from simulator.reference.countries import Countries

DIRECTOR, REPRESENTATIVE, SHAREHOLDER, HOUSEHOLDER = range(4)
ROLES = ("GD", "DDPL", "CD", "CH")
NOBODY = -1
# Shares and days are assumptions.
_SECOND_SHARE, _THIRD_SHARE = 0.5, 0.18
_FOREIGN_HEAD_SHARE, _STRAW_SHARE = 0.65, 0.4
_OWN_DIRECTOR_SHARE = 0.8
_CHANGE_MEAN_DAYS = 9 * 365.0
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Holdings:
    """Roles, one row each.

    Attributes:
        trader: Position in traders.
        person: Position in people; -1 where a foreign firm holds the share.
        partner: Position in partners of that firm, else -1.
        role: Position in ROLES.
        share_bp: Share, hundredths of a percent; -1 where the role has none.
        from_offset, to_offset: Days since the trader's founding; FAR while it lasts.
    """

    trader: Ints
    person: Ints
    partner: Ints
    role: Ints
    share_bp: Ints
    from_offset: Ints
    to_offset: Ints

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.trader)


@dataclass(frozen=True, slots=True)
class Owners:
    """Persons and what they hold.

    Attributes:
        people: Everyone; position i of the first n is who founded trader i.
        holdings: Roles, sorted by trader, role and begin.
    """

    people: People
    holdings: Holdings


@dataclass(frozen=True, slots=True)
class _Seats:
    """Who is about in each firm: positions in people, -1 for none; shape (n,)."""

    first: Ints
    second: Ints
    third: Ints
    behind: Ints
    is_firm: Bools
    owned_abroad: Bools


def _seats(traders: Traders) -> tuple[_Seats, Ints]:
    """Return the persons of each firm and, for each person beyond the first, whose it is."""
    key, count = traders.key, len(traders)
    is_firm = traders.kind == FIRM
    has_second = is_firm & keyed.happens(key, "second holder", _SECOND_SHARE)
    has_third = has_second & keyed.happens(key, "third holder", _THIRD_SHARE / _SECOND_SHARE)
    second, third = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    second[has_second] = count + np.arange(int(has_second.sum()))
    third[has_third] = count + int(has_second.sum()) + np.arange(int(has_third.sum()))
    follows = traders.predecessor >= 0
    shares = traders.owner_of != np.arange(count)
    straw = follows & shares & keyed.happens(key, "straw", _STRAW_SHARE)
    seats = _Seats(
        first=np.where(straw, np.arange(count), traders.owner_of),
        second=second,
        third=third,
        behind=np.where(straw, traders.owner_of, -1),
        is_firm=is_firm,
        owned_abroad=traders.parent >= 0,
    )
    return seats, np.concatenate([np.flatnonzero(has_second), np.flatnonzero(has_third)])


def _rows(traders: Ints, person: Ints, role: int, share_bp: Ints | None = None) -> Holdings:
    count = len(traders)
    nothing = np.full(count, -1, dtype=np.int64)
    start = np.zeros(count, dtype=np.int64)
    return Holdings(
        trader=traders,
        person=person,
        partner=nothing,
        role=np.full(count, role, dtype=np.int64),
        share_bp=nothing if share_bp is None else share_bp,
        from_offset=start,
        to_offset=np.full(count, FAR, dtype=np.int64),
    )


def _shares(traders: Traders, seats: _Seats) -> list[Holdings]:
    """Return who holds which part of each firm; the parts of a firm sum to the whole."""
    key = traders.key
    abroad = np.where(seats.owned_abroad, keyed.integers(key, "abroad", 60, 101) * 100, 0)
    rest = _WHOLE_BP - abroad
    third = np.where(seats.third >= 0, rest * keyed.integers(key, "third part", 5, 21) // 100, 0)
    second = np.where(
        seats.second >= 0, rest * keyed.integers(key, "second part", 10, 50) // 100, 0
    )
    first = rest - second - third
    owner = np.where(seats.behind >= 0, seats.behind, seats.first)
    result = []
    for person, part in ((owner, first), (seats.second, second), (seats.third, third)):
        rows = np.flatnonzero(seats.is_firm & (person >= 0) & (part > 0))
        result.append(_rows(rows, person[rows], SHAREHOLDER, part[rows]))
    rows = np.flatnonzero(seats.owned_abroad & (abroad > 0))
    parents = _rows(rows, np.full(len(rows), NOBODY, dtype=np.int64), SHAREHOLDER, abroad[rows])
    parents.partner[:] = traders.parent[rows]
    return [*result, parents]


def _heads(traders: Traders, seats: _Seats) -> list[Holdings]:
    """Return representatives and directors; some firms had another representative before."""
    key = traders.key
    firms = np.flatnonzero(seats.is_firm)
    representative = _rows(firms, seats.first[firms], REPRESENTATIVE)
    other = (seats.second >= 0) & ~keyed.happens(key, "own director", _OWN_DIRECTOR_SHARE)
    director = np.where(other, seats.second, seats.first)[firms]
    change = 90 + keyed.exponential(key, "new head", _CHANGE_MEAN_DAYS).astype(np.int64)
    has_former = (seats.second >= 0) & ~other
    former_rows = np.flatnonzero(seats.is_firm & has_former)
    former = _rows(former_rows, seats.second[former_rows], REPRESENTATIVE)
    former.to_offset[:] = change[former_rows]
    representative.from_offset[:] = np.where(has_former, change, 0)[firms]
    households = np.flatnonzero(~seats.is_firm)
    return [
        representative,
        former,
        _rows(firms, director, DIRECTOR),
        _rows(households, seats.first[households], HOUSEHOLDER),
    ]


def draw_owners(seed: int, traders: Traders, countries: Countries) -> Owners:
    """Return the owners of all traders, slots included."""
    seats, others = _seats(traders)
    whose = np.concatenate([np.arange(len(traders)), others])
    key = person_keys(seed, len(whose))
    position = np.full(len(countries.codes) + 1, -1, dtype=np.int64)
    homes = home_countries(countries)
    position[homes] = np.arange(len(homes))
    home = position[traders.home[whose]]
    comes_along = keyed.happens(key, "from abroad", _FOREIGN_HEAD_SHARE)
    style = np.where(comes_along, home, -1)
    province = CODE_NUMBERS[traders.province[whose]]
    people = make_people(seed, key, province, style)
    holdings = join([*_shares(traders, seats), *_heads(traders, seats)])
    order = np.lexsort((holdings.from_offset, holdings.role, holdings.trader))
    return Owners(people, pick(holdings, order))
