"""Lorries at the land gates that have a platform: which come, with what, and what happens when.

A lorry may carry the goods of several declarations and a declaration may need several lorries.
The order of a visit follows the pilot of the digital border gate: declared in advance, queued,
in, yard, quarantine, weighed, scanned, checked, cleared, goods moved to the other side's lorry,
out. Durations are typical figures of our own.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors.kinds import ROAD
from simulator.cargo.consignments import Consignments
from simulator.cargo.containers import TARE_KG
from simulator.cargo.shipments import NO_PLATFORM, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints, group_starts, numbers_within
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import HOUR_SECONDS, MINUTE_SECONDS

TYPES = (
    "PRE_DECLARED", "QUEUED", "GATE_IN", "YARD_IN", "QUARANTINE", "CUSTOMS_CHECK", "WEIGHED",
    "SCANNED", "TRANSLOADED", "SEALED", "UNSEALED", "CLEARED", "GATE_OUT", "CANCELLED",
)  # fmt: skip
(
    PRE_DECLARED, QUEUED, GATE_IN, YARD_IN, QUARANTINE, CUSTOMS_CHECK, WEIGHED, SCANNED,
    TRANSLOADED, SEALED, UNSEALED, CLEARED, GATE_OUT, CANCELLED,
) = range(len(TYPES))  # fmt: skip
_LOAD_KG_E2 = 2_200_000
_MOST_TRUCKS = 12
# Share of visits with the step, and the minutes it comes after the step before.
_QUEUED_SHARE, _WEIGHED_SHARE, _QUARANTINE_SHARE, _CHECK_SHARE = 0.75, 0.6, 0.8, 0.06
_TRANSLOADED_SHARE, _SEALED_SHARE, _RETURNED_SHARE = 0.55, 0.7, 0.3
_DELAYED_SHARE, _DELAY_HOURS = 0.06, 7.0
# From the end of a bonded trip to the gate, its queue included.
_FROM_TRIP_SECONDS = 2 * HOUR_SECONDS
_OUTWARD = [UNSEALED, TRANSLOADED, SEALED, GATE_OUT]
NEVER = -1


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of lorries to gates, one position each, in no telling order.

    Attributes:
        key: Identity of the visit; truck: of the lorry.
        office, direction: Of the declarations.
        declarations: How many declarations it carries.
        declaration: Their positions, visit after visit, shape (sum of `declarations`,).
        container: Position in the containers of the consignments; -1 where loose.
        declared_kg, kg, tare_kg: Goods as told, as they are, and the empty lorry with its box.
        times: Second of each of TYPES, NEVER where it does not happen, shape (n, len(TYPES)).
    """

    key: Keys
    truck: Keys
    office: Ints
    direction: Ints
    declarations: Ints
    declaration: Ints
    container: Ints
    declared_kg: Ints
    kg: Ints
    tare_kg: Ints
    times: Ints

    def __len__(self) -> int:
        """Return the number of visits."""
        return len(self.key)

    @property
    def first(self) -> Ints:
        """Position of one declaration of each visit."""
        return self.declaration[group_starts(self.declarations)]


@dataclass(frozen=True, slots=True)
class _Freight:
    """Declarations with their carriage, and when bonded trips brought their goods."""

    shipments: Shipments
    consignments: Consignments
    brought: Ints

    @property
    def free(self) -> Ints:
        """From when the goods may leave by the gate; NEVER where a lorry does not bring them."""
        is_missing = self.shipments.comes_under_seal & (self.brought < 0)
        return np.where(is_missing, NEVER, self.shipments.cleared)


@dataclass(frozen=True, slots=True)
class _Loads:
    """What a lorry carries of one declaration, one position each."""

    visit_key: Keys
    truck: Keys
    declaration: Ints
    container: Ints
    share: Floats


