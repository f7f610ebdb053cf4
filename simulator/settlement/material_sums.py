"""What processing firms imported and exported in a year, by material and product code.

Days that are written leave their sums beside the spill; days before the first written one are lived
again, for these firms only, because every fact is keyed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from simulator.actors.kinds import COMMERCIAL
from simulator.block import Block
from simulator.chronicle.life import Chronicle
from simulator.control.lanes import refuses
from simulator.control.lifecycle import cancels_by_chance
from simulator.control.overdue import FIRST_FILING_DAYS
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import added_up, leave_part
from simulator.kernel.arrays import Bools, Ints, pick
from simulator.nation import Nation
from simulator.reference.calendar import last_day_of, to_date
from simulator.reference.declaration_kinds import PRIMARY, PURPOSE_CHANGE, RETURNED_ABROAD
from simulator.reference.regimes import REGIMES
from simulator.trade.deals import Deals, draw_deals, draw_traders_of
from simulator.trade.goods_items import GoodsItems, draw_goods, material_numbers
from simulator.trade.roster import Roster, draw_roster
from simulator.trade.scheme_states import SchemeStates, untouched

NAME = "settlement_sums"
IMPORTED, CHANGED, EXPORTED, SENT_ON, RETURNED = range(5)
FLOWS = 5
# Declarations filed 90 days after the fiscal year; the first firms are ready half of that before.
LAST_FILING_DAYS, CODES = 150, 2_000
_MATERIAL_IN = ("E11", "E15", "E21", "E23", "E31")
_PRODUCT_OUT, _SENT_ON = ("E42", "E52", "E62"), ("E54", "E82")
_FLOW_OF_REGIME = np.array(
    [
        IMPORTED if code in _MATERIAL_IN
        else EXPORTED if code in _PRODUCT_OUT
        else SENT_ON if code in _SENT_ON
        else -1
        for code in REGIMES
    ],
    dtype=np.int64,
)  # fmt: skip
_LIVED_DECLARATIONS = 20_000


@dataclass(frozen=True, slots=True)
class YearSums:
    """Quantities of one fiscal year, one position a firm, flow and code, ascending.

    Attributes:
        trader, flow, number: Position in traders, IMPORTED … RETURNED, number of the code.
        line: Tariff line of the code (the lowest where two share it).
        quantity_e2: Hundredths of the line's unit.
    """

    trader: Ints
    flow: Ints
    number: Ints
    line: Ints
    quantity_e2: Ints

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.trader)


def fiscal_years(nation: Nation) -> list[int]:
    """Return the calendar years whose reports are due while days are written."""
    first, last = to_date(nation.first_day).year, to_date(nation.last_day).year
    return [
        year
        for year in range(first, last + 1)
        if last_day_of(year) + FIRST_FILING_DAYS <= nation.last_day
        and last_day_of(year) + LAST_FILING_DAYS >= nation.written_from
    ]


def _of_flow(flow: Ints, nation: Nation, trader: Ints) -> Bools:
    result: Bools = (flow >= 0) & (nation.traders.trade[trader] != COMMERCIAL)
    return result


def _unmoved(nation: Nation) -> SchemeStates:
    """Return states in which nobody is re-born: enough to know the regime of a deal."""
    nobody = np.empty(0, dtype=np.int64)
    return untouched(nation.first_day, 1, (nobody, nobody), len(nation.traders))


def _flows(nation: Nation, roster: Roster, deals: Deals) -> Ints:
    """Return the flow that each declaration belongs to, -1 for none."""
    flow = _FLOW_OF_REGIME[deals.regime]
    for kind, follows in ((PURPOSE_CHANGE, CHANGED), (RETURNED_ABROAD, RETURNED)):
        later = np.flatnonzero(roster.kind == kind)
        if len(later):
            own = pick(roster, later)
            own = replace(own, kind=np.full(len(own), PRIMARY))
            before = draw_deals(nation, _unmoved(nation), own)
            came = _FLOW_OF_REGIME[before.regime] == IMPORTED
            flow[later] = np.where(came, follows, -1)
    return flow


def _codes(nation: Nation, trader: Ints, flow: Ints, goods: GoodsItems) -> tuple[Ints, list[Ints]]:
    owner = goods.owner
    code = (trader[owner] * FLOWS + flow[owner]) * len(nation.goods) + goods.line
    return added_up(code, [goods.quantity_e2])


def put_material_sums(outbox: Outbox, nation: Nation, block: Block) -> None:
    """Leave a block's sums of materials and products for the fiscal years that are settled."""
    if not outbox.wants("qtnvl"):
        return
    batch = block.batch
    stands = block.remains
    flow = np.where(stands, _flows(nation, batch.roster, batch.deals), -1)
    wanted = _of_flow(flow, nation, batch.deals.trader)
    for year in fiscal_years(nation):
        end = last_day_of(year)
        inside = (batch.roster.day > last_day_of(year - 1)) & (batch.roster.day <= end)
        item = np.flatnonzero((wanted & inside)[batch.owner])
        if len(item):
            codes, (quantity,) = _codes(nation, batch.deals.trader, flow, pick(batch.true, item))
            day = np.full(len(codes), end)
            leave_part(outbox, f"{NAME}_{year}", day, {"code": codes, "quantity": quantity})


