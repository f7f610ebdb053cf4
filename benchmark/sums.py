"""Scores of one policy over nations in one: sums of money, pooled rates."""

from collections.abc import Sequence
from typing import Any

import msgspec

from measures.intervals import MINIMUM_HITS, TOO_FEW, rate

Told = dict[str, Any]


def summed(scores: Sequence[Told], oracle: Sequence[Told] | None) -> Told:
    """Return a policy's sums over nations; shares from 30 losses, rates from 30 hits on.

    Args:
        scores: Its score in each nation, as plain values.
        oracle: Those of the oracle that chose itself, where it did.
    """
    money = [one["money"] for one in scores]
    recovered = sum(one["recovered_vnd"]["value"] for one in money)
    names = sorted({name for one in money for name in one["mechanisms"]})
    played = [one["money"]["recovered_vnd"]["value"] for one in oracle or ()]
    warning = [one["early_warning"] for one in scores]
    return {
        "recovered_vnd": recovered,
        "true_loss_vnd": sum(one["true_loss_vnd"] for one in money),
        "collectable_vnd": sum(one["collectable_vnd"] for one in money),
        "not_yet_visible": {
            name: sum(one["not_yet_visible"][name] for one in money)
            for name in ("losses", "evaded_vnd")
        },
        "cost_vnd": sum(one["cost_vnd"] for one in money),
        **_share(money),
        "share_of_played_oracle": recovered / sum(played) if sum(played) else None,
        "hit_rate": {list_of: _hits(scores, list_of) for list_of in ("checks", "audits")},
        "mechanisms": {
            name: _share([one["mechanisms"][name] for one in money if name in one["mechanisms"]])
            for name in names
        },
        "early_warning": {
            "new_schemes": sum(one["new_schemes"] for one in warning),
            "seen": sum(one["seen"]["hits"] for one in warning),
            "median_days": [one["median_days"] for one in warning],
        },
    }


def _share(entries: Sequence[Told]) -> Told:
    own = sum(entry["recovered_vnd"]["value"] for entry in entries)
    best = sum(entry["oracle_vnd"] for entry in entries)
    losses = sum(entry["oracle_losses"] for entry in entries)
    is_enough = losses >= MINIMUM_HITS and best > 0
    return {
        "recovered_vnd": own,
        "oracle_vnd": best,
        "oracle_losses": losses,
        "share_of_oracle": own / best if is_enough else None,
        "verdict": "measured" if is_enough else TOO_FEW,
    }


def _hits(scores: Sequence[Told], list_of: str) -> Told:
    rates = [one["hit_rate"][list_of] for one in scores]
    pooled = rate(sum(one["hits"] for one in rates), sum(one["of"] for one in rates))
    plain: Told = msgspec.to_builtins(pooled)
    return plain
