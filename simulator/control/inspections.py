"""Checks and what they see: each method looks at some things, at its own pace, by its officer.

Methods and hours are those of the Customs Law 2014 (documents 2 hours, goods 8 hours, extendable to
two days); laboratory, agency and value consultation take days to weeks. Shares are figures of our
own, set so that fewer than one physical check in a hundred finds something.
"""

from dataclasses import dataclass

import numpy as np

from simulator.actors import officers
from simulator.control.lanes import LOT, MANAGED, RED, VALUE, YELLOW, Decisions, any_item
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.mechanisms.mechanism import (
    AGENCY,
    DOCUMENTS,
    LABORATORY,
    PHYSICAL_PART,
    PHYSICAL_WHOLE,
    SCANNER,
    VALUE_CONSULTATION,
)
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS, next_working
from simulator.trade.batch import Batch

CHECKS = 7
# Mean hours until a method begins and how long it takes, by method.
_WAIT_HOURS = np.array([0.6, 3.0, 7.0, 9.0, 24.0, 30.0, 40.0])
_WORK_HOURS = np.array([1.2, 0.6, 3.5, 8.0, 60.0, 170.0, 260.0])
_SHARES = {
    "agency": 0.3, "consultation": 0.6, "scanner": 0.42, "part": 0.52, "whole": 0.16,
    "laboratory": 0.05, "scanner of yellow": 0.01,
}  # fmt: skip
_FRIEND_SHARE = 0.9
_OPENING, _CLOSING = 8 * 3_600, 17 * 3_600


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks, one position each, ordered by declaration and method.

    Attributes:
        declaration: Position in the batch.
        method: DOCUMENTS … VALUE_CONSULTATION, or AUDIT.
        begun, ended: Local seconds.
        officer: Position in the nation's officers.
        key: Identity.
    """

    declaration: Ints
    method: Ints
    begun: Ints
    ended: Ints
    officer: Ints
    key: keyed.Keys

    def __len__(self) -> int:
        """Return the number of checks."""
        return len(self.declaration)


@dataclass(frozen=True, slots=True)
class Findings:
    """Items that a check found irregular, one position each: the first method that saw them.

    Attributes:
        check: Position in the checks.
        item: Position in the batch's items.
    """

    check: Ints
    item: Ints


def in_office_hours(seconds: Ints) -> Ints:
    """Return each moment, moved to the next time at which an office works."""
    day, second = seconds // DAY_SECONDS, seconds % DAY_SECONDS
    day = np.where(second >= _CLOSING, day + 1, day)
    second = np.where(second >= _CLOSING, _OPENING + second % 3_600, second)
    second = np.where(second < _OPENING, _OPENING + second % 3_600, second)
    open_day = next_working(day)
    second = np.where(open_day > day, _OPENING + second % 7_200, second)
    return open_day * DAY_SECONDS + second


def wanted_methods(nation: Nation, batch: Batch, decisions: Decisions) -> Bools:
    """Return which methods the lane brings, shape (n, CHECKS)."""
    key, lane, ground = batch.roster.key, decisions.final_lane, decisions.ground
    wanted: Bools = np.zeros((len(batch), CHECKS), dtype=bool)
    is_open = ~decisions.is_refused
    red, yellow = is_open & (lane == RED), is_open & (lane == YELLOW)
    share = {name: keyed.happens(key, name, chance) for name, chance in _SHARES.items()}
    is_managed = any_item(batch, nation.goods.is_managed[batch.declared.line])
    kind = keyed.uniform(key, "how much is opened")
    part, whole = kind < _SHARES["part"], kind > 1 - _SHARES["whole"]
    wanted[:, DOCUMENTS] = red | yellow
    wanted[:, SCANNER] = (red & share["scanner"]) | (yellow & share["scanner of yellow"])
    wanted[:, PHYSICAL_PART] = red & (part | (ground == LOT)) & ~whole
    wanted[:, PHYSICAL_WHOLE] = red & whole
    by_law = (ground == MANAGED) | (red & is_managed)
    wanted[:, AGENCY] = (red | yellow) & by_law & share["agency"]
    wanted[:, LABORATORY] = red & share["laboratory"]
    wanted[:, VALUE_CONSULTATION] = (red | yellow) & (ground == VALUE) & share["consultation"]
    return wanted


def plan_checks(nation: Nation, batch: Batch, decided: Ints, wanted: Bools) -> Checks:
    """Return the checks of a batch; each method begins after its own wait, in office hours."""
    declaration, method = np.nonzero(wanted)
    key = keyed.derive(batch.roster.key[declaration], "check", method)
    wait = keyed.exponential(key, "wait", 1.0) * _WAIT_HOURS[method] * 3_600
    work = (0.3 + keyed.exponential(key, "work", 0.7)) * _WORK_HOURS[method] * 3_600
    begun = in_office_hours(decided[declaration] + 60 + wait.astype(np.int64))
    ended = in_office_hours(begun + np.maximum(work, 240.0).astype(np.int64))
    office = batch.deals.office[declaration]
    on_paper = np.isin(method, (DOCUMENTS, VALUE_CONSULTATION))
    officer = np.where(
        on_paper,
        nation.officers.on_duty(office, officers.DOCUMENTS, key),
        nation.officers.on_duty(office, officers.INSPECTION, key),
    )
    officer = taken_on(batch.friend[declaration], key, officer)
    return Checks(declaration, method, begun, ended, officer, key)


def taken_on(friend: Ints, key: keyed.Keys, officer: Ints) -> Ints:
    """Return who does each task: where somebody has a friend behind the desk, mostly that one.

    Args:
        friend: Officer who takes it on himself, -1 for nobody.
        key: Identity of the task.
        officer: Who would do it.
    """
    return np.where((friend >= 0) & keyed.happens(key, "friend", _FRIEND_SHARE), friend, officer)


def _seen_chances(nation: Nation) -> Floats:
    return np.array([kind.seen_by for kind in nation.mechanisms]).reshape(-1, CHECKS + 1)


def look(nation: Nation, batch: Batch, checks: Checks) -> Findings:
    """Return what the checks see of what is irregular; a bought officer sees no friend's."""
    bad = np.flatnonzero(batch.planted.mechanism >= 0)
    starts = np.searchsorted(checks.declaration, np.arange(len(batch) + 1))
    owner = batch.owner[bad]
    counts = starts[owner + 1] - starts[owner]
    item = np.repeat(bad, counts)
    offset = np.arange(len(item)) - np.repeat(np.cumsum(counts) - counts, counts)
    check = starts[batch.owner[item]] + offset
    if not len(item):
        return Findings(check, item)
    mechanism = batch.planted.mechanism[item]
    chance = _seen_chances(nation)[mechanism, checks.method[check]]
    chance = chance * nation.officers.skill[checks.officer[check]]
    chance = np.where(batch.friend[batch.owner[item]] == checks.officer[check], 0.0, chance)
    key = keyed.derive(batch.true.key[item] ^ checks.key[check], "look")
    sees = keyed.happens(key, "sees", chance)
    check, item = check[sees], item[sees]
    order = np.lexsort((checks.ended[check], item))
    check, item = check[order], item[order]
    _, first = np.unique(item, return_index=True)
    return Findings(check[first], item[first])
