"""Import licences as the ministries send them: what is granted, and what has been used of it.

One licence a trader, kind of goods and half-year, the same numbers as on the declarations
(`sources.vcis_papers.licence_numbers`). It comes once when it is granted and once when its time is
over (or the run ends). Most grants exceed the use; a few are overdrawn, by mistake or not.
"""

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import add_parts, added_up, leave_part
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.exchange.dated import send_dated
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, coded, constant, dates, decimals
from simulator.kernel.glyphs import listed
from simulator.nation import Nation
from simulator.papers.numbers import GRANTED_BEFORE_DAYS, LICENCE_DAYS, licence_numbers
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.goods import LICENCES
from simulator.reference.ministries import licensing_body
from simulator.reference.regimes import IMPORT

NAME = "licence_sums"
GRACE_DAYS = 10
_KINDS = 16
_LEAST_ROOM, _MOST_ROOM, _OVERDRAWN_SHARE = 1.03, 1.7, 0.02
_STEP_KG_E2 = 100_00


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
    receipts = []
    for term in range(plan.first_day // LICENCE_DAYS, plan.last_day // LICENCE_DAYS + 1):
        last = (term + 1) * LICENCE_DAYS - 1
        codes, (mass,) = add_parts(plan, NAME, (last, last), "code", ("mass",))
        if len(codes):
            moment, columns = licences(nation, (plan.first_day, plan.last_day), codes, mass)
            receipts += send_dated(plan, "licence", moment, columns)
    return receipts


def licences(
    nation: Nation, run: tuple[int, int], codes: Ints, mass_e2: Ints
) -> tuple[Ints, dict[str, pa.Array]]:
    """Return when each row of `licence` comes, and its columns.

    Args:
        nation: The nation.
        run: First and last day written.
        codes: Half-year, trader, kind and line of each use, ascending (`put_licence_sums`).
        mass_e2: Net mass declared under it, hundredths of kg.
    """
    lines = len(nation.goods)
    starts = np.flatnonzero(np.diff(codes // lines, prepend=-1))
    counts = np.diff(np.append(starts, len(codes)))
    used = np.add.reduceat(mass_e2, starts)
    holder, kind = np.divmod(codes[starts] // lines, _KINDS)
    term, trader = np.divmod(holder, len(nation.traders))
    key = keyed.derive(nation.root("licences"), "licence", codes[starts] // lines)
    seen, before = _shares(term, run)
    earlier = used / seen * before * (0.5 + keyed.uniform(key, "before the run"))
    whole = np.maximum(used / seen, used + earlier)
    room = _LEAST_ROOM + (_MOST_ROOM - _LEAST_ROOM) * keyed.uniform(key, "room")
    overdrawn = keyed.happens(key, "overdrawn", _OVERDRAWN_SHARE)
    wanted = np.where(overdrawn, 0.8 * used, whole * room)
    granted = np.maximum(np.ceil(wanted / _STEP_KG_E2), 1.0).astype(np.int64) * _STEP_KG_E2
    first_used = np.rint(np.where(overdrawn, 0.0, earlier)).astype(np.int64)
    begins = term * LICENCE_DAYS - GRANTED_BEFORE_DAYS
    ends = (term + 1) * LICENCE_DAYS + GRACE_DAYS
    hs = listed(pa.array(nation.goods.codes).take(pa.array(codes % lines)), counts)
    columns = {
        "type": coded(LICENCES, kind),
        "no": licence_numbers(nation, trader, kind, term * LICENCE_DAYS),
        "agency": licensing_body(kind, begins),
        "holder": nation.actors.texts.tax_codes.take(pa.array(trader)),
        "hs": hs,
        "quantity": decimals(granted, 2),
        "unit": constant("KGM", len(starts)),
        "valid_from": dates(begins),
        "valid_to": dates(ends),
    }
    told = np.maximum(begins, run[0]), np.minimum(ends, run[1])
    second = keyed.integers(key, "sent at", 0, DAY_SECONDS)
    moment = np.concatenate([day * DAY_SECONDS + second for day in told])
    both = {name: pa.concat_arrays([column, column]) for name, column in columns.items()}
    both["used"] = decimals(np.concatenate([first_used, first_used + used]), 2)
    return moment, both


def _shares(term: Ints, run: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return which share of each half-year the run sees, and which share came before it."""
    start = term * LICENCE_DAYS
    begin, end = np.maximum(start, run[0]), np.minimum(start + LICENCE_DAYS - 1, run[1])
    return (end - begin + 1) / LICENCE_DAYS, np.maximum(run[0] - start, 0) / LICENCE_DAYS
