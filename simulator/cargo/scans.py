"""Images of scanners and what operators made of them: the table `scan_result`.

Images are those of checks by scanner, taken while these last: where the check found something, one
image of the declaration is suspect or has the goods opened, whatever is in them; else none is. One
image in thirty is taken again. Rates are assumptions.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import ROAD
from simulator.cargo.consignments import Consignments
from simulator.cargo.lorries import border_plates, plates_of
from simulator.cargo.ports import declaration_numbers, fetching_truck
from simulator.cargo.shipments import Outbox, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, numbers_within, runs_of, whole
from simulator.kernel.glyphs import digits, fixed, gathered, hexes, joined, merged, same, spread
from simulator.kernel.glyphs import stamps as rfc3339
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import MINUTE_SECONDS

DECISIONS = ("NORMAL", "SUSPECT", "RESCAN", "OPEN")
NORMAL, SUSPECT, RESCAN, OPEN = range(4)
_SUSPECT_SHARES = (0.0, 0.62, 0.0, 0.38)
_AGAIN_SHARE = 0.033
CLASSES = ("density", "organic", "metal", "void", "mismatch", "layer")
_MOST_IMAGES = 4
_MARKED_SHARE = 0.18
_SCANNERS, _OPERATORS = 2, 12


@dataclass(frozen=True, slots=True)
class _Images:
    """Images, one position each; `container` is -1 for a lorry with loose goods."""

    key: Keys
    declaration: Ints
    container: Ints
    second: Ints
    decision: Ints


def put_scans(
    outbox: Outbox, around: Surroundings, shipments: Shipments, consignments: Consignments
) -> None:
    """Hand over the table `scan_result`."""
    images = _images(shipments, consignments)
    count = len(images.key)
    if not count:
        return
    owner, key = images.declaration, images.key
    site = shipments.office[owner] * _SCANNERS + keyed.integers(key, "scanner", 0, _SCANNERS)
    operator = site * _OPERATORS + keyed.integers(key, "operator", 0, _OPERATORS)
    identity = fixed(hexes(key))
    stamp = rfc3339(images.second)
    position = pa.array(images.container, mask=images.container < 0)
    columns = {
        "scan_id": joined("SC", identity),
        "ts": stamp,
        "site": spread(_sites(around), site),
        "container": consignments.containers.numbers.take(position),
        "plate": _plates(around, shipments, consignments, images),
        "decl": declaration_numbers(shipments.number[owner]),
        "decision": coded(DECISIONS, images.decision),
        "regions": _regions(images),
        "image_uri": joined("scan://images/", identity, ".img"),
        "operator": fixed(same("OP", count), digits(operator, 5)),
        "ms": whole(np.rint(9000 * np.exp(0.4 * keyed.normal(key, "ms"))).astype(np.int64)),
    }
    delay = keyed.exponential(key, "sent after", 90.0).astype(np.int64)
    moment = images.second + 20 + delay
    outbox.put("scan_result", moment, columns, registered=shipments.day[owner])


def _sites(around: Surroundings) -> pa.Array:
    count = len(around.port) * _SCANNERS
    ports = around.port_codes.take(pa.array(np.repeat(around.port, _SCANNERS)))
    return joined(ports, "-X", fixed(digits(np.arange(count), 3)))


def _images(shipments: Shipments, consignments: Consignments) -> _Images:
    """Return first images and, where one was to be taken again, the second."""
    own = consignments.containers
    boxed = np.flatnonzero(shipments.is_scanned[own.owner] & own.is_declared)
    number = numbers_within(np.bincount(own.owner[boxed], minlength=len(shipments)))
    boxed = boxed[number < _MOST_IMAGES]
    loose = np.ones(len(shipments), dtype=np.bool_)
    loose[own.owner[boxed]] = False
    rows = np.flatnonzero(shipments.is_scanned & loose)
    declaration = np.concatenate([own.owner[boxed], rows])
    container = np.concatenate([boxed, np.full(len(rows), -1)])
    things = np.concatenate([own.key[boxed], keyed.derive(shipments.key[rows], "loose")])
    base = things ^ shipments.key[declaration]
    first = keyed.derive(base, "image")
    is_suspect = _is_the_suspect(shipments, declaration, first)
    second = _seconds(shipments, declaration, first)
    decision = np.where(is_suspect, keyed.choose(first, "decision", _SUSPECT_SHARES), NORMAL)
    again = np.flatnonzero(keyed.happens(first, "again", _AGAIN_SHARE))
    key = keyed.derive(base[again], "image", 1)
    wait = keyed.integers(key, "minutes after", 6, 45) * MINUTE_SECONDS
    wait = np.minimum(wait, shipments.scanned_until[declaration[again]] - second[again])
    in_the_end = decision[again]
    decision[again] = RESCAN
    return _Images(
        key=np.concatenate([first, key]),
        declaration=np.concatenate([declaration, declaration[again]]),
        container=np.concatenate([container, container[again]]),
        second=np.concatenate([second, second[again] + wait]),
        decision=np.concatenate([decision, in_the_end]),
    )


def _is_the_suspect(shipments: Shipments, declaration: Ints, key: Keys) -> Bools:
    """Return the one image of each suspect declaration that shows it: drawn among its images."""
    turn = keyed.uniform(key, "turn")
    order = np.lexsort((turn, declaration))
    _, lead = np.unique(declaration[order], return_index=True)
    result: Bools = np.zeros(len(declaration), dtype=np.bool_)
    result[order[lead]] = True
    return result & shipments.is_suspect[declaration]


def _seconds(shipments: Shipments, declaration: Ints, key: Keys) -> Ints:
    """Return when images are taken: during the check."""
    begin, end = shipments.scanned_from[declaration], shipments.scanned_until[declaration]
    share = keyed.uniform(key, "when")
    second: Ints = begin + (share * (end - begin)).astype(np.int64)
    return second


def _plates(
    around: Surroundings, shipments: Shipments, consignments: Consignments, images: _Images
) -> pa.Array:
    """Return the lorry under the scanner: at the border the one that came, else a port's."""
    owner = images.declaration
    by_road = shipments.transport[owner] == ROAD
    road, other = np.flatnonzero(by_road), np.flatnonzero(~by_road)
    truck = consignments.truck[owner[road]]
    here = border_plates(
        around, truck, shipments.office[owner[road]], shipments.direction[owner[road]]
    )
    fetched = fetching_truck(images.key[other])
    return merged(len(owner), [(road, here), (other, plates_of(around.home, fetched))])


def _regions(images: _Images) -> pa.Array:
    """Return marked regions as JSON lists; operators mark ordinary cargo too."""
    odd = images.decision != NORMAL
    marked = odd | keyed.happens(images.key, "marked", _MARKED_SHARE)
    counts = keyed.integers(images.key, "regions", 1, 4) * marked
    image = runs_of(counts)
    key = keyed.derive(images.key[image], "region", numbers_within(counts))
    left, top = keyed.integers(key, "x", 0, 1800), keyed.integers(key, "y", 0, 700)
    wide, high = keyed.integers(key, "w", 30, 240), keyed.integers(key, "h", 30, 240)
    level = np.where(odd[image], 55, 25) + keyed.integers(key, "score", 0, 44)
    classes = coded(CLASSES, keyed.integers(key, "class", 0, len(CLASSES))).cast(pa.string())
    shown = [pa.array(value).cast(pa.string()) for value in (left, top, wide, high)]
    lines = joined(
        '{"x":', shown[0], ',"y":', shown[1], ',"w":', shown[2], ',"h":', shown[3],
        ',"class":"', classes, '","score":0.', fixed(digits(level, 2)), "}",
    )  # fmt: skip
    return joined("[", gathered(lines, counts, ","), "]")
