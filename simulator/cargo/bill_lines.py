"""One bill of a manifest as a JSON object."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo import markings
from simulator.cargo.calls import BY_AIR, SEA, call_numbers
from simulator.cargo.consignments import MOST_BILLS, Consignments, bill_serials
from simulator.cargo.containers import MOST_BOXES, SIZES, box_serials
from simulator.cargo.shipments import Describe, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, decimals, digits, numbers_within, pick
from simulator.kernel.glyphs import fixed, gathered, joined, merged, quoted
from simulator.kernel.keyed import Keys

TRANSIT = 1
_MASTERS = 12
# An assumption.
_SECOND_SEAL_SHARE = 0.08
_PASSING_SIZE = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What one revision says of bills; those in transit through here come last.

    Attributes:
        key: Identity of the bill.
        is_passing: In transit, declared by nobody here.
        place: Which bill of its declaration it is, from 0.
        gross_e1: Gross mass, tenths of kg. m3_e2: Volume, hundredths of m3.
        packages: Their number.
        transit: 1 where told as transit.
    """

    key: Keys
    is_passing: Bools
    place: Ints
    gross_e1: Ints
    m3_e2: Ints
    packages: Ints
    transit: Ints


def bill_lines(
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    describe: Describe,
    row: Ints,
    told: Told,
) -> pa.Array:
    """Return bills as JSON objects.

    Args:
        around: Places and traffic.
        shipments: All declarations.
        consignments: Their carriage.
        describe: Returns their words.
        row: Declaration of each bill, shape (n,).
        told: What is said of each, shape (n,).
    """
    taken, passing = pa.array(row), pa.array(told.is_passing)
    texts = describe(row)
    number, boxes = _numbers_and_boxes(around, shipments, consignments, row, told)
    port = consignments.loaded_at.take(taken).cast(pa.string())
    partner = quoted(texts.partner_name)
    name = pc.if_else(passing, partner, quoted(texts.trader_name))
    code = pc.if_else(passing, "null", quoted(texts.trader_code))
    volume = decimals(told.m3_e2, 2).cast(pa.string())
    return joined(
        '{"no":"', number, '","master_no":', _masters(around, consignments, row, told),
        ',"shipper":', pc.if_else(passing, '"TO ORDER"', partner),
        ',"consignee":{"code":', code, ',"name":', name, '},"notify":', name,
        ',"goods":', quoted(texts.goods), ',"hs4":', quoted(texts.hs4),
        ',"packages":', digits(told.packages),
        ',"gross_kg":', decimals(told.gross_e1, 1).cast(pa.string()), ',"volume_m3":', volume,
        ',"load_port":"', port, '","origin":"', pc.utf8_slice_codeunits(port, 0, 2),
        '","transit":', digits(told.transit), ',"containers":', boxes, "}",
    )  # fmt: skip


def _numbers_and_boxes(
    around: Surroundings, shipments: Shipments, consignments: Consignments, row: Ints, told: Told
) -> tuple[pa.Array, pa.Array]:
    """Return the number of each bill and its containers as a JSON list."""
    own = int((~told.is_passing).sum())
    passing = pick(shipments, row[own:])
    place, root = told.place[:own], keyed.root(around.seed, "bills")
    numbers = [consignments.bill_numbers, *consignments.further_bills]
    at = pa.array(place * len(consignments) + row[:own])
    others = fixed(markings.sea_bills(root, bill_serials(passing, MOST_BILLS)))
    boxes = _own_boxes(consignments, row[:own], place)
    other_boxes = _passing_boxes(around, passing, told.key[own:])
    return (
        pa.concat_arrays([pa.concat_arrays(numbers).take(at), others]),
        pa.concat_arrays([boxes, other_boxes]),
    )


def _box_lines(number: pa.Array, seal: pa.Array, key: Keys, load: tuple[Ints, Bools]) -> pa.Array:
    """Return containers as JSON objects; `load` is the size of each, and whether it is full."""
    size, is_full = load
    full = coded(("false", "true"), is_full.astype(np.int64)).cast(pa.string())
    has_two = pa.array(keyed.happens(key, "second seal", _SECOND_SEAL_SHARE))
    other = fixed(markings.other_seal_numbers(keyed.derive(key, "second seal")))
    seals = pc.if_else(has_two, joined(seal, '","', other), seal)
    return joined(
        '{"no":"', number, '","seals":["', seals, '"],"full":', full, ',"size_type":"',
        coded(SIZES, size).cast(pa.string()), '"}',
    )  # fmt: skip


def _own_boxes(consignments: Consignments, row: Ints, place: Ints) -> pa.Array:
    """Return the containers of declared bills as JSON lists.

    The bills of a declaration take turns; bills beyond the number of containers share one.
    """
    own = consignments.containers
    first = np.searchsorted(own.owner, row)
    boxes, bills = consignments.boxes[row], consignments.bills[row]
    counts = np.where(
        boxes >= bills, (boxes - place + bills - 1) // np.maximum(bills, 1), boxes > 0
    )
    start = np.where(boxes >= bills, place, place % np.maximum(boxes, 1))
    step = np.repeat(bills, counts) * numbers_within(counts)
    wanted = np.repeat(first + start, counts) + step
    taken = pa.array(wanted)
    lines = _box_lines(
        own.numbers.take(taken),
        own.seals.take(taken),
        own.key[wanted],
        (own.size[wanted], ~consignments.is_groupage[own.owner[wanted]]),
    )
    return joined("[", gathered(lines, counts, ","), "]")


def _passing_boxes(around: Surroundings, passing: Shipments, key: Keys) -> pa.Array:
    serial = box_serials(passing, np.arange(len(key)), MOST_BOXES)
    seal = fixed(markings.seal_numbers(keyed.root(around.seed, "seals"), serial))
    number = fixed(markings.container_numbers(key))
    load = np.full(len(key), _PASSING_SIZE), np.ones(len(key), dtype=np.bool_)
    lines = _box_lines(number, seal, key, load)
    return joined("[", lines, "]")


def _masters(around: Surroundings, consignments: Consignments, row: Ints, told: Told) -> pa.Array:
    """Return the carrier's bill above each forwarder's, as JSON."""
    is_house = consignments.is_house[row] & ~told.is_passing
    mode = consignments.calls.mode[row]
    turn = keyed.integers(told.key, "master", 0, _MASTERS)
    serial = call_numbers(consignments.calls, row) * _MASTERS + turn
    root = keyed.root(around.seed, "bills")
    at_sea = np.flatnonzero(is_house & (mode == SEA))
    in_air = np.flatnonzero(is_house & (mode == BY_AIR))
    pieces = [
        (at_sea, fixed(markings.sea_bills(root, serial[at_sea], is_master=True))),
        (in_air, fixed(markings.air_waybills(root, serial[in_air], is_master=True))),
    ]
    return quoted(merged(len(row), pieces))
