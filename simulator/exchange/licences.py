"""Import licences as the ministries send them: what is granted, and what has been used of it.

One licence a trader, kind of goods and half-year, the same numbers as on the declarations
(`papers.numbers.licence_numbers`). It comes when it is granted, when goods or quantity are added
and when its time is over (or the run ends). What is granted beforehand, and for which goods, goes
by what last year lets expect, with room, in round figures; other goods are asked for some days
before they first come. Nobody knows the half-year before it has been lived. Where a licence is used
up, it is mostly raised by a half, on the day before goods come that go beyond it; a few are
overdrawn, by mistake or not. All shares are assumptions.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import add_parts, added_up, leave_part
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.exchange.dated import send_dated
from simulator.exchange.licensed_use import Expected, expected_use, rounded_up
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Ints,
    coded,
    constant,
    dates,
    decimals,
    numbers_within,
    pick,
    runs_of,
)
from simulator.kernel.glyphs import listed as as_lists
from simulator.nation import Nation
from simulator.papers.numbers import GRANTED_BEFORE_DAYS, LICENCE_DAYS, licence_numbers
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.goods import LICENCES
from simulator.reference.ministries import licensing_body
from simulator.reference.regimes import IMPORT
from simulator.setting import GROWTH_A_YEAR

NAME = "licence_sums"
GRACE_DAYS = 10
# Goods that were not expected are asked for so many days before they first come, at most.
FORESEEN_DAYS = 15
_KINDS = len(LICENCES)
_LEAST_ROOM, _MOST_ROOM, _OVERDRAWN_SHARE = 1.2, 2.2, 0.1
_GUESS_SIGMA, _LEAST_EARLIER, _RAISED = 0.25, 0.5, 1.5
_FAR = 1_000_000


def put_licence_sums(outbox: Outbox, nation: Nation, block: Block) -> None:
    """Leave a block's use of licences: net mass by half-year, trader, kind, line and day."""
    if not outbox.wants("licence"):
        return
    batch, told = block.batch, block.batch.declared
    stands = block.remains
    stands &= batch.deals.direction == IMPORT
    kind = nation.goods.licence[told.line]
    row = np.flatnonzero((kind >= 0) & stands[batch.owner])
    owner = batch.owner[row]
    term, day = np.divmod(batch.roster.day[owner], LICENCE_DAYS)
    code = (term * len(nation.traders) + batch.deals.trader[owner]) * _KINDS + kind[row]
    code = (code * len(nation.goods) + told.line[row]) * LICENCE_DAYS + day
    codes, (mass,) = added_up(code, [told.kg_e2[row]])
    holder = codes // LICENCE_DAYS // len(nation.goods) // _KINDS
    last = (holder // len(nation.traders) + 1) * LICENCE_DAYS - 1
    leave_part(outbox, NAME, last, {"code": codes, "mass": mass})


def publish_licences(plan: DeliveryPlan, nation: Nation) -> list[Receipt]:
    """Write the licences of every half-year that touches the run."""
    receipts, run = [], (plan.first_day, plan.last_day)
    expected = expected_use(nation)
    for term in range(plan.first_day // LICENCE_DAYS, plan.last_day // LICENCE_DAYS + 1):
        last = (term + 1) * LICENCE_DAYS - 1
        codes, (mass,) = add_parts(plan, NAME, (last, last), "code", ("mass",))
        moment, columns = licences(nation, expected, (term, run), (codes, mass))
        if len(moment):
            receipts += send_dated(plan, "licence", moment, columns)
    return receipts


@dataclass(frozen=True, slots=True)
class _Listed:
    """Goods on licences, one position a licence and line, ascending by both.

    Attributes:
        holder: Half-year, trader and kind; line: position in goods.
        asked: Day from which the licence is for this line.
    """

    holder: Ints
    line: Ints
    asked: Ints


@dataclass(frozen=True, slots=True)
class _Raises:
    """Raises of licences, one position each, by licence and day.

    Attributes:
        of: Position of the licence; day: since 1970.
        times: How often it was raised by then.
    """

    of: Ints
    day: Ints
    times: Ints

    def times_by(self, of: Ints, day: Ints) -> Ints:
        """Return how often each licence was raised by a day."""
        place = np.searchsorted(self.of * _FAR + self.day, of * _FAR + day, side="right") - 1
        known = np.append(self.of, -1)[place] == of
        return np.where(known, np.append(self.times, 0)[place], 0)


def licences(
    nation: Nation,
    expected: Expected,
    when: tuple[int, tuple[int, int]],
    use: tuple[Ints, Ints],
) -> tuple[Ints, dict[str, pa.Array]]:
    """Return when each row of `licence` comes, and its columns: all grants, then all ends.

    Args:
        nation: The nation.
        expected: Use in a usual half-year (`expected_use`).
        when: The half-year, since 1970; first and last day written.
        use: Half-year, trader, kind, line and day of each use (`put_licence_sums`), ascending, and
            the net mass declared under it, hundredths of kg.
    """
    term, run = when
    begins, ends = term * LICENCE_DAYS, (term + 1) * LICENCE_DAYS + GRACE_DAYS
    listed = _listed(nation, expected, term, use[0])
    holder, first = np.unique(listed.holder, return_index=True)
    trader, kind = np.divmod(holder % (len(nation.traders) * _KINDS), _KINDS)
    key = keyed.derive(nation.root("licences"), "licence", holder)
    usual = expected.mass_e2(trader, kind)
    guess = (1 + GROWTH_A_YEAR) * np.exp(_GUESS_SIGMA * keyed.normal(key, "guess"))
    room = _LEAST_ROOM + (_MOST_ROOM - _LEAST_ROOM) * keyed.uniform(key, "room")
    granted = rounded_up(usual * guess * room)
    earlier = usual * _share_before(term, run) * (_LEAST_EARLIER + keyed.uniform(key, "earlier"))
    since = np.minimum.reduceat(listed.asked, first) if len(first) else first
    # What is asked for in the days written was used by nobody before them.
    earlier = np.where(since < run[0], earlier, 0.0)
    first_used = np.minimum(np.rint(earlier).astype(np.int64), granted)
    overdrawn = keyed.happens(key, "overdrawn", _OVERDRAWN_SHARE)
    raises = _raises(nation, use, holder, (first_used, granted))
    raises = pick(raises, ~overdrawn[raises.of])
    told, asked = _told_days(listed, run[0])
    told = np.concatenate([np.searchsorted(holder, told), raises.of])
    asked = np.concatenate([asked, np.maximum(raises.day, run[0])])
    of, day = np.unique(np.stack([told, asked]), axis=1)
    of = np.concatenate([of, np.arange(len(holder))])
    day = np.concatenate([day, np.full(len(holder), min(ends, run[1]))])
    is_end = np.arange(len(of)) >= len(of) - len(holder)
    used = first_used[of] + _used_before(nation, use, holder[of], np.where(is_end, ends, day))
    times = raises.times_by(of, np.where(is_end, ends, day))
    quantity = np.where(times > 0, rounded_up(granted[of] * _RAISED**times), granted[of])
    goods, counts = _goods_told(listed, holder[of], np.where(is_end, ends, day))
    columns = {
        "type": coded(LICENCES, kind[of]),
        "no": licence_numbers(nation, trader[of], kind[of], np.full(len(of), begins)),
        "agency": licensing_body(kind[of], since[of]),
        "holder": nation.actors.texts.codes_of(trader[of]),
        "hs": as_lists(pa.array(nation.goods.codes).take(pa.array(goods)), counts),
        "unit": constant("KGM", len(of)),
        "valid_from": dates(since[of]),
        "valid_to": dates(np.full(len(of), ends)),
        "quantity": decimals(quantity, 2),
        "used": decimals(used, 2),
    }
    return day * DAY_SECONDS + keyed.integers(key, "sent at", 0, DAY_SECONDS)[of], columns


def _listed(nation: Nation, expected: Expected, term: int, uses: Ints) -> _Listed:
    """Return the goods of all licences of a half-year.

    Who expects to need one asks for it beforehand; who turns out to need one, or one for goods that
    it did not expect, asks when it knows that they come.
    """
    lines, first = len(nation.goods), term * len(nation.traders) * _KINDS
    beforehand = term * LICENCE_DAYS - GRANTED_BEFORE_DAYS
    asker = expected.lines // lines // _KINDS
    is_there = nation.traders.founded_day[asker] < beforehand
    is_there &= nation.traders.closed_day[asker] > beforehand
    known = first * lines + expected.lines[is_there]
    used, places = np.unique(uses // LICENCE_DAYS, return_index=True)
    first_day = term * LICENCE_DAYS + uses[places] % LICENCE_DAYS
    is_new = ~np.isin(used, known)
    used, first_day = used[is_new], first_day[is_new]
    key = keyed.derive(nation.root("licences"), "asked", used)
    asked = first_day - keyed.integers(key, "days before", 1, FORESEEN_DAYS + 1)
    code = np.concatenate([known, used])
    day = np.concatenate([np.full(len(known), beforehand), asked])
    order = np.argsort(code)
    return _Listed(code[order] // lines, code[order] % lines, day[order])


def _told_days(listed: _Listed, first_day: int) -> tuple[Ints, Ints]:
    """Return the holder and the day of each grant and of each addition, none before a first day."""
    day = np.maximum(listed.asked, first_day)
    base = int(day.min(initial=first_day + LICENCE_DAYS))
    span = int(day.max(initial=base)) - base + 1
    holder, offset = np.divmod(np.unique(listed.holder * span + day - base), span)
    return holder, base + offset


def _goods_told(listed: _Listed, holder: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Return the lines for which each licence is granted by a day, side by side, and how many."""
    start = np.searchsorted(listed.holder, holder)
    count = np.searchsorted(listed.holder, holder, side="right") - start
    row = runs_of(count)
    place = start[row] + numbers_within(count)
    known = listed.asked[place] <= day[row]
    return listed.line[place[known]], np.bincount(row[known], minlength=len(holder))


def _used_before(nation: Nation, use: tuple[Ints, Ints], holder: Ints, day: Ints) -> Ints:
    """Return the mass that each licence was used for before a day, hundredths of kg."""
    codes, mass_e2 = use
    code, offset = np.divmod(codes, LICENCE_DAYS)
    dated = code // len(nation.goods) * (2 * LICENCE_DAYS) + offset
    order = np.argsort(dated, kind="stable")
    total = np.append(0, np.cumsum(mass_e2[order]))
    begins = holder * (2 * LICENCE_DAYS)
    term_day = holder // (len(nation.traders) * _KINDS) * LICENCE_DAYS
    until = begins + np.clip(day - term_day, 0, LICENCE_DAYS)
    ends = np.searchsorted(dated[order], np.stack([begins, until]))
    mass: Ints = np.diff(total[ends], axis=0)[0]
    return mass


def _raises(
    nation: Nation, use: tuple[Ints, Ints], holder: Ints, granted: tuple[Ints, Ints]
) -> _Raises:
    """Return when each licence is raised: on the day before a day whose goods go beyond it.

    Args:
        nation: The nation.
        use: As in `licences`.
        holder: Half-year, trader and kind of each licence, ascending.
        granted: What was used of it before the run and what is granted, hundredths of kg.
    """
    code, offset = np.divmod(use[0], LICENCE_DAYS)
    code = code // len(nation.goods)
    (dated, offset), of_day = np.unique(np.stack([code, offset]), axis=1, return_inverse=True)
    mass = np.bincount(of_day.ravel(), use[1], minlength=len(dated))
    of = np.searchsorted(holder, dated)
    total = np.cumsum(mass)
    before = np.append(0.0, total)[np.searchsorted(dated, dated)]
    used = granted[0][of] + total - before
    beyond = np.maximum(used / np.maximum(granted[1][of], 1), 1.0)
    times = np.ceil(np.log(beyond) / np.log(_RAISED)).astype(np.int64)
    # Use only grows: of a licence each day raises it, or leaves it as often raised as it was.
    raised = np.flatnonzero((times > 0) & (np.diff(of * _FAR + times, prepend=-1) != 0))
    term_day = dated // (len(nation.traders) * _KINDS) * LICENCE_DAYS
    day = np.maximum(term_day + offset - 1, term_day)
    return _Raises(of[raised], day[raised], times[raised])


def _share_before(term: int, run: tuple[int, int]) -> float:
    """Return which share of a half-year was over when the run began."""
    return float(np.clip((run[0] - term * LICENCE_DAYS) / LICENCE_DAYS, 0.0, 1.0))
