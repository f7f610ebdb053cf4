"""The slips of border residents on some days: their own, and those on which schemes stack loads."""

import numpy as np

from simulator.cargo.crossings import Crossings
from simulator.cargo.residents import Slips, honest_slips, in_turn
from simulator.kernel.arrays import join
from simulator.mechanisms.quota_stacking import QuotaStacking, stacked_slips
from simulator.nation import Nation
from simulator.trade.scheme_states import SchemeStates


def resident_slips(nation: Nation, states: SchemeStates, crossings: Crossings) -> Slips:
    """Return all slips of some days, numbered."""
    honest = honest_slips(nation.surroundings, crossings)
    own = np.flatnonzero(nation.mechanism_of == nation.place_of(QuotaStacking.name))
    if not len(own):
        return in_turn(honest)
    active = states.runs(own[:, None], states.week(crossings.days))
    scheme, day = np.nonzero(active)
    runs = np.stack([own[scheme], day], axis=1)
    return in_turn(join([honest, stacked_slips(nation, nation.schemes, crossings, runs)]))
