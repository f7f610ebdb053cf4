"""A nation with many schemes, and whose items are irregular in it."""

import numpy as np

from simulator.block import Block
from simulator.kernel.arrays import Ints, pick
from simulator.mechanisms.mechanism import DECLARED, Case, Mechanism
from simulator.nation import Nation, draw_nation
from simulator.trade.batch import Batch
from tests.unit.simulator.nation import many_schemes

FIRST, DAYS = 19_997, 170  # 2024-10-01


def busy_nation(seed: int, mechanisms: tuple[Mechanism, ...]) -> Nation:
    """Return a nation with many schemes of these mechanisms."""
    with many_schemes(share=8.0, item_share=(0.7, 1.0)):
        return draw_nation(seed, 0.006, (FIRST - 300, FIRST, FIRST + DAYS - 1), 0.03, mechanisms)


def items_of(nation: Nation, block: Block, mechanism: str) -> Ints:
    """Return the irregular items of one mechanism."""
    return np.flatnonzero(block.batch.planted.mechanism == nation.place_of(mechanism))


def case_of(batch: Batch, rows: Ints) -> Case:
    """Return items of a batch as a mechanism of which nobody was ever caught is given them."""
    true, owner = pick(batch.true, rows), batch.owner[rows]
    nothing = np.zeros(len(rows), dtype=np.int64)
    return Case(
        **{name: getattr(true, name) for name in (*DECLARED, "key")},
        **{
            name: getattr(batch.deals, name)[owner]
            for name in ("trader", "direction", "regime", "currency", "is_related")
        },
        declaration_key=batch.roster.key[owner], deal_key=batch.roster.deal_key[owner],
        day=batch.roster.day[owner], declared_day=batch.roster.day[owner], pieces=nothing,
        beyond_list=nothing * 0.0, scheme=nothing, share=nothing + 1.0,
        parameters=np.zeros((len(rows), 4)), caught=nothing, is_covered=nothing == 0,
    )  # fmt: skip
