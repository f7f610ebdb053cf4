"""What happens to a declaration after its registration: clearance, correction, cancellation."""

from dataclasses import dataclass

import numpy as np

from simulator.control.inspections import Checks, in_office_hours
from simulator.control.lanes import RED, YELLOW, Decisions, refuses
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.mechanisms.mechanism import VALUE_CONSULTATION
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.declaration_kinds import CONTINUING_KINDS
from simulator.trade.batch import Batch

NEVER = -1
# Shares, and weights of the reasons, are assumptions.
_CANCELLED_SHARE, _AMENDED_SHARE, _AGAIN_SHARE, _WITHDRAWN_SHARE = 0.0055, 0.04, 0.1, 0.02
_LEAST_DESK_HOURS = 0.2
# A red lane makes it that much likelier that a declaration is cancelled, most of all of those who
# want their papers back before anybody reads them.
_AFTER_RED, _UNREADY_AFTER_RED, _UNREADY_SHARE = 6.0, 72.0, 0.15
TAX_REASON, VALUE_REASON, RATE_REASON, CODE_REASON, QUANTITY_REASON, OTHER_REASON = range(1, 7)
_REASON_WEIGHTS = (6, 24, 4, 9, 22, 35)


@dataclass(frozen=True, slots=True)
class Lives:
    """Moments of each declaration, local seconds; NEVER where it does not happen.

    Attributes:
        cleared, cancelled: Clearance; cancellation.
        withdraws: It is cancelled because its lane was red (declared elsewhere afterwards).
        amended: First and second correction in clearance or soon after, shape (n, 2).
        withdrawn: The first correction is withdrawn again.
        reason: Reason code 1-6 of the corrections.
    """

    cleared: Ints
    cancelled: Ints
    withdraws: Bools
    amended: Ints
    withdrawn: Ints
    reason: Ints

    @property
    def stands(self) -> Bools:
        """Whether each declaration lets goods pass: neither refused nor cancelled."""
        result: Bools = (self.cleared != NEVER) & (self.cancelled == NEVER)
        return result


def withdraws_after_red(nation: Nation, batch: Batch, decisions: Decisions) -> Bools:
    """Return who cancels because the lane is red, to declare the same goods elsewhere."""
    shops = _shops_for_lanes(nation, batch.roster.key, batch.scheme)
    result: Bools = shops & (decisions.final_lane == RED) & ~decisions.is_refused
    return result


def _shops_for_lanes(nation: Nation, key: Keys, scheme: Ints) -> Bools:
    """Return whose scheme would withdraw the declaration if its lane were red."""
    chances = [kind.redeclares_after_red for kind in nation.mechanisms]
    chance = nation.of_running(scheme, chances, 0.0).max(axis=1)
    return keyed.happens(key, "withdraws after red", chance)


def cancels(nation: Nation, batch: Batch, decisions: Decisions) -> Bools:
    """Return who cancels for an ordinary reason: goods that did not come, a slip, a duplicate."""
    red = decisions.final_lane == RED
    factor = np.where(red, _after_red(nation, batch.deals.trader), 1.0)
    result: Bools = cancels_by_chance(batch.roster.key, factor) & ~decisions.is_refused
    return result


def cancels_by_chance(key: Keys, factor: float | Floats = 1.0) -> Bools:
    """Return who cancels; `factor` is what the lane makes of the chance, 1 where it is not red."""
    return keyed.happens(key, "cancelled", _CANCELLED_SHARE * factor)


def _after_red(nation: Nation, trader: Ints) -> Floats:
    """Return what a red lane makes of each trader's chance to cancel, a factor."""
    return np.where(is_unready(nation, trader), _UNREADY_AFTER_RED, _AFTER_RED)


def is_unready(nation: Nation, trader: Ints) -> Bools:
    """Return whose papers are seldom ready: these want them back before anybody reads them."""
    return keyed.happens(nation.traders.key[trader], "papers are unready", _UNREADY_SHARE)


def surely_stands(nation: Nation, key: Keys, trader: Ints, scheme: Ints) -> Bools:
    """Return which declarations are neither refused nor cancelled, whatever their lane will be.

    Args:
        nation: The nation.
        key: Identity of each declaration.
        trader: Who declares.
        scheme: Running schemes of its trader, shape (n, SCHEME_SLOTS).
    """
    may_end = refuses(key) | cancels_by_chance(key, _after_red(nation, trader))
    result: Bools = ~may_end & ~_shops_for_lanes(nation, key, scheme)
    return result


def stands_unless_red(key: Keys) -> Bools:
    """Return which declarations are neither refused nor cancelled where no red lane follows."""
    return ~(refuses(key) | cancels_by_chance(key))


def cancelled_after(key: Keys, since: Ints | int) -> Ints:
    """Return when who cancels has done so: some days after a local second, in office hours."""
    days = 0.15 + keyed.exponential(key, "cancel days", 4.0)
    moment = in_office_hours(since + (days * DAY_SECONDS).astype(np.int64))
    return np.minimum(moment, since + 15 * DAY_SECONDS)


def may_tell_more(key: Keys) -> Bools:
    """Return which declarations are corrected once at least, if they are not refused or gone."""
    return keyed.happens(key, "amended", _AMENDED_SHARE)


def live(nation: Nation, batch: Batch, decisions: Decisions, checks: Checks) -> Lives:
    """Return what happens to each declaration of a batch."""
    key, registered = batch.roster.key, batch.roster.registered
    withdraws = withdraws_after_red(nation, batch, decisions)
    is_cancelled = withdraws | cancels(nation, batch, decisions)
    cleared = decisions.decided + keyed.integers(key, "clearance seconds", 1, 3)
    hours = keyed.exponential(key, "desk hours", 4.5)
    desk = in_office_hours(cleared + (1_200 + hours * 3_600).astype(np.int64))
    is_seen = (decisions.final_lane == YELLOW) | (decisions.final_lane == RED)
    cleared = np.where(is_seen & (hours > _LEAST_DESK_HOURS), desk, cleared)
    holds = checks.method != VALUE_CONSULTATION
    np.maximum.at(cleared, checks.declaration[holds], checks.ended[holds] + 300)
    is_open = ~is_cancelled & ~decisions.is_refused
    amended = is_open & may_tell_more(key)
    again = amended & keyed.happens(key, "amended again", _AGAIN_SHARE)
    first = in_office_hours(registered + keyed.integers(key, "first correction", 7_200, 1_200_000))
    second = in_office_hours(first + keyed.integers(key, "second correction", 7_200, 1_700_000))
    takes_back = amended & ~again & keyed.happens(key, "taken back", _WITHDRAWN_SHARE)
    back = np.maximum(first, cleared) + keyed.integers(key, "back after", 3_600, 700_000)
    return Lives(
        cleared=np.where(is_open, cleared, NEVER),
        cancelled=np.where(is_cancelled, cancelled_after(key, registered), NEVER),
        withdraws=withdraws,
        amended=np.stack([np.where(amended, first, NEVER), np.where(again, second, NEVER)], axis=1),
        withdrawn=np.where(takes_back, back, NEVER),
        reason=np.where(
            np.isin(batch.roster.kind, CONTINUING_KINDS),
            OTHER_REASON,
            1 + keyed.choose(key, "correction reason", _REASON_WEIGHTS),
        ),
    )
