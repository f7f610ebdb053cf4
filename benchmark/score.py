"""Judge a selection against the truth of a finished nation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.arrays import DAY_SECONDS, NEVER, Bools, Floats, Ints, week_of
from benchmark.broken_files import telling_broken
from benchmark.curves import Point, curve, described, without_largest
from benchmark.judgement import Capacity, Valid, valid_rows, within_capacity
from benchmark.kinds import KINDS
from benchmark.nation import (
    LEAST_DAYS_OF_SMALL,
    JudgedNation,
    days_of,
    fingerprint,
    iso_day,
    read_nation,
)
from benchmark.oracle import audit_oracle, check_oracle
from benchmark.outside import Limits
from benchmark.recovery import Recovery, recover
from benchmark.selection import Selection, read_selection
from benchmark.truth import refuse_as_world, refuse_lacking
from benchmark.world_note import refuse_another, world_beside
from data_contracts.errors import CustomsDataError, WrongUseError
from measures.intervals import MINIMUM_HITS, TOO_FEW, rate

FORMAT = 3
_FAR_DAYS = float("inf")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a score is measured under.

    Attributes:
        capacity: Checks and audits a week.
        costs: Cost of one check of each kind, VND, shape (kinds,).
        seed: Seed of the bootstrap.
    """

    capacity: Capacity
    costs: Ints
    seed: int = 1


def score_files(
    truth: Path, selection: Path, world: Path | None, rules: Rules, limits: Limits
) -> dict[str, Any]:
    """Return the report on a selection file.

    Raises:
        CustomsDataError: A file lacks or is not of its format.
    """
    # The outsider's file first: what is wrong in it is told before the nation is read.
    chosen = read_selection(selection)
    folder = world_of(truth, world)
    with telling_broken(folder):
        return score(chosen, read_nation(truth, folder, limits), rules)


def world_of(truth: Path, world: Path | None) -> Path:
    """Return the folder of outside files: the one given, or the one named beside the truth.

    Raises:
        WrongUseError: Neither is told.
        CustomsDataError: One of both is not there, or they tell that they are of two nations.
    """
    found = world if world is not None else world_beside(truth)[0]
    if found is None:
        message = f"{truth}: expected --world, or a world.json that names the outside files; "
        message += "when a declaration was registered stands in the outside files only"
        raise WrongUseError(message)
    if not found.is_dir():
        message = f"{found}: expected the folder of the outside files, found none"
        message += f"; world.json in {truth} names it: give --world" if world is None else ""
        raise CustomsDataError(message)
    refuse_as_world(found)
    refuse_another(truth, found)
    refuse_lacking(truth)
    return found


def world_given(world: Path) -> Path:
    """Return the folder of outside files that was given without its truth.

    Raises:
        CustomsDataError: It is the folder of a truth.
    """
    refuse_as_world(world)
    return world


def score(selection: Selection, nation: JudgedNation, rules: Rules) -> dict[str, Any]:
    """Return the report on a selection: plain values and intervals, ready for JSON."""
    valid = valid_rows(selection, nation)
    counted = valid.where(within_capacity(valid, rules.capacity))
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    recovery = recover(counted, nation, everything)
    return {
        "format": FORMAT,
        "nation": fingerprint(nation),
        "capacity": {"checks": rules.capacity.checks, "audits": rules.capacity.audits},
        "rows": _rows(selection, valid, counted),
        "money": _money(counted, nation, recovery, rules),
        "hit_rate": _hit_rates(counted, recovery),
        "kinds": _kinds(counted, recovery, rules),
        "early_warning": _early_warning(nation, recovery),
        "small_honest": _bothered(counted, nation),
        "recall": {
            "checks": _curve(valid, nation, rules, audits=False),
            "audits": _curve(valid, nation, rules, audits=True),
        },
    }


def _rows(selection: Selection, valid: Valid, counted: Valid) -> dict[str, Any]:
    surplus = [
        int(part.sum()) - int(kept.sum())
        for part, kept in (
            (~valid.selection.is_audit, ~counted.selection.is_audit),
            (valid.selection.is_audit, counted.selection.is_audit),
        )
    ]
    return {
        "given": len(selection),
        "invalid": sum(valid.refused.values()),
        "invalid_by_reason": valid.refused,
        "surplus_checks": surplus[0],
        "surplus_audits": surplus[1],
        "counted": len(counted.selection),
        "weeks": len(np.unique(counted.week)),
    }


def _money(
    counted: Valid, nation: JudgedNation, recovery: Recovery, rules: Rules
) -> dict[str, Any]:
    """Return what is recovered, beside an oracle with the same capacity in every week."""
    cost = int(rules.costs[counted.selection.kind].sum())
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    left = without_largest(nation)
    whole = Point(0, 0, recovery.money, _oracle_beside(counted, nation, everything, rules.capacity))
    rest = recover(counted, nation, left).money
    trimmed = Point(0, 0, rest, _oracle_beside(counted, nation, left, rules.capacity))
    return {
        **described(whole, nation, rules.seed, None),
        "without_ten_largest": described(trimmed, nation, rules.seed, None),
        "true_loss_vnd": round(float(nation.losses.evaded[nation.is_visible].sum())),
        "collectable_vnd": round(float(nation.losses.money[nation.is_visible].sum())),
        "not_yet_visible": {
            "losses": int((~nation.is_visible).sum()),
            "evaded_vnd": round(float(nation.losses.evaded[~nation.is_visible].sum())),
        },
        "cost_vnd": cost,
        "net_vnd": round(float(recovery.money.sum())) - cost,
        "losses_outside_the_world": nation.lost_places,
        "unread_rows_of_tk": nation.declarations.unread,
    }


