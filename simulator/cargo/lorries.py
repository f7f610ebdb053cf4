"""Which lorry and which driver, by the key of the lorry's trip."""

import numpy as np
import pyarrow as pa

from simulator.actors.carriers import Vehicles
from simulator.cargo.shipments import Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.glyphs import merged
from simulator.kernel.keyed import Keys
from simulator.reference.regimes import EXPORT

# Assumptions.
_OTHER_DRIVER_SHARE = 0.15
_FOREIGN_SHARES = (0.65, 0.12)


def vehicles_of(fleet: Vehicles, keys: Keys) -> Ints:
    """Return the lorry of each trip, as position in a fleet."""
    return keyed.integers(keys, "vehicle", 0, len(fleet))


def drivers_of(fleet: Vehicles, keys: Keys) -> Ints:
    """Return the driver on each trip: mostly the usual one of the lorry, as position in a fleet."""
    other = keyed.integers(keys, "driver", 0, len(fleet))
    is_other = keyed.happens(keys, "other driver", _OTHER_DRIVER_SHARE)
    return np.where(is_other, other, vehicles_of(fleet, keys))


def plates_of(fleet: Vehicles, keys: Keys) -> pa.Array:
    """Return the plate of each lorry of a fleet."""
    return fleet.plates.take(pa.array(vehicles_of(fleet, keys)))


def vehicle_kinds(keys: Keys) -> Ints:
    """Return what each lorry is: 0 a tractor with its trailer, 1 a truck, 2 one with cooling."""
    return keyed.choose(keys, "vehicle kind", (6, 3, 1))


def is_foreign_truck(keys: Keys, direction: Ints) -> Bools:
    """Return whether the lorry that comes is the neighbour's: most imports, few exports."""
    return keyed.happens(
        keys, "foreign truck", np.where(direction == EXPORT, *_FOREIGN_SHARES[::-1])
    )


def border_plates(around: Surroundings, truck: Keys, office: Ints, direction: Ints) -> pa.Array:
    """Return the plate with which each lorry reaches the border."""
    is_foreign = is_foreign_truck(truck, direction)
    rows = np.flatnonzero(~is_foreign)
    pieces = [(rows, plates_of(around.home, truck[rows]))]
    for number, fleet in enumerate(around.partners):
        rows = np.flatnonzero(is_foreign & (np.maximum(around.neighbour[office], 0) == number))
        pieces.append((rows, plates_of(fleet, truck[rows])))
    return merged(len(truck), pieces)
