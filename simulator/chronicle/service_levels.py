"""Levels of compliance of brokers, carriers and operators (`xephang`), judged each half-year.

Four levels below priority, 2 high to 5 not compliant (Circular 81/2019/TT-BTC). Judged is what was
observed in the two years before, against what is usual for the size: of brokers the findings in
declarations that they lodged, from the first day lived on. Incidents before it, and those of
carriers and operators, stand in no other table: they happen here, by size and by how much care is
taken; the level knows their number alone. Figures are assumptions.
"""

import numpy as np

from simulator.chronicle.record import HALF_YEAR_MONTHS, Record
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.setting import DECLARATIONS_A_YEAR

_HALF_YEARS = 4
_FOUND_A_DECLARATION, _BROKERED_SHARE = 0.0065, 0.7
_INCIDENTS, _LEAST_SIZE, _MOST_SIZE = 1.5, 0.2, 6.0
_LEANING, _OTHERWISE = 1.5, 0.22
# Incidents that stand for a usual past; ln of the ratio to the usual up to which a level goes.
_USUAL = 2.0
_EDGES = np.array([0.06, 0.36, 0.66])


def service_levels(nation: Nation, record: Record, month: int) -> Ints:
    """Return the level of each broker, carrier and operator, one after the other.

    Args:
        nation: The nation.
        record: What control has on record by the end of the time lived.
        month: Months since 1970: what is observed in its own half-year does not count yet.
    """
    half = month // HALF_YEAR_MONTHS
    actors = nation.actors
    declared = nation.brokers.weight * _BROKERED_SHARE * DECLARATIONS_A_YEAR * nation.scale / 2
    handled = nation.offices.import_weight[actors.operators.office]
    levels = [
        _judged(nation, half, (declared * _FOUND_A_DECLARATION, nation.brokers.compliance), record),
        _judged(nation, half, (_usual(actors.carriers.weight), actors.carriers.compliance)),
        _judged(nation, half, (_usual(handled), actors.operators.compliance)),
    ]
    return np.concatenate(levels)


def _usual(size: Floats) -> Floats:
    """Return the incidents of a half-year that are usual for each size."""
    usual: Floats = _INCIDENTS * np.clip(size / size.mean(), _LEAST_SIZE, _MOST_SIZE)
    return usual


def _judged(
    nation: Nation, half: int, service: tuple[Floats, Floats], record: Record | None = None
) -> Ints:
    """Return the level of each service of one kind.

    Args:
        nation: The nation.
        half: Half-years since 1970.
        service: Usual incidents in a half-year; care, by which incidents happen that no other table
            tells.
        record: Of brokers: what was observed.
    """
    usual, compliance = service
    key = keyed.derive(nation.root("services"), f"of {len(usual)}", np.arange(len(usual)))
    found, expected = np.full(len(usual), _USUAL), np.full(len(usual), _USUAL)
    for one in range(half - _HALF_YEARS, half):
        if record is not None and one >= record.first_half:
            place = one - record.first_half
            found += record.broker_found[:, place]
            expected += record.broker_declared[:, place] * _FOUND_A_DECLARATION
        else:
            found += _drawn(key, one, usual, compliance)
            expected += usual
    score = np.log(found / expected) + _OTHERWISE * keyed.normal(key, "other criteria")
    level: Ints = 2 + np.searchsorted(_EDGES, score)
    return level


def _drawn(key: Keys, half: int, usual: Floats, compliance: Floats) -> Ints:
    own = keyed.derive(key, "half-year", half)
    lean = np.exp(_LEANING * (0.8 - compliance))
    return keyed.poisson(own, "incidents", usual * lean)
