"""Gates that report to the national single window as well: the table `nsw_gate`.

It is the one process that the provinces are to follow: twelve steps, each told by the body that
takes it. Some gates of both provinces take part (an assumption); the window hears of the visits
that their platforms hear of. Fees are of the order of what Lạng Sơn took (1.5 million VND a lorry
in 2025: 228 thousand million for 149,000 lorries); who is held is a typical figure of our own.
"""

import numpy as np
import pyarrow as pa

from simulator.cargo.gate_cards import Known
from simulator.cargo.gate_events import Events, received_at, told_kg, visit_events
from simulator.cargo.shipments import Outbox, Surroundings
from simulator.cargo.visits import (
    CANCELLED,
    CLEARED,
    CUSTOMS_CHECK,
    GATE_IN,
    GATE_OUT,
    PRE_DECLARED,
    QUARANTINE,
    QUEUED,
    SCANNED,
    SEALED,
    TRANSLOADED,
    TYPES,
    WEIGHED,
    YARD_IN,
    Visits,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, pick, whole
from simulator.kernel.glyphs import DAY_SECONDS, fixed, hexes, listed, same, spread, stamps
from simulator.kernel.rounding import one_at_least

STEPS = (
    PRE_DECLARED, QUEUED, GATE_IN, YARD_IN, QUARANTINE, CUSTOMS_CHECK, WEIGHED, SCANNED,
    TRANSLOADED, SEALED, CLEARED, GATE_OUT,
)  # fmt: skip
AGENCIES = ("CUSTOMS", "BORDER", "QUARANTINE", "PORT")
RESULTS = ("OK", "HOLD", "REFUSED")
_CUSTOMS, _BORDER, _QUARANTINE, _PORT = range(len(AGENCIES))
_OK, _HOLD, _REFUSED = range(len(RESULTS))
_AGENCY_OF_STEP = np.array([
    _PORT, _PORT, _BORDER, _PORT, _QUARANTINE, _CUSTOMS, _PORT, _CUSTOMS, _PORT, _CUSTOMS, _CUSTOMS,
    _BORDER,
])  # fmt: skip
_DIRECTIONS, _YARDS = ("IMP", "EXP"), ("Y1", "Y2", "Y3", "Y4")
_HELD_SHARE, _FEE_VND, _FEE_SIGMA, _FEE_STEP_VND = 0.04, 1_500_000, 0.5, 10_000


def _steps() -> Ints:
    """Return the step of each of TYPES, -1 for what the window has no step for.

    A visit that is called off is refused where it would have been cleared.
    """
    steps = np.full(len(TYPES), -1, dtype=np.int64)
    steps[list(STEPS)] = np.arange(len(STEPS))
    steps[CANCELLED] = steps[CLEARED]
    return steps


def put_single_window(
    outbox: Outbox, around: Surroundings, visits: Visits, known: Known, day: Ints
) -> None:
    """Hand over the table `nsw_gate`.

    Args:
        outbox: Where rows go.
        around: Places and people.
        visits: Visits at all gates with a platform.
        known: What a platform knows of them.
        day: Day of registration of each visit's first declaration.
    """
    cards, weights, numbers, boxes, seals = known
    events = visit_events(visits, around.on_single_window[visits.office], "single window")
    events = pick(events, _steps()[events.type] >= 0)
    if not len(events.key):
        return
    visit, step = events.visit, _steps()[events.type]
    kg, no_kg = told_kg(visits, weights, events)
    office = visits.office[visit]
    columns = {
        "MsgId": fixed(same("NSW", len(visit)), hexes(events.key)),
        "SentAt": stamps(events.second),
        "Step": whole(step + 1),
        "GateCode": around.office_codes(office, events.second // DAY_SECONDS),
        "Direction": coded(_DIRECTIONS, visits.direction[visit]),
        "VehiclePlate": spread(cards.plate, visit),
        "PlateCountry": cards.country.take(pa.array(visit)),
        "Driver": spread(cards.document, visit),
        "DeclarationNo": spread(listed(*numbers), visit),
        "ContainerNo": spread(listed(*boxes), visit),
        "SealNo": _seals(visits, events, listed(*seals)),
        "GrossKg": whole(kg, no_kg),
        "YardCode": coded(
            _YARDS, keyed.integers(visits.key, "yard", 0, len(_YARDS))[visit], step == 0
        ),
        "FeeVnd": _fees(visits, events),
        "Agency": coded(AGENCIES, _AGENCY_OF_STEP[step]),
        "Result": coded(RESULTS, _results(events)),
    }
    outbox.put("nsw_gate", received_at(events), columns, registered=day[visit])


def _seals(visits: Visits, events: Events, lists: pa.Array) -> pa.Array:
    """Return the seals told, none where it is the seal that changes or nobody has seen it yet."""
    has_none = (events.type == SEALED) | (events.type == PRE_DECLARED)
    texts = pa.concat_arrays([lists, pa.array(["[]"])])
    return spread(texts, np.where(has_none, len(visits), events.visit))


def _fees(visits: Visits, events: Events) -> pa.Array:
    """Return what the yard took, told when a lorry leaves."""
    size = np.exp(_FEE_SIGMA * keyed.normal(visits.key, "fee"))
    fee = one_at_least(size * _FEE_VND, _FEE_STEP_VND)
    return whole(fee[events.visit], events.type != GATE_OUT)


def _results(events: Events) -> Ints:
    """Return how each step ended; now and then a check or a scale holds a lorry for a while."""
    may = np.isin(events.type, (QUARANTINE, CUSTOMS_CHECK, WEIGHED, SCANNED))
    held = may & keyed.happens(events.key, "is held", _HELD_SHARE)
    return np.where(events.type == CANCELLED, _REFUSED, np.where(held, _HOLD, _OK))
