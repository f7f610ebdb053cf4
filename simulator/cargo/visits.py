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
class _Loads:
    """What a lorry carries of one declaration, one position each."""

    visit_key: Keys
    truck: Keys
    declaration: Ints
    container: Ints
    share: Floats


def land_visits(around: Surroundings, shipments: Shipments, consignments: Consignments) -> Visits:
    """Return the visits of all declarations at gates with a platform."""
    loads = _loads(around, shipments, consignments)
    keys, index = np.unique(loads.visit_key, return_inverse=True)
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
        times=_times(around, shipments, consignments, keys, (loads.declaration, index)),
    )


def _total(values: Floats, index: Ints, count: int) -> Ints:
    return np.rint(np.bincount(index, values, minlength=count)).astype(np.int64)


def _loads(around: Surroundings, shipments: Shipments, consignments: Consignments) -> _Loads:
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
    # What was never cleared does not leave with the others on its lorry: a visit of its own.
    waits = np.where(shipments.cleared[declaration] < 0, 1, 0)
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


def _times(
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    key: Keys,
    loads: tuple[Ints, Ints],
) -> Ints:
    """Return the second of each step, NEVER where it is left out, shape (n, len(TYPES))."""
    declaration, index = loads
    count = len(key)
    cleared = _highest(shipments.cleared[declaration], index, count)
    opened = _highest(shipments.opened[declaration], index, count)
    flags = [
        _highest(flag[declaration].astype(np.int64), index, count) > 0
        for flag in (shipments.is_scanned, around.is_cold[shipments.line])
    ]
    arrived = _highest(consignments.arrived[declaration], index, count)
    enters = np.where(opened >= 0, np.minimum(arrived, opened - HOUR_SECONDS), arrived)
    times = np.full((count, len(TYPES)), NEVER, dtype=np.int64)
    _arrive(times, key, enters)
    _check(times, key, opened, (flags[0], flags[1]))
    _leave(times, key, cleared, opened)
    _turn_back(times, key, cleared)
    return times


def _arrive(times: Ints, key: Keys, enters: Ints) -> None:
    times[:, GATE_IN] = enters
    times[:, PRE_DECLARED] = enters - _after(key, "declared before", 100, 2400)
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


def _turn_back(times: Ints, key: Keys, cleared: Ints) -> None:
    """Undo what cannot be without clearance: most never came, some are sent back."""
    stuck = cleared < 0
    came = keyed.happens(key, "sent back", _RETURNED_SHARE)
    for step in (TRANSLOADED, SEALED, CLEARED, GATE_OUT):
        times[stuck, step] = NEVER
    times[stuck & (times[:, CUSTOMS_CHECK] < 0), UNSEALED] = NEVER
    absent = stuck & ~came & (times[:, CUSTOMS_CHECK] < 0)
    keeps = times[absent, PRE_DECLARED].copy()
    times[absent] = NEVER
    times[absent, PRE_DECLARED] = keeps
    ended = times.max(axis=1) + _after(key, "cancelled after", 60, 1500)
    times[stuck, CANCELLED] = ended[stuck]