def lived_sums(nation: Nation, chronicle: Chronicle, year: int) -> tuple[Ints, Ints]:
    """Return codes and quantities of the days of a year before the first written one."""
    first = max(last_day_of(year - 1) + 1, nation.first_day)
    last = min(last_day_of(year), nation.written_from - 1)
    parts = [_lived(nation, chronicle, days) for days in _runs(nation, first, last)]
    none = np.empty(0, dtype=np.int64)
    codes = np.concatenate([none, *(part[0] for part in parts)])
    codes, (quantity,) = added_up(codes, [np.concatenate([none, *(part[1] for part in parts)])])
    return codes, quantity


def _runs(nation: Nation, first: int, last: int) -> Iterator[Ints]:
    if last < first:
        return
    mean = float(nation.clock.loads[first - nation.first_day : last + 1 - nation.first_day].mean())
    length = max(int(_LIVED_DECLARATIONS / max(mean, 1.0)), 1)
    for start in range(first, last + 1, length):
        yield np.arange(start, min(start + length, last + 1))


def _may_settle(nation: Nation, roster: Roster) -> Bools:
    """Return the declarations of firms (or of what they are re-born as) that settle at all."""
    trader = draw_traders_of(nation, roster.deal_key, roster.deal_day)
    settles = nation.traders.trade != COMMERCIAL
    settles |= (nation.traders.successor >= 0) & settles[nation.traders.successor]
    result: Bools = settles[trader]
    return result


def _lived(nation: Nation, chronicle: Chronicle, days: Ints) -> tuple[Ints, Ints]:
    """Return the sums of some days, without what is cancelled or refused.

    No lane is known here, which would raise cancelling a little.
    """
    roster = draw_roster(nation.clock, days, chronicle.due(days))
    stands = ~cancels_by_chance(roster.key) & ~refuses(roster.key)
    roster = pick(roster, stands & _may_settle(nation, roster))
    deals = draw_deals(nation, chronicle.states, roster)
    flow = _flows(nation, roster, deals)
    wanted = np.flatnonzero(_of_flow(flow, nation, deals.trader))
    roster, deals = pick(roster, wanted), pick(deals, wanted)
    if not len(wanted):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    goods = draw_goods(nation, roster, deals)
    codes, (quantity,) = _codes(nation, deals.trader, flow[wanted], goods)
    return codes, quantity


def year_sums(nation: Nation, codes: Ints, quantity_e2: Ints) -> YearSums:
    """Return the sums of a year by code; lines that share a code are added up."""
    rest, line = np.divmod(codes, len(nation.goods))
    trader, flow = np.divmod(rest, FLOWS)
    whole = rest * CODES + material_numbers(nation, rest // FLOWS, line)
    order = np.argsort(whole, kind="stable")
    known, (quantity,) = added_up(whole, [quantity_e2])
    first = np.searchsorted(whole[order], known)
    place = order[first]
    return YearSums(trader[place], flow[place], known % CODES, line[place], quantity)
