"""Bills, containers, seals and means of transport of declarations, by the key of the bill.

Nothing here depends on any other declaration, so declarations on one bill agree and a bill can be
made again alone.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import AIR, BULK_SHIP, CONTAINER, ROAD
from simulator.cargo import markings
from simulator.cargo.calls import (
    BY_AIR,
    BY_RAIL,
    BY_ROAD,
    SEA,
    Calls,
    assign_calls,
    flights,
    is_tramp,
    ships,
    trains,
    truck_keys,
)
from simulator.cargo.containers import Containers, draw_containers, loads_of
from simulator.cargo.lorries import border_plates
from simulator.cargo.shipments import Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints
from simulator.kernel.glyphs import joined, merged, ragged
from simulator.kernel.keyed import Keys
from simulator.reference.regimes import EXPORT

# Below which goods share a box or bill, and how many bills are house bills: assumptions.
_GROUPAGE_M3_E2, _GROUPAGE_KG_E2 = 1500, 1_000_000
_SMALL_KG_E2 = 300_000
_HOUSE_SHARE_SEA, _HOUSE_SHARE_AIR = 0.35, 0.7
# Declarations on more than one bill, by VNACCS transport, and on how many of 2 to 5: assumption.
MOST_BILLS = 5
_DECLARATIONS = 100_000_000
_SEVERAL_SHARE = np.zeros(10)
_SEVERAL_SHARE[[AIR, CONTAINER, BULK_SHIP]] = 0.05, 0.06, 0.04
_MORE_SHARES = (0.7, 0.18, 0.08, 0.04)
_WAYBILL_LENGTH, _BILL_LENGTH = 11, 14


@dataclass(frozen=True, slots=True)
class Consignments:
    """What the papers of declarations say of their carriage, one position a declaration.

    Attributes:
        calls: Call of the bill.
        truck: Key of the first lorry; is_shared: it carries several declarations.
        is_groupage: Shares a container with other bills (and lists none).
        is_house: The bill is a forwarder's, below a carrier's.
        boxes: Containers of the bill.
        bills: How many bills its goods travel on, 1 to 5; 0 where nothing moves.
        bill_numbers, means: SO_VD1 and SO_HIEU_PTVT; null where nothing moves.
        further_bills: SO_VD2 to SO_VD5; null where there is none.
        loaded_at, discharged_at: UN/LOCODE; null where nothing moves.
        containers: All containers of the bills.
    """

    calls: Calls
    truck: Keys
    is_shared: Bools
    is_groupage: Bools
    is_house: Bools
    boxes: Ints
    bills: Ints
    bill_numbers: pa.Array
    further_bills: tuple[pa.Array, ...]
    means: pa.Array
    loaded_at: pa.Array
    discharged_at: pa.Array
    containers: Containers

    def __len__(self) -> int:
        """Return the number of declarations."""
        return len(self.truck)

    @property
    def arrived(self) -> Ints:
        """Local second of arrival (exports: departure), -1 where nothing moves."""
        return self.calls.arrived


def consign(around: Surroundings, shipments: Shipments) -> Consignments:
    """Return the carriage of declarations; reads the `bill_…` fields, places and goods only."""
    is_groupage = (
        (shipments.transport == BULK_SHIP)
        & (shipments.bill_m3_e2 < _GROUPAGE_M3_E2)
        & (shipments.bill_true_kg_e2 < _GROUPAGE_KG_E2)
    )
    is_shared = (
        (shipments.transport == ROAD)
        & (shipments.bill_parts == 1)
        & (shipments.bill_true_kg_e2 < _SMALL_KG_E2)
    )
    truck = truck_keys(around, shipments, is_shared)
    calls = assign_calls(around, shipments, truck, is_tramp(shipments, is_groupage))
    size, boxes = loads_of(around, shipments, is_groupage, is_shared)
    is_house = _is_house(shipments, is_groupage)
    bills = _bill_counts(shipments, calls, is_groupage)
    loaded_at, discharged_at = _ports(around, shipments, calls)
    return Consignments(
        calls=calls,
        truck=truck,
        is_shared=is_shared,
        is_groupage=is_groupage,
        is_house=is_house,
        boxes=boxes,
        bills=bills,
        bill_numbers=_bill_numbers(around, bill_serials(shipments, 0), calls.mode, is_house),
        further_bills=tuple(
            _further_bills(around, shipments, (calls, is_house, bills), place)
            for place in range(1, MOST_BILLS)
        ),
        means=_means(around, shipments, calls, truck),
        loaded_at=loaded_at,
        discharged_at=discharged_at,
        containers=draw_containers(around, shipments, calls, is_groupage, (size, boxes)),
    )


def _is_house(shipments: Shipments, is_groupage: Bools) -> Bools:
    share = np.zeros(10)
    share[[CONTAINER, AIR]] = _HOUSE_SHARE_SEA, _HOUSE_SHARE_AIR
    drawn = keyed.happens(shipments.bill_key, "house bill", share[shipments.transport])
    is_house: Bools = is_groupage | drawn
    return is_house


def _bill_counts(shipments: Shipments, calls: Calls, is_groupage: Bools) -> Ints:
    """Return on how many bills the goods travel: several shippers, or lots of one order."""
    key = shipments.bill_key
    has_more = keyed.happens(key, "several bills", _SEVERAL_SHARE[shipments.transport])
    more = 2 + keyed.choose(key, "how many bills", _MORE_SHARES)
    moves = calls.mode >= 0
    return np.where(moves, np.where(has_more & ~is_groupage, more, 1), 0)


def further_bill_keys(bill_key: Keys, place: Ints | int) -> Keys:
    """Return the identities of the bills beside the first one, by their place from 1."""
    return keyed.derive(bill_key, "further bill", place)


def bill_serials(shipments: Shipments, place: Ints | int) -> Ints:
    """Return a number for each bill: no other has it for a hundred million declarations.

    Args:
        shipments: The declarations.
        place: Which of its bills, from 0; MOST_BILLS for the one in transit that comes with it.
    """
    serial: Ints = shipments.bill_serial % _DECLARATIONS * (MOST_BILLS + 1) + place
    return serial


def _further_bills(
    around: Surroundings, shipments: Shipments, known: tuple[Calls, Bools, Ints], place: int
) -> pa.Array:
    calls, is_house, bills = known
    rows = np.flatnonzero(bills > place)
    serial = bill_serials(shipments, place)[rows]
    numbers = _bill_numbers(around, serial, calls.mode[rows], is_house[rows])
    return merged(len(shipments), [(rows, numbers)])


def _bill_numbers(around: Surroundings, serial: Ints, mode: Ints, is_house: Bools) -> pa.Array:
    root = keyed.root(around.seed, "bills")
    shown = markings.house_bills(root, serial)
    rows = np.flatnonzero(~is_house & (mode == SEA))
    shown[rows] = markings.sea_bills(root, serial[rows])
    rows = np.flatnonzero(mode == BY_ROAD)
    shown[rows] = markings.land_bills(root, serial[rows], "VD")
    rows = np.flatnonzero(mode == BY_RAIL)
    shown[rows] = markings.land_bills(root, serial[rows], "RW")
    is_waybill = ~is_house & (mode == BY_AIR)
    rows = np.flatnonzero(is_waybill)
    shown[rows, :_WAYBILL_LENGTH] = markings.air_waybills(root, serial[rows])
    lengths = np.where(is_waybill, _WAYBILL_LENGTH, _BILL_LENGTH)
    return ragged(shown, np.where(mode >= 0, lengths, 0))


def _means(around: Surroundings, shipments: Shipments, calls: Calls, truck: Keys) -> pa.Array:
    at_sea, in_air, on_rail, on_road = (np.flatnonzero(calls.mode == mode) for mode in range(4))
    ship = ships(calls, at_sea)
    office, direction = shipments.office[on_road], shipments.direction[on_road]
    return merged(
        len(truck),
        [
            (at_sea, joined(ship.name, " ", ship.voyage)),
            (in_air, flights(around, calls, in_air).voyage),
            (on_rail, trains(calls, on_rail).name),
            (on_road, border_plates(around, truck[on_road], office, direction)),
        ],
    )


def _ports(around: Surroundings, shipments: Shipments, calls: Calls) -> tuple[pa.Array, pa.Array]:
    """Return ports of loading and discharge as dictionary text."""
    places = around.foreign_places[shipments.country, shipments.transport]
    turn = keyed.integers(shipments.bill_key, "foreign port", 0, places.shape[1])
    place = np.take_along_axis(places, turn[:, None], axis=1)[:, 0]
    abroad = np.where(place >= 0, place, around.across[shipments.office, shipments.transport])
    own = len(around.foreign_ports) + calls.port
    abroad = np.where(abroad >= 0, abroad, own)
    codes = pa.concat_arrays([around.foreign_ports, around.port_codes])
    is_export, nothing = shipments.direction == EXPORT, calls.mode < 0

    def told(position: Ints) -> pa.Array:
        shown = pa.array(position.astype(np.int32), mask=nothing)
        return pa.DictionaryArray.from_arrays(shown, codes)

    return told(np.where(is_export, own, abroad)), told(np.where(is_export, abroad, own))
