"""Recall by mechanism at 1, 2, 5 and 10 % of capacity, as shares of what the oracle recovers.

Checks: x % of the declarations registered in each week. Audits: x % of all traders a year, spread
over its weeks. The first rows by rank inside each week count.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmark.arrays import WEEKS_A_YEAR, Bools, Floats, Ints
from benchmark.judgement import Valid, within
from benchmark.nation import JudgedNation, weekly_registrations
from benchmark.oracle import audit_oracle, best_of_each, check_oracle
from benchmark.recovery import recover
from measures.intervals import (
    MINIMUM_HITS,
    TOO_FEW,
    Estimate,
    Interval,
    percentile_interval,
    ratio_interval,
    resampled_sums,
)

CAPACITY_PCT = (1, 2, 5, 10)
LARGEST_REMOVED = 10


@dataclass(frozen=True, slots=True)
class Point:
    """What a policy and the oracle recover with the same weekly capacity.

    Attributes:
        allowed: Rows that the weeks allow.
        used: Rows that the policy used of them.
        own: Money of each loss by the policy, VND, shape (losses,).
        best: The same by the oracle.
    """

    allowed: int
    used: int
    own: Floats
    best: Floats


def without_largest(nation: JudgedNation) -> Bools:
    """Return which losses are left when the ten that bring most, of the visible, are taken out."""
    left = np.ones(len(nation.losses), dtype=np.bool_)
    money = np.where(nation.is_visible, nation.losses.money, 0.0)
    left[np.argsort(-money, kind="stable")[:LARGEST_REMOVED]] = False
    return left


def limits_of(nation: JudgedNation, pct: int, *, audits: bool) -> dict[int, int]:
    """Return the capacity of each week at `pct` % of all; a check a week at least."""
    first, registered = weekly_registrations(nation.declarations)
    if not audits:
        return {first + week: max(int(n) * pct // 100, 1) for week, n in enumerate(registered)}
    weekly = len(nation.declarations.traders) * pct / 100 / WEEKS_A_YEAR
    reached = np.floor(np.arange(len(registered) + 1) * weekly).astype(np.int64)
    return {first + week: int(n) for week, n in enumerate(np.diff(reached))}


def point(
    listed: Valid, nation: JudgedNation, limits: dict[int, int], is_left: Bools, *, audits: bool
) -> Point:
    """Return what the rows of one list recover inside weekly limits, beside the oracle.

    Args:
        listed: Valid rows of the list (only checks, or only audits).
        nation: The nation.
        limits: Capacity of each week.
        is_left: Which losses take part.
        audits: Whether the list is that of audits.
    """
    allowed = np.array([limits.get(int(week), 0) for week in np.unique(listed.week)])
    week = np.unique(listed.week, return_inverse=True)[1]
    limit: Ints = allowed[week] if len(listed.week) else np.zeros(0, dtype=np.int64)
    used = listed.where(within(listed, limit))
    oracle = audit_oracle if audits else check_oracle
    return Point(
        allowed=sum(limits.values()),
        used=len(used.selection),
        own=recover(used, nation, is_left).money,
        best=oracle(nation, limits, is_left)[1],
    )


def curve(listed: Valid, nation: JudgedNation, seed: int, *, audits: bool) -> list[dict[str, Any]]:
    """Return one entry for each capacity, for the report."""
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    trimmed = without_largest(nation)
    entries = []
    for pct in CAPACITY_PCT:
        limits = limits_of(nation, pct, audits=audits)
        whole = point(listed, nation, limits, everything, audits=audits)
        rest = point(listed, nation, limits, trimmed, audits=audits)
        most = None if audits else best_of_each(nation, limits, everything)
        most_left = None if audits else best_of_each(nation, limits, trimmed)
        entries.append(
            {
                "capacity_pct": pct,
                "allowed": whole.allowed,
                "used": whole.used,
                **described(whole, nation, seed, most),
                "without_ten_largest": described(rest, nation, seed, most_left),
            }
        )
    return entries


def described(
    one: Point, nation: JudgedNation, seed: int, most: dict[str, float] | None
) -> dict[str, Any]:
    """Return a point for the report: all in one, then by mechanism, intervals by trader."""
    names = nation.losses.mechanisms
    masks = [np.ones(len(nation.losses), dtype=np.bool_)]
    masks += [nation.losses.mechanism == position for position in range(len(names))]
    columns = [np.where(mask, money, 0.0) for mask in masks for money in (one.own, one.best)]
    sums = resampled_sums(_by_trader(columns, nation), seed)
    entries = [
        _entry(one, mask, (sums[:, 2 * i], sums[:, 2 * i + 1])) for i, mask in enumerate(masks)
    ]
    mechanisms = dict(zip(names, entries[1:], strict=True))
    for name, entry in mechanisms.items():
        if most is not None:
            entry["most_vnd"] = round(most[name])
    return {**entries[0], "mechanisms": mechanisms}


def _entry(one: Point, mask: Bools, sums: tuple[Floats, Floats]) -> dict[str, Any]:
    own, best = float(one.own[mask].sum()), float(one.best[mask].sum())
    losses = int((one.best[mask] > 0).sum())
    share = ratio_interval(own, best, *sums)
    if losses < MINIMUM_HITS:
        share = Interval(None, None, None)
    return {
        "recovered_vnd": _rounded(percentile_interval(own, sums[0])),
        "oracle_vnd": round(best),
        "oracle_losses": losses,
        "share_of_oracle": share,
        "verdict": TOO_FEW if losses < MINIMUM_HITS else "measured",
    }


def _rounded(told: Estimate) -> Estimate:
    """Return an amount and its interval in whole VND."""
    return Estimate(*(float(round(end)) for end in (told.value, told.low, told.high)))


def _by_trader(columns: list[Floats], nation: JudgedNation) -> Floats:
    """Return sums by trader, shape (traders that add something, columns)."""
    owner = nation.owner + 1
    count = len(nation.declarations.traders) + 1
    sums = [np.bincount(owner, column, count) for column in columns]
    clusters = np.stack(sums, axis=1).astype(np.float64)
    kept: Floats = clusters[clusters.any(axis=1)]
    return kept