def _oracle_beside(counted: Valid, nation: JudgedNation, left: Bools, capacity: Capacity) -> Floats:
    """Return what the oracle brings of each loss, VND.

    It has the capacity of every week in which declarations were registered, used or not: whoever
    leaves checks undone is not the better for it. Without a capacity it has as many as counted, and
    audits that share the capacity of checks are as many as counted.
    """
    is_audit = counted.selection.is_audit
    checks, audits = (_per_week(counted.week[rows]) for rows in (~is_audit, is_audit))
    weeks = np.unique(week_of(nation.declarations.day)).tolist()
    if capacity.checks is not None:
        shared = audits if capacity.audits is None else {}
        checks = {week: capacity.checks - shared.get(week, 0) for week in weeks}
    limits = audits if capacity.audits is None else dict.fromkeys(weeks, capacity.audits)
    _, brought = check_oracle(nation, checks, left)
    if not any(limits.values()):
        return brought
    _, audited = audit_oracle(nation, limits, left, brought)
    return brought + audited


def _per_week(week: Ints) -> dict[int, int]:
    names, counts = np.unique(week, return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _hit_rates(counted: Valid, recovery: Recovery) -> dict[str, Any]:
    is_audit = counted.selection.is_audit
    return {
        name: rate(int(recovery.is_hit[rows].sum()), int(rows.sum()))
        for name, rows in (("checks", ~is_audit), ("audits", is_audit))
    }


def _kinds(counted: Valid, recovery: Recovery, rules: Rules) -> dict[str, Any]:
    """Return count, hits, cost and money of each kind used; a loss belongs to its best check."""
    kind = counted.selection.kind
    found = recovery.best_row >= 0
    money = np.bincount(kind[recovery.best_row[found]], recovery.money[found], len(KINDS))
    number = np.bincount(kind, minlength=len(KINDS))
    hits = np.bincount(kind[recovery.is_hit], minlength=len(KINDS))
    return {
        name: {
            "checks": int(number[place]),
            "hit_rate": rate(int(hits[place]), int(number[place])),
            "cost_vnd": int(number[place] * rules.costs[place]),
            "recovered_vnd": round(float(money[place])),
        }
        for place, name in enumerate(KINDS)
        if number[place]
    }


def _early_warning(nation: JudgedNation, recovery: Recovery) -> dict[str, Any]:
    """Return how long schemes that began inside the nation's days went unseen."""
    losses = nation.losses
    placed = (nation.owner >= 0) & (losses.scheme >= 0) & nation.is_visible
    starts = _least(losses.scheme[placed], losses.starts[placed], len(losses.schemes))
    seen = _least(losses.scheme[placed], recovery.seen[placed], len(losses.schemes))
    opening = int(nation.declarations.day.min()) if len(nation.declarations) else 0
    is_new = (starts >= opening) & (starts != NEVER)
    delays = np.where(seen[is_new] == NEVER, _FAR_DAYS, seen[is_new] // DAY_SECONDS)
    delays = delays - starts[is_new]
    caught = int(np.isfinite(delays).sum())
    median = float(np.median(delays)) if caught >= MINIMUM_HITS else _FAR_DAYS
    return {
        "new_schemes": int(is_new.sum()),
        "seen": rate(caught, int(is_new.sum())),
        "median_days": median if np.isfinite(median) else None,
        "verdict": TOO_FEW if caught < MINIMUM_HITS else "measured",
        "new_mechanisms": _new_mechanisms(nation, recovery, opening),
    }


def _new_mechanisms(nation: JudgedNation, recovery: Recovery, opening: int) -> dict[str, Any]:
    losses = nation.losses
    placed = (nation.owner >= 0) & losses.is_meant & nation.is_visible
    count = len(losses.mechanisms)
    starts = _least(losses.mechanism[placed], losses.starts[placed], count)
    seen = _least(losses.mechanism[placed], recovery.seen[placed], count)
    told = {}
    for place, name in enumerate(losses.mechanisms):
        if opening < starts[place] < NEVER:
            day = None if seen[place] == NEVER else int(seen[place]) // DAY_SECONDS
            told[name] = {
                "starts_on": iso_day(int(starts[place])),
                "first_seen_on": None if day is None else iso_day(day),
                "delay_days": None if day is None else day - int(starts[place]),
            }
    return told


def _least(group: Ints, value: Ints, count: int) -> Ints:
    least = np.full(count, NEVER, dtype=np.int64)
    np.minimum.at(least, group, value)
    return least


def _bothered(counted: Valid, nation: JudgedNation) -> dict[str, Any]:
    """Return how far small honest traders are looked at; in a few days nobody is known as small."""
    rows = nation.is_small_honest[counted.trader]
    days = days_of(nation.declarations)
    short = f"too few days ({days}, expected {LEAST_DAYS_OF_SMALL} at least)"
    return {
        "verdict": short if days < LEAST_DAYS_OF_SMALL else "measured",
        "traders": int(nation.is_small_honest.sum()),
        "traders_bothered": len(np.unique(counted.trader[rows])),
        "share_of_selections": rate(int(rows.sum()), len(rows)),
    }


def _curve(valid: Valid, nation: JudgedNation, rules: Rules, *, audits: bool) -> Any:
    """Return the curve of one list; None where the selection has nothing of it."""
    rows = np.flatnonzero(valid.selection.is_audit == audits)
    return curve(valid.where(rows), nation, rules.seed, audits=audits) if len(rows) else None
