"""What trees find of mechanisms that nobody taught them, beside what the ceiling finds of these."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from benchmark.ceiling.nation import Nation
from measures.intervals import MINIMUM_HITS, TOO_FEW, t_interval

Told = dict[str, Any]
# Gives the scores of the nations when some mechanisms are left out.
Without = Callable[[tuple[str, ...]], list[Told]]
# Mechanisms are left out a fifth at a time, so that each is unseen once.
_FOLDS = 5


def left_out(nations: Sequence[Nation], ceiling: Sequence[Told], without: Without) -> Told:
    """Return the share of the oracle's that is recovered of taught and of left out mechanisms.

    Args:
        nations: The nations.
        ceiling: Scores in each nation of who was taught everything.
        without: Teaches and scores anew.
    """
    names = sorted({name for one in nations for name in one.wrong.mechanisms})
    unseen: dict[str, list[Told]] = {}
    for fold in range(min(_FOLDS, len(names))):
        left = tuple(names[fold::_FOLDS])
        unseen |= dict.fromkeys(left, without(left))
    return {
        "mechanisms": {name: _of_one(name, ceiling, unseen[name]) for name in names},
        "all": _of_all(ceiling, unseen),
    }


def _of_one(name: str, ceiling: Sequence[Told], unseen: Sequence[Told]) -> Told:
    pairs = zip(ceiling, unseen, strict=True)
    own, other, best, losses = np.sum([_amounts(name, *pair) for pair in pairs], axis=0).tolist()
    is_enough = losses >= MINIMUM_HITS and best > 0
    return {
        "oracle_losses": int(losses),
        "taught": own / best if is_enough else None,
        "left_out": other / best if is_enough else None,
        "verdict": "measured" if is_enough else TOO_FEW,
    }


def _amounts(name: str, ceiling: Told, unseen: Told) -> tuple[float, ...]:
    """Return money of a mechanism: taught, left out, the oracle's; and the oracle's losses."""
    both = [one["money"]["mechanisms"].get(name) for one in (ceiling, unseen)]
    if None in both:
        return 0.0, 0.0, 0.0, 0.0
    own, other = (one["recovered_vnd"]["value"] for one in both)
    return own, other, both[0]["oracle_vnd"], both[0]["oracle_losses"]


def _of_all(ceiling: Sequence[Told], unseen: Mapping[str, Sequence[Told]]) -> Told:
    """Return the share over all mechanisms, mean of nations with Student's interval."""
    shares = []
    for place, own in enumerate(ceiling):
        amounts = [_amounts(name, own, scores[place]) for name, scores in unseen.items()]
        seen, not_seen, best, _ = np.sum(amounts, axis=0).tolist()
        if best > 0:
            shares.append((seen / best, not_seen / best))
    both = np.array(shares).reshape(-1, 2)
    measured = {
        "taught": both[:, 0], "left_out": both[:, 1], "difference": both[:, 0] - both[:, 1],
    }  # fmt: skip
    return {name: msgspec.to_builtins(t_interval(values)) for name, values in measured.items()}
