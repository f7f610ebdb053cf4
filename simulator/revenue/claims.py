"""Claims for refund and for no collection: what traders ask for, what is granted, what is not.

Who asks for tax back that was paid beyond what is owed, or that a part not yet paid is not
collected, files a claim; the money is that of the entries HOAN and KT. What is asked beyond what is
granted, and who asks in vain, are assumptions.
"""

from dataclasses import dataclass

import numpy as np

from simulator.control.lifecycle import NEVER, Lives
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, join
from simulator.reference.calendar import DAY_SECONDS, next_working
from simulator.revenue import entries as book
from simulator.revenue.entries import Entries
from simulator.revenue.payers import office_second
from simulator.revenue.refunds import claim_keys, handling
from simulator.revenue.standing import Standing
from simulator.trade.batch import Batch

KINDS = ("HOAN", "KT")
REFUND, NO_COLLECTION = range(2)
RESULTS = ("DONG_Y", "TU_CHOI", "RUT")
GRANTED, REFUSED, TAKEN_BACK = range(3)
_KIND_OF_ENTRY = {book.REFUNDED: REFUND, book.UNCOLLECTED: NO_COLLECTION}
# The turn of a claim in vain: no event of the declaration is behind it.
IN_VAIN = 9
_TOO_MUCH_SHARE, _MOST_TOO_MUCH = 0.12, 0.3
_IN_VAIN_SHARE, _TAKEN_BACK_SHARE, _ASKED_PART = 0.0006, 0.3, 0.4
_AFTER_CLEARANCE_DAYS, _STEP_VND = (5, 90), 1_000


@dataclass(frozen=True, slots=True)
class TaxClaims:
    """Claims, one position each.

    Attributes:
        declaration: Position in the block; turn: the event behind it, IN_VAIN for none.
        kind: REFUND or NO_COLLECTION; result: GRANTED, REFUSED or TAKEN_BACK.
        asked_vnd, granted_vnd: VND.
        lodged, decided: Local seconds.
        is_checked_first: Checked before it is decided.
    """

    declaration: Ints
    turn: Ints
    kind: Ints
    result: Ints
    asked_vnd: Ints
    granted_vnd: Ints
    lodged: Ints
    decided: Ints
    is_checked_first: Bools

    def __len__(self) -> int:
        """Return the number of claims."""
        return len(self.declaration)


def claims_of(batch: Batch, standing: Standing, lives: Lives, booked: Entries) -> TaxClaims:
    """Return the claims behind the entries HOAN and KT of a block, and those in vain.

    Args:
        batch: Declarations.
        standing: What they owe.
        lives: Their lives.
        booked: All that is booked for them.
    """
    granted = [_granted(batch, booked, kind) for kind in _KIND_OF_ENTRY]
    return join([*granted, _in_vain(batch, standing, lives)])


def _granted(batch: Batch, booked: Entries, kind: int) -> TaxClaims:
    """Return one claim for each declaration and event of which something is booked."""
    rows = np.flatnonzero(booked.kind == kind)
    case = booked.declaration[rows] * 10 + booked.turn[rows]
    found, first, place = np.unique(case, return_index=True, return_inverse=True)
    total = np.zeros(len(found), dtype=np.int64)
    np.add.at(total, place, booked.amount_vnd[rows])
    day, declaration, turn = booked.value_day[rows][first], found // 10, found % 10
    key = claim_keys(batch.roster.key[declaration], turn)
    checked, days = handling(key)
    more = 1 + _MOST_TOO_MUCH * keyed.uniform(key, "too much")
    more = np.where(keyed.happens(key, "asks too much", _TOO_MUCH_SHARE), more, 1.0)
    asked = np.maximum(np.rint(total * more).astype(np.int64), total)
    # The decision is booked on the day that it is taken.
    decided = np.minimum(office_second(key, "decided at", day), booked.booked[rows][first])
    return TaxClaims(
        declaration=declaration,
        turn=turn,
        kind=np.full(len(found), _KIND_OF_ENTRY[kind]),
        result=np.full(len(found), GRANTED),
        asked_vnd=asked,
        granted_vnd=total,
        lodged=office_second(key, "lodged at", day - days),
        decided=decided,
        is_checked_first=checked,
    )


def _in_vain(batch: Batch, standing: Standing, lives: Lives) -> TaxClaims:
    """Return claims that are refused or taken back; nothing is booked for them."""
    owed = standing.net_vnd.sum(axis=1)
    asks = keyed.happens(batch.roster.key, "asks in vain", _IN_VAIN_SHARE)
    rows = np.flatnonzero(asks & (owed > 0) & (lives.cleared != NEVER))
    turn = np.full(len(rows), IN_VAIN)
    key = claim_keys(batch.roster.key[rows], turn)
    checked, days = handling(key)
    after = keyed.integers(key, "lodged after", *_AFTER_CLEARANCE_DAYS)
    lodged_day = next_working(lives.cleared[rows] // DAY_SECONDS + after)
    part = owed[rows] * (1 - _ASKED_PART * keyed.uniform(key, "asked")) // _STEP_VND
    back = keyed.happens(key, "taken back", _TAKEN_BACK_SHARE)
    none = np.zeros(len(rows), dtype=np.int64)
    return TaxClaims(
        declaration=rows,
        turn=turn,
        kind=none + REFUND,
        result=np.where(back, TAKEN_BACK, REFUSED),
        asked_vnd=np.maximum(part.astype(np.int64), 1) * _STEP_VND,
        granted_vnd=none,
        lodged=office_second(key, "lodged at", lodged_day),
        decided=office_second(key, "decided at", next_working(lodged_day + days)),
        is_checked_first=checked,
    )
