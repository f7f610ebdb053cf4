"""Goods that leave supervision before their clearance: released, or taken to be stored.

While a laboratory or the agency of another law still looks, the law lets goods be released against
the duty (giải phóng hàng, BP: the code is pending, or a permit) or be kept unopened at the firm
(đưa hàng về bảo quản, MHBQ; Law on Customs 54/2014, articles 32 and 36). Shares: assumption.
"""

from dataclasses import dataclass

import numpy as np

from simulator.block import Block
from simulator.control.inspections import in_office_hours
from simulator.control.lifecycle import NEVER
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints
from simulator.mechanisms.mechanism import AGENCY, LABORATORY, VALUE_CONSULTATION
from simulator.reference.regimes import IMPORT

RELEASED, STORED = range(2)
# Why it is released: the code is pending, or something else; value (B) does not hold a clearance.
REASONS = ("A", "C")
_RELEASED_SHARE = {LABORATORY: 0.5, AGENCY: 0.15}
_STORED_SHARE = 0.5
_MEAN_SECONDS, _LEAST_SECONDS = 9_000.0, 1_200


@dataclass(frozen=True, slots=True)
class Releases:
    """Declarations whose goods leave before they are cleared, one position each.

    Attributes:
        declaration: Position in the block, each once.
        kind: RELEASED or STORED.
        reason: Position in REASONS; of no meaning for STORED.
        moment: Local second.
    """

    declaration: Ints
    kind: Ints
    reason: Ints
    moment: Ints


def releases_of(block: Block) -> Releases:
    """Return the releases of a block: after all other checks, before the last one ends."""
    checks, lives, batch = block.checks, block.lives, block.batch
    is_pending = np.isin(checks.method, (AGENCY, LABORATORY, VALUE_CONSULTATION))
    ready = block.decisions.decided.copy()
    np.maximum.at(ready, checks.declaration[~is_pending], checks.ended[~is_pending])
    until_laboratory, until_agency = (_looked_until(block, one) for one in (LABORATORY, AGENCY))
    for_laboratory, for_agency = until_laboratory != NEVER, until_agency != NEVER
    key = batch.roster.key
    stored = for_agency & keyed.happens(key, "stored", _STORED_SHARE)
    released = for_agency & ~stored & keyed.happens(key, "released", _RELEASED_SHARE[AGENCY])
    by_code = for_laboratory & ~for_agency
    by_code &= keyed.happens(key, "released", _RELEASED_SHARE[LABORATORY])
    delay = _LEAST_SECONDS + keyed.exponential(key, "leaves early", _MEAN_SECONDS)
    moment = in_office_hours(ready + delay.astype(np.int64))
    goes = (stored | released | by_code) & (batch.deals.direction == IMPORT)
    goes &= moment < lives.cleared
    goes &= moment < np.maximum(until_laboratory, until_agency)
    rows = np.flatnonzero(goes)
    return Releases(
        declaration=rows,
        kind=np.where(stored[rows], STORED, RELEASED),
        reason=np.where(by_code[rows], REASONS.index("A"), REASONS.index("C")),
        moment=moment[rows],
    )


def _looked_until(block: Block, method: int) -> Ints:
    """Return when the last check by a method ends, for each declaration; NEVER for none."""
    until = np.full(len(block.batch), NEVER, dtype=np.int64)
    own = block.checks.method == method
    np.maximum.at(until, block.checks.declaration[own], block.checks.ended[own])
    return until


def free_to_leave(block: Block, releases: Releases) -> Ints:
    """Return the second from which goods of each declaration may leave; NEVER for none."""
    free = block.lives.cleared.copy()
    free[releases.declaration] = releases.moment
    return free
