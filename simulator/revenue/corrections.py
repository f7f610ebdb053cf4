"""Corrections after clearance: by the trader's own will, or because customs asks for them.

About four declarations in a thousand are corrected after clearance (typical figures of our own).
"""

from dataclasses import dataclass

import numpy as np

from simulator.control.inspections import in_office_hours
from simulator.control.lifecycle import (
    CODE_REASON,
    NEVER,
    OTHER_REASON,
    QUANTITY_REASON,
    VALUE_REASON,
    Lives,
)
from simulator.control.self_correction import corrected_voluntarily, lodged_at
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join, pick
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.revenue.differences import Told, as_standing, as_true, differs, repriced
from simulator.revenue.entries import ON_REQUEST, OWN_WILL
from simulator.revenue.standing import Standing
from simulator.trade.batch import Batch

_RESETTLED_SHARE = 0.0013
# Whom customs asks to correct; few agree where nothing is wrong.
_ASKED_SHARE, _AGREES_SHARE = 0.35, 0.1
_ANSWER_DAYS = (1, 6)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Items corrected after clearance, one position each, by declaration.

    Attributes:
        item: Position in the batch's items; declaration: its declaration.
        turn: OWN_WILL or ON_REQUEST.
        lodged: Local second.
        reason: Reason code 1 to 6.
        before, after: How the item was and is declared.
    """

    item: Ints
    declaration: Ints
    turn: Ints
    lodged: Ints
    reason: Ints
    before: Told
    after: Told


def _is_asked(batch: Batch, items: Ints) -> Bools:
    """Return which items found irregular are corrected on request, and not decided on."""
    is_false = batch.planted.mechanism[items] < 0
    share = np.where(is_false, _AGREES_SHARE, _ASKED_SHARE)
    asked = keyed.happens(batch.true.key[items], "asked to correct", share)
    result: Bools = asked & (batch.planted.hidden_vnd[items] == 0)
    return result


def correct(
    nation: Nation,
    batches: tuple[Batch, Batch],
    standing: Standing,
    lives: Lives,
    found: Ints,
) -> Corrections:
    """Return all corrections after clearance of a batch.

    Args:
        nation: The nation.
        batches: The batch as it is, and as control believes it (`control.beliefs`).
        standing: What it owes.
        lives: Its lives.
        found: Second at which a check found each item; NEVER for most.
    """
    batch, believed = batches
    owner = batch.owner
    own = np.flatnonzero(corrected_voluntarily(nation, batch, lives, found))
    resettled = standing.stands & keyed.happens(batch.roster.key, "resettled", _RESETTLED_SHARE)
    resettled[owner[own]] = False
    first = np.searchsorted(owner, np.flatnonzero(resettled))
    first = first[found[first] == NEVER]
    seen = np.flatnonzero(found != NEVER)
    seen = seen[_is_asked(batch, seen) & ~np.isin(seen, own)]
    item = np.concatenate([own, first, seen])
    after = join([as_true(nation, batch, own), repriced(nation, batch, first),
                     as_true(nation, believed, seen)])  # fmt: skip
    before = as_standing(batch, standing.versions, lives, item)
    voluntary = lodged_at(batch, lives)[owner[item]]
    answered = _answered(batch, lives, seen, found)[owner[item]]
    on_request = np.arange(len(item)) >= len(own) + len(first)
    changed = np.flatnonzero(differs(before, after))
    changed = changed[np.lexsort((item[changed], on_request[changed], owner[item[changed]]))]
    result = Corrections(
        item=item,
        declaration=owner[item],
        turn=np.where(on_request, ON_REQUEST, OWN_WILL),
        lodged=np.where(on_request, answered, voluntary),
        reason=_reasons(before, after),
        before=before,
        after=after,
    )
    return pick(result, changed)


def _answered(batch: Batch, lives: Lives, seen: Ints, found: Ints) -> Ints:
    """Return when each declaration is corrected on request: once, after the last finding."""
    last = np.maximum(lives.cleared, batch.roster.registered)
    np.maximum.at(last, batch.owner[seen], found[seen])
    days = keyed.integers(batch.roster.key, "answered after", *_ANSWER_DAYS)
    return in_office_hours(last + days * DAY_SECONDS)


def _reasons(before: Told, after: Told) -> Ints:
    """Return the reason code of each correction, by what changes."""
    reason = np.full(len(before), OTHER_REASON, dtype=np.int64)
    reason[before.customs_vnd != after.customs_vnd] = VALUE_REASON
    reason[before.quantity_e2 != after.quantity_e2] = QUANTITY_REASON
    reason[before.line != after.line] = CODE_REASON
    return reason
