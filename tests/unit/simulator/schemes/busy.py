"""A nation with many schemes, and whose items are irregular in it."""

import numpy as np

from simulator.block import Block
from simulator.kernel.arrays import Ints
from simulator.mechanisms.mechanism import Mechanism
from simulator.nation import Nation, draw_nation
from tests.unit.simulator.nation import many_schemes

FIRST, DAYS = 19_997, 170  # 2024-10-01


def busy_nation(seed: int, mechanisms: tuple[Mechanism, ...]) -> Nation:
    """Return a nation with many schemes of these mechanisms."""
    with many_schemes(share=8.0, item_share=(0.7, 1.0)):
        return draw_nation(seed, 0.006, (FIRST - 300, FIRST, FIRST + DAYS - 1), 0.03, mechanisms)


def items_of(nation: Nation, block: Block, mechanism: str) -> Ints:
    """Return the irregular items of one mechanism."""
    return np.flatnonzero(block.batch.planted.mechanism == nation.place_of(mechanism))