def land_visits(
    around: Surroundings, shipments: Shipments, consignments: Consignments, brought: Ints
) -> Visits:
    """Return the visits of all declarations at gates with a platform.

    Control keeps what is not out yet: the lorry waits for it, or leaves without what never goes.

    Args:
        around: Places and fleets.
        shipments: The declarations.
        consignments: Their carriage.
        brought: When a bonded trip has brought each declaration's goods, -1 for never.
    """
    freight = _Freight(shipments, consignments, brought)
    loads = _loads(around, freight)
    keys, index = np.unique(loads.visit_key, return_inverse=True)
    times = _times(around, freight, keys, (loads.declaration, index))
    stays = _stays(shipments, loads.declaration, times[index, GATE_OUT])
    if stays.any():
        keys, index, times = _parted(shipments, (keys, index, times), loads.declaration, stays)
    order = np.lexsort((shipments.number[loads.declaration], index))
    counts = np.bincount(index, minlength=len(keys))
    starts = order[group_starts(counts)] if len(keys) else order
    sizes = consignments.containers.size
    container = loads.container[starts]
    boxed = container >= 0
    tare = np.zeros(len(keys), dtype=np.int64)
    tare[boxed] = TARE_KG[sizes[container[boxed]]]
    lorry = 14_000 + 100 * keyed.integers(loads.truck[starts], "empty mass", 0, 25)
    first = loads.declaration[starts]
    declared = shipments.gross_kg_e2[loads.declaration] / 100 * loads.share
    real = shipments.true_gross_kg_e2[loads.declaration] / 100 * loads.share
    return Visits(
        key=keys,
        truck=loads.truck[starts],
        office=shipments.office[first],
        direction=shipments.direction[first],
        declarations=counts,
        declaration=loads.declaration[order],
        container=container,
        declared_kg=_total(declared, index, len(keys)),
        kg=_total(real, index, len(keys)),
        tare_kg=lorry + tare,
        times=times,
    )


def _total(values: Floats, index: Ints, count: int) -> Ints:
    return np.rint(np.bincount(index, values, minlength=count)).astype(np.int64)


