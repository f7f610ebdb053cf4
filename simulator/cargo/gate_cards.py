"""What both gate platforms know of each visit: lorry, driver, papers, containers, seals, mass."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.cargo.consignments import Consignments
from simulator.cargo.lorries import border_plates, drivers_of, is_foreign_truck, plates_of
from simulator.cargo.markings import other_seal_numbers
from simulator.cargo.ports import declaration_numbers
from simulator.cargo.shipments import Shipments, Surroundings
from simulator.cargo.visits import Visits
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded
from simulator.kernel.glyphs import fixed, merged
from simulator.kernel.rounding import to_steps

# Sd of a weighbridge and its step; seals that differ: assumptions.
_SCALE_ERROR, _SCALE_STEP_KG = 0.003, 20
_OTHER_SEAL_SHARE = 0.006

Lists = tuple[pa.Array, Ints]
"""Texts, visit after visit, and how many each visit has."""


@dataclass(frozen=True, slots=True)
class Cards:
    """What a platform knows of each visit, one position a visit.

    Attributes:
        plate, country: Of the lorry that came; `is_foreign` where it is the neighbour's.
        other_plate: Of the lorry of the other side to which goods are moved.
        driver, document: Of the driver.
        neighbour: Country on the other side.
    """

    plate: pa.Array
    other_plate: pa.Array
    is_foreign: Bools
    country: pa.Array
    driver: pa.Array
    document: pa.Array
    neighbour: pa.Array


Known = tuple[Cards, Ints, Lists, Lists, Lists]
"""Cards, masses read, and the declarations, containers and seals of visits."""


def weighed_kg(visits: Visits) -> Ints:
    """Return what the scale of the gate reads for each laden lorry, kg."""
    error = 1.0 + _SCALE_ERROR * keyed.normal(visits.key, "gate scale")
    return to_steps((visits.kg + visits.tare_kg) * error, _SCALE_STEP_KG)


def visit_cards(around: Surroundings, visits: Visits) -> Cards:
    """Return lorry, driver and the other side's lorry of each visit."""
    truck = visits.truck
    is_foreign = is_foreign_truck(truck, visits.direction)
    fleets = (around.home, *around.partners)
    across = np.maximum(around.neighbour[visits.office], 0) + 1
    nation = np.where(is_foreign, across, 0)
    other = keyed.derive(truck, "other lorry")
    wanted = [np.flatnonzero(np.where(is_foreign, 0, across) == n) for n in range(len(fleets))]
    driven = [np.flatnonzero(nation == n) for n in range(len(fleets))]
    people = [
        pa.array(drivers_of(fleet, truck[rows])) for rows, fleet in zip(driven, fleets, strict=True)
    ]
    whose = list(zip(driven, people, fleets, strict=True))
    others = [
        (rows, plates_of(fleet, other[rows])) for rows, fleet in zip(wanted, fleets, strict=True)
    ]
    return Cards(
        plate=border_plates(around, truck, visits.office, visits.direction),
        other_plate=merged(len(visits), others),
        is_foreign=is_foreign,
        country=coded([fleet.country for fleet in fleets], nation),
        driver=merged(len(visits), [(rows, fleet.names.take(p)) for rows, p, fleet in whose]),
        document=merged(len(visits), [(rows, fleet.documents.take(p)) for rows, p, fleet in whose]),
        neighbour=coded([fleet.country for fleet in fleets], across),
    )


def visit_numbers(shipments: Shipments, visits: Visits) -> Lists:
    """Return the declarations each lorry carries, as 12 digits."""
    return declaration_numbers(shipments.number[visits.declaration]), visits.declarations


def visit_boxes(consignments: Consignments, visits: Visits) -> Lists:
    """Return the container of each lorry, if it has one."""
    boxed = visits.container >= 0
    taken = pa.array(visits.container[boxed])
    return consignments.containers.numbers.take(taken), boxed.astype(np.int64)


def visit_seals(consignments: Consignments, visits: Visits) -> Lists:
    """Return the seal each lorry comes with: at times another one than on paper."""
    # What is taken off on a bonded trip is so after the gate: nobody has touched a seal here.
    own = (visits.container >= 0) & ~keyed.happens(visits.key, "other seal", _OTHER_SEAL_SHARE)
    rows, others = np.flatnonzero(own), np.flatnonzero(~own)
    taken = pa.array(visits.container[rows])
    new = fixed(other_seal_numbers(keyed.derive(visits.key[others], "lorry seal")))
    pieces = [(rows, consignments.containers.seals.take(taken)), (others, new)]
    return merged(len(visits), pieces), np.ones(len(visits), dtype=np.int64)
