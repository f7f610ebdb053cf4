"""All rows about carriage and movement of some days' declarations."""

from collections.abc import Callable

from simulator.cargo.admitted import put_admitted
from simulator.cargo.consignments import Consignments
from simulator.cargo.crossings import Crossings
from simulator.cargo.gates import put_gate_events
from simulator.cargo.manifest import put_manifests
from simulator.cargo.passages import let_in
from simulator.cargo.passengers import put_passengers
from simulator.cargo.persons import put_persons
from simulator.cargo.ports import boxes_at_ports, put_port_messages
from simulator.cargo.scans import put_scans
from simulator.cargo.seals import put_seal_events
from simulator.cargo.shipments import Describe, Outbox, Shipments, Surroundings
from simulator.cargo.travellers import draw_travellers
from simulator.cargo.trips import bonded_trips, brought_under_seal, put_slips
from simulator.cargo.visits import land_visits
from simulator.cargo.weights import put_weighings
from simulator.kernel.arrays import pick


def put_movements(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    describe: Describe,
    crossings: Crossings,
) -> None:
    """Hand over every table about carriage and movement for whole days.

    Args:
        outbox: Where rows go.
        around: Places, fleets and traffic.
        shipments: All declarations of the days that move goods.
        consignments: What `consign` returned for them.
        describe: Returns the words of declarations at given positions.
        crossings: What crosses on the days of the block beside declared goods.
    """
    freight = (shipments, consignments)
    brought = brought_under_seal(around, *freight)
    visits, boxes = land_visits(around, *freight, brought), boxes_at_ports(*freight)
    trips = bonded_trips(around, *freight, let_in(around, freight, (boxes, visits)))
    going = pick(trips, trips.leaves)
    travellers = draw_travellers(around, crossings)
    papers = (outbox, around, *freight)
    put_gate_events(*papers, visits)
    writers: dict[str, Callable[[], None]] = {
        "manifest": lambda: put_manifests(*papers, describe),
        "port_message": lambda: put_port_messages(*papers, boxes, brought),
        "weighbridge": lambda: put_weighings(
            outbox, around, freight, (boxes, visits, going, brought)
        ),
        "scan_result": lambda: put_scans(*papers),
        "vanchuyen": lambda: put_slips(*papers, trips),
        "seal_stream": lambda: put_seal_events(*papers, going),
        "persons": lambda: put_persons(outbox, around, shipments, visits, travellers),
        "ptvt": lambda: put_admitted(outbox, around, shipments, visits, crossings),
        "passenger_list": lambda: put_passengers(outbox, around, travellers),
    }
    for table, write in writers.items():
        if outbox.wants(table):
            write()