def _loads(around: Surroundings, freight: _Freight) -> _Loads:
    shipments, consignments = freight.shipments, freight.consignments
    here = (shipments.transport == ROAD) & (around.platform[shipments.office] != NO_PLATFORM)
    loose = np.flatnonzero(here & (consignments.boxes == 0))
    needed = -(-shipments.true_gross_kg_e2[loose] // _LOAD_KG_E2)
    trucks = np.where(consignments.is_shared[loose], 1, np.clip(needed, 1, _MOST_TRUCKS))
    owner = np.repeat(loose, trucks)
    number = numbers_within(trucks)
    own = consignments.containers
    boxed = np.flatnonzero(here[own.owner] & own.is_declared)
    declaration = np.concatenate([owner, own.owner[boxed]])
    container = np.concatenate([np.full(len(owner), -1), boxed])
    counts = np.bincount(declaration, minlength=len(shipments))
    first = np.where(number == 0, consignments.truck[owner], keyed.derive(
        consignments.truck[owner], "next truck", number
    ))  # fmt: skip
    truck = np.concatenate([first, _box_trucks(consignments, boxed)])
    # What was never cleared does not leave with the others on its lorry: a visit of its own. So has
    # what comes under seal, as it is there later.
    waits = (freight.free[declaration] < 0) + 2 * shipments.comes_under_seal[declaration]
    return _Loads(
        visit_key=keyed.derive(truck, "visit", waits),
        truck=truck,
        declaration=declaration,
        container=container,
        share=1.0 / np.maximum(counts[declaration], 1),
    )


def _box_trucks(consignments: Consignments, boxed: Ints) -> Keys:
    own = consignments.containers
    is_first = np.concatenate([[True], own.owner[boxed][1:] != own.owner[boxed][:-1]])
    truck = consignments.truck[own.owner[boxed]]
    chosen = np.where(is_first[: len(boxed)], truck, keyed.derive(own.key[boxed], "truck"))
    return chosen.astype(np.uint64)


def _highest(values: Ints, index: Ints, count: int) -> Ints:
    highest = np.full(count, NEVER, dtype=np.int64)
    np.maximum.at(highest, index, values)
    return highest


def _after(key: Keys, name: str, low: float, high: float) -> Ints:
    """Return seconds drawn between `low` and `high` minutes."""
    drawn = low + (high - low) * keyed.uniform(key, name)
    return (drawn * MINUTE_SECONDS).astype(np.int64)


def _times(around: Surroundings, freight: _Freight, key: Keys, loads: tuple[Ints, Ints]) -> Ints:
    """Return the second of each step, NEVER where it is left out, shape (n, len(TYPES)).

    What comes under seal was looked at before its trip, and what was scanned after its clearance
    was so elsewhere.
    """
    shipments, (declaration, index), count = freight.shipments, loads, len(key)

    def of_visit(values: Ints) -> Ints:
        return _highest(values[declaration], index, count)

    is_sealed = shipments.comes_under_seal
    is_scanned = shipments.is_scanned & ~is_sealed
    is_scanned &= (shipments.cleared < 0) | (shipments.scanned_until <= shipments.cleared)
    flags = [
        of_visit(flag.astype(np.int64)) > 0
        for flag in (is_scanned, around.is_cold[shipments.line], is_sealed)
    ]
    cleared, opened = of_visit(freight.free), of_visit(np.where(is_sealed, -1, shipments.opened))
    arrived = of_visit(freight.consignments.arrived)
    planned = np.where(opened >= 0, np.minimum(arrived, opened - HOUR_SECONDS), arrived)
    brought = of_visit(np.where(is_sealed, freight.brought, -1))
    enters = np.where(brought >= 0, np.maximum(planned, brought + _FROM_TRIP_SECONDS), planned)
    times = np.full((count, len(TYPES)), NEVER, dtype=np.int64)
    _arrive(times, key, planned, enters)
    _check(times, key, opened, (flags[0], flags[1]))
    _leave(times, key, cleared, opened)
    _turn_back(times, key, cleared, flags[2])
    _wait(times, opened, _holds(shipments, declaration, index, count))
    return times


def _arrive(times: Ints, key: Keys, planned: Ints, enters: Ints) -> None:
    times[:, GATE_IN] = enters
    times[:, PRE_DECLARED] = planned - _after(key, "declared before", 100, 2400)
    queued = keyed.happens(key, "queues", _QUEUED_SHARE)
    times[:, QUEUED] = np.where(queued, enters - _after(key, "queued before", 5, 95), NEVER)
    times[:, YARD_IN] = enters + _after(key, "yard after", 4, 40)


def _check(times: Ints, key: Keys, opened: Ints, flags: tuple[Bools, Bools]) -> None:
    is_scanned, is_cold = flags
    yard = times[:, YARD_IN]
    steps = (
        (WEIGHED, keyed.happens(key, "weighs", _WEIGHED_SHARE), (5, 60)),
        (SCANNED, is_scanned, (30, 150)),
        (QUARANTINE, is_cold & keyed.happens(key, "quarantine", _QUARANTINE_SHARE), (20, 200)),
        (CUSTOMS_CHECK, keyed.happens(key, "looked at", _CHECK_SHARE), (20, 180)),
    )
    for step, happens, (low, high) in steps:
        after = yard + _after(key, f"step {step}", low, high)
        times[:, step] = np.where(happens, after, NEVER)
    is_open = opened >= 0
    times[is_open, CUSTOMS_CHECK] = opened[is_open]
    times[is_open, UNSEALED] = opened[is_open] - 240


def _leave(times: Ints, key: Keys, cleared: Ints, opened: Ints) -> None:
    released = cleared + _after(key, "release told", 0.5, 15)
    times[:, CLEARED] = np.maximum(released, times[:, PRE_DECLARED] + MINUTE_SECONDS)
    ready = times.max(axis=1)
    moves = keyed.happens(key, "changes lorry", _TRANSLOADED_SHARE)
    moved = ready + _after(key, "moved after", 20, 180)
    times[:, TRANSLOADED] = np.where(moves, moved, NEVER)
    breaks = moves & (times[:, UNSEALED] < 0)
    times[breaks, UNSEALED] = moved[breaks] - _after(key, "seal cut", 2, 15)[breaks]
    seals = (moves | (opened >= 0)) & keyed.happens(key, "sealed again", _SEALED_SHARE)
    sealed = times.max(axis=1) + _after(key, "sealed after", 3, 25)
    times[:, SEALED] = np.where(seals, sealed, NEVER)
    is_late = keyed.happens(key, "delayed", _DELAYED_SHARE)
    delay = keyed.exponential(key, "delay", _DELAY_HOURS * HOUR_SECONDS) * is_late
    out = times.max(axis=1) + _after(key, "out after", 5, 90)
    times[:, GATE_OUT] = out + delay.astype(np.int64)


def _turn_back(times: Ints, key: Keys, cleared: Ints, is_sealed: Bools) -> None:
    """Undo what cannot be without clearance: most never came, some are sent back.

    Where a bonded trip was to bring the goods, none is sent back: it has not set out.
    """
    stuck = cleared < 0
    came = keyed.happens(key, "sent back", _RETURNED_SHARE)
    for step in (TRANSLOADED, SEALED, CLEARED, GATE_OUT):
        times[stuck, step] = NEVER
    times[stuck & (times[:, CUSTOMS_CHECK] < 0), UNSEALED] = NEVER
    absent = stuck & (is_sealed | (~came & (times[:, CUSTOMS_CHECK] < 0)))
    keeps = times[absent, PRE_DECLARED].copy()
    times[absent] = NEVER
    times[absent, PRE_DECLARED] = keeps
    ended = times.max(axis=1) + _after(key, "cancelled after", 60, 1500)
    times[stuck, CANCELLED] = ended[stuck]


def _holds(shipments: Shipments, declaration: Ints, index: Ints, count: int) -> tuple[Ints, Ints]:
    """Return from when until when control keeps each visit's lorry, NEVER where it does not."""
    waits = (shipments.held_until >= 0)[declaration]
    row, visit = declaration[waits], index[waits]
    return (
        _highest(shipments.held_from[row], visit, count),
        _highest(shipments.held_until[row], visit, count),
    )


def _wait(times: Ints, opened: Ints, hold: tuple[Ints, Ints]) -> None:
    """Let the steps out of the gate that come after the start of a hold come after its end."""
    since, until = hold
    is_kept = (since >= 0) & (times[:, GATE_OUT] > since)
    later = times[:, _OUTWARD] > since[:, None]
    # A seal that control has cut is no step out.
    later[:, 0] &= opened < 0
    later &= is_kept[:, None]
    first = np.where(later, times[:, _OUTWARD], np.iinfo(np.int64).max).min(axis=1)
    first = np.where(is_kept, first, until)
    delay = np.maximum(until + MINUTE_SECONDS - first, 0) * is_kept
    times[:, _OUTWARD] += delay[:, None] * later


def _stays(shipments: Shipments, declaration: Ints, out: Ints) -> Bools:
    """Return which loads control keeps for ever before their lorry is out."""
    since = shipments.held_from[declaration]
    stays: Bools = (since >= 0) & (shipments.held_until[declaration] < 0) & (out > since)
    return stays


def _parted(
    shipments: Shipments, visits: tuple[Keys, Ints, Ints], declaration: Ints, stays: Bools
) -> tuple[Keys, Ints, Ints]:
    """Return keys, visit of each load and times, where some loads never leave by the gate.

    A lorry of which nothing goes on is called off, and keeps what happened before. Of others, what
    stays is told as a visit of its own that never came.
    """
    keys, index, times = visits
    goes_on = _highest((~stays).astype(np.int64), index, len(keys)) > 0
    parts = stays & goes_on[index]
    named = np.where(parts, keyed.derive(keys[index], "stays"), keys[index])
    new, start, where = np.unique(named, return_index=True, return_inverse=True)
    told, since = times[index[start]], shipments.held_from[declaration[start]]
    ends = stays[start]
    gone = ends[:, None] & ((told > since[:, None]) | parts[start][:, None])
    gone[:, PRE_DECLARED] = False
    told[gone] = NEVER
    ended = np.maximum(told.max(axis=1), since) + _after(new, "cancelled after", 60, 1500)
    told[ends, CANCELLED] = ended[ends]
    return new, where, told
