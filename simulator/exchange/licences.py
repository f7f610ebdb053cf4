"""Import licences as the ministries send them: what is granted, and what has been used of it.

One licence a trader, kind of goods and half-year, the same numbers as on the declarations
(`papers.numbers.licence_numbers`). It comes once when it is granted and once when its time is over
(or the run ends). What is granted goes by the use that last year lets expect, with room, in round
figures; nobody knows the half-year before it has been lived. Where more is needed it is mostly
granted later; a few are overdrawn, by mistake or not. All shares are assumptions.
"""

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import add_parts, added_up, leave_part
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.exchange.dated import send_dated
from simulator.exchange.licensed_use import Expected, expected_use, rounded_up
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, constant, dates, decimals, group_starts
from simulator.kernel.glyphs import listed
from simulator.nation import Nation
from simulator.papers.numbers import GRANTED_BEFORE_DAYS, LICENCE_DAYS, licence_numbers
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.goods import LICENCES
from simulator.reference.ministries import licensing_body
from simulator.reference.regimes import IMPORT

NAME = "licence_sums"
GRACE_DAYS = 10
_KINDS = len(LICENCES)
_LEAST_ROOM, _MOST_ROOM, _OVERDRAWN_SHARE = 1.2, 2.2, 0.1
_GROWTH, _GUESS_SIGMA, _LEAST_EARLIER = 1.06, 0.25, 0.5


def put_licence_sums(outbox: Outbox, nation: Nation, block: Block) -> None:
    """Leave a block's use of licences: net mass by half-year, trader, kind and line."""
    if not outbox.wants("licence"):
        return
    batch, told = block.batch, block.batch.declared
    stands = (block.lives.cancelled == NEVER) & ~block.decisions.is_refused
    stands &= batch.deals.direction == IMPORT
    kind = nation.goods.licence[told.line]
    row = np.flatnonzero((kind >= 0) & stands[batch.owner])
    owner = batch.owner[row]
    term = batch.roster.day[owner] // LICENCE_DAYS
    code = (term * len(nation.traders) + batch.deals.trader[owner]) * _KINDS + kind[row]
    codes, (mass,) = added_up(code * len(nation.goods) + told.line[row], [told.kg_e2[row]])
    holder = codes // len(nation.goods) // _KINDS
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
        use: Half-year, trader, kind and line of each use (`put_licence_sums`), and the net mass
            declared under it, hundredths of kg.
    """
    term, run = when
    codes, used, counts = _held(nation, expected, term, use)
    lines = len(nation.goods)
    starts = group_starts(counts)
    holder = codes[starts] // lines
    trader, kind = np.divmod(holder % (len(nation.traders) * _KINDS), _KINDS)
    key = keyed.derive(nation.root("licences"), "licence", holder)
    usual = expected.mass_e2(trader, kind)
    guess = _GROWTH * np.exp(_GUESS_SIGMA * keyed.normal(key, "guess"))
    room = _LEAST_ROOM + (_MOST_ROOM - _LEAST_ROOM) * keyed.uniform(key, "room")
    granted = rounded_up(usual * guess * room)
    earlier = usual * _share_before(term, run) * (_LEAST_EARLIER + keyed.uniform(key, "earlier"))
    first_used = np.minimum(np.rint(earlier).astype(np.int64), granted)
    last_used = first_used + used
    overdrawn = keyed.happens(key, "overdrawn", _OVERDRAWN_SHARE)
    more = rounded_up(last_used * (1 + 0.3 * keyed.uniform(key, "more")))
    at_last = np.where((last_used > granted) & ~overdrawn, more, granted)
    begins = np.full(len(trader), term * LICENCE_DAYS - GRANTED_BEFORE_DAYS)
    ends = np.full(len(trader), (term + 1) * LICENCE_DAYS + GRACE_DAYS)
    columns = {
        "type": coded(LICENCES, kind),
        "no": licence_numbers(nation, trader, kind, np.full(len(trader), term * LICENCE_DAYS)),
        "agency": licensing_body(kind, begins),
        "holder": nation.actors.texts.tax_codes.take(pa.array(trader)),
        "hs": listed(pa.array(nation.goods.codes).take(pa.array(codes % lines)), counts),
        "unit": constant("KGM", len(trader)),
        "valid_from": dates(begins),
        "valid_to": dates(ends),
    }
    told = np.maximum(begins, run[0]), np.minimum(ends, run[1])
    second = keyed.integers(key, "sent at", 0, DAY_SECONDS)
    moment = np.concatenate([day * DAY_SECONDS + second for day in told])
    both = {name: pa.concat_arrays([column, column]) for name, column in columns.items()}
    both["quantity"] = decimals(np.concatenate([granted, at_last]), 2)
    both["used"] = decimals(np.concatenate([first_used, last_used]), 2)
    return moment, both


def _held(
    nation: Nation, expected: Expected, term: int, use: tuple[Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    """Return the lines of all licences of a half-year, use by licence, and lines by licence.

    Who expects to need one asks for it; who turns out to need one it did not expect has one too.
    """
    codes, mass_e2 = use
    lines, first = len(nation.goods), term * len(nation.traders) * _KINDS
    asked = term * LICENCE_DAYS - GRANTED_BEFORE_DAYS
    asker = expected.lines // lines // _KINDS
    is_there = nation.traders.founded_day[asker] < asked
    is_there &= nation.traders.closed_day[asker] > asked
    whole = np.union1d(codes, first * lines + expected.lines[is_there])
    holder, counts = np.unique(whole // lines, return_counts=True)
    used = np.zeros(len(holder), dtype=np.int64)
    np.add.at(used, np.searchsorted(holder, codes // lines), mass_e2)
    return whole, used, counts


def _share_before(term: int, run: tuple[int, int]) -> float:
    """Return which share of a half-year was over when the run began."""
    return float(np.clip((run[0] - term * LICENCE_DAYS) / LICENCE_DAYS, 0.0, 1.0))
