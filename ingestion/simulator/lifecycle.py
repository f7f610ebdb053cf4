"""What happens to a declaration after its registration: clearance, correction, cancellation."""

from dataclasses import dataclass, replace

import numpy as np

from ingestion.simulator.arrays import Bools, Generator, Ints, pick
from ingestion.simulator.calendar import DAY_SECONDS
from ingestion.simulator.control import YELLOW, Decisions
from ingestion.simulator.declarations import Declarations
from ingestion.simulator.inspections import CONSULTATION, Inspections
from ingestion.simulator.items import Items, invoice_values

NEVER = -1
_AMENDED_SHARE, _AGAIN_SHARE = 0.04, 0.1
_CANCELLED_SHARE = 0.007
_WITHDRAWN_SHARE = 0.02
# Reasons 1-6: tax, value, rate, code, quantity, other; here those that this world acts out.
VALUE_REASON, QUANTITY_REASON, OTHER_REASON = 2, 5, 6


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Moments of each declaration, local seconds since 1970; NEVER where it does not happen.

    Attributes:
        cleared, cancelled: Clearance; cancellation.
        amended: First and second correction, shape (n, 2).
        withdrawn: The first correction is withdrawn again.
        reason: Reason code of the corrections.
    """

    cleared: Ints
    cancelled: Ints
    amended: Ints
    withdrawn: Ints
    reason: Ints


def live(
    rng: Generator, declarations: Declarations, decisions: Decisions, inspections: Inspections
) -> Lifecycle:
    """Return what happens to each declaration of a block."""
    count = len(declarations)
    cleared = decisions.decided + 1
    doubt = (decisions.final_lane == YELLOW) & (rng.random(count) < 0.9)  # noqa: PLR2004
    cleared = np.where(doubt, cleared + rng.integers(3_600, 172_800, count), cleared)
    holds = inspections.method != CONSULTATION
    np.maximum.at(cleared, inspections.declaration[holds], inspections.ended[holds] + 300)
    draw = rng.random(count)
    open_ones = ~decisions.is_refused
    is_cancelled = open_ones & (draw < _CANCELLED_SHARE)
    is_amended = open_ones & ~is_cancelled & (draw < _CANCELLED_SHARE + _AMENDED_SHARE)
    again = is_amended & (rng.random(count) < _AGAIN_SHARE)
    first = declarations.registered + rng.integers(7_200, 20 * DAY_SECONDS, count)
    second = first + rng.integers(7_200, 20 * DAY_SECONDS, count)
    withdrawn = is_amended & ~again & (rng.random(count) < _WITHDRAWN_SHARE)
    settled = np.maximum(first, cleared)
    cancelled = declarations.registered + rng.integers(7_200, 15 * DAY_SECONDS, count)
    reasons = np.array((VALUE_REASON, QUANTITY_REASON, OTHER_REASON), dtype=np.int64)
    return Lifecycle(
        cleared=np.where(is_cancelled | decisions.is_refused, NEVER, cleared),
        cancelled=np.where(is_cancelled, cancelled, NEVER),
        amended=np.stack(
            [np.where(is_amended, first, NEVER), np.where(again, second, NEVER)], axis=1
        ),
        withdrawn=np.where(withdrawn, settled + rng.integers(3_600, 9 * DAY_SECONDS, count), NEVER),
        reason=reasons[rng.integers(0, len(reasons), count)],
    )


def correct_items(
    rng: Generator, declarations: Declarations, items: Items, chosen: Ints, reason: Ints
) -> tuple[Declarations, Items]:
    """Return the chosen declarations with their items as corrected: one item of each changes.

    Args:
        rng: Source of draws.
        declarations: Declarations of a block.
        items: Their items.
        chosen: Positions of the corrected declarations, rising.
        reason: Reason code of each chosen declaration.
    """
    place = np.full(len(declarations), NEVER, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    kept = pick(items, place[items.declaration] >= 0)
    kept = replace(kept, declaration=place[kept.declaration])
    corrected = pick(declarations, chosen)
    target = 1 + (rng.random(len(chosen)) * corrected.item_count).astype(np.int64)
    hit: Bools = kept.number == target[kept.declaration]
    why = np.where(hit, reason[kept.declaration], 0)
    by_price = np.where(why == VALUE_REASON, rng.uniform(0.92, 1.1, len(kept)), 1.0)
    price = np.maximum(np.rint(kept.unit_price * by_price), 1.0).astype(np.int64)
    more = np.where(why == QUANTITY_REASON, rng.integers(1, 6, len(kept)) * 100, 0)
    quantity = kept.quantity + more
    mass = np.maximum(np.rint(kept.mass * (quantity / kept.quantity)), 1.0).astype(np.int64)
    value = invoice_values(quantity, price, corrected.currency[kept.declaration])
    return corrected, replace(
        kept, unit_price=price, quantity=quantity, mass=mass, invoice_value=value
    )
