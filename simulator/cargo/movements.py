"""All rows about carriage and movement of some days' declarations."""

from simulator.cargo.consignments import Consignments
from simulator.cargo.gates import put_gate_events
from simulator.cargo.manifest import put_manifests
from simulator.cargo.persons import put_persons
from simulator.cargo.ports import boxes_at_ports, put_port_messages
from simulator.cargo.scans import put_scans
from simulator.cargo.seals import put_seal_events
from simulator.cargo.shipments import Describe, Outbox, Shipments, Surroundings
from simulator.cargo.trips import bonded_trips, put_slips
from simulator.cargo.visits import land_visits
from simulator.cargo.weights import put_weighings
from simulator.kernel.arrays import Floats, Ints


def put_movements(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    describe: Describe,
    travel: tuple[Ints, Floats],
) -> None:
    """Hand over every table of sections D, E, F, `persons` and `vanchuyen` for whole days.

    Args:
        outbox: Where rows go.
        around: Places, fleets and traffic.
        shipments: All declarations of the days that move goods.
        consignments: What `consign` returned for them.
        describe: Returns the words of declarations at given positions.
        travel: Days of the block, and travellers a day at each office.
    """
    visits = land_visits(around, shipments, consignments)
    boxes = boxes_at_ports(shipments, consignments)
    trips = bonded_trips(around, shipments, consignments)
    papers = (outbox, around, shipments, consignments)
    if outbox.wants("manifest"):
        put_manifests(*papers, describe)
    if outbox.wants("port_message"):
        put_port_messages(*papers, boxes)
    put_gate_events(*papers, visits)
    if outbox.wants("weighbridge"):
        put_weighings(outbox, around, (shipments, consignments), (boxes, visits, trips))
    if outbox.wants("scan_result"):
        put_scans(*papers)
    if outbox.wants("vanchuyen"):
        put_slips(*papers, trips)
    if outbox.wants("seal_stream"):
        put_seal_events(*papers, trips)
    if outbox.wants("persons"):
        put_persons(outbox, around, shipments, visits, travel)
