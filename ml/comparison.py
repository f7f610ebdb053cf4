"""Whether a new model may take the place of the one in use: both on the same items.

The rule. Both rank the examined items of the newest quarter that neither of them has learned from.
The new one is worse, and not released without a person's word, where at one of the capacities

- it finds fewer irregular items, or
- it recovers less money by more than chance explains: the 95 % interval of the difference, by
  resampling whole declarations, lies below zero (a few losses make most of the money).

With fewer than 30 irregular items nothing can be told, and nothing is released either.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.capacity import Outcome, inspected, ties
from measures.intervals import MINIMUM_HITS, Estimate, percentile_interval

Floats = npt.NDArray[np.float64]

_RESAMPLES = 300
_SEED = 23


@dataclass(frozen=True, slots=True)
class Difference:
    """What the new model finds more than the current one at one capacity.

    Attributes:
        share: Capacity as a share of the items.
        current_hit_count: Irregular items that the current model finds, ties by their mean.
        new_hit_count: The same of the new one.
        hits: Difference in hits, with its 95 % interval.
        current_recovered_vnd: Money that the current model finds.
        new_recovered_vnd: The same of the new one.
        recovered_vnd: Difference in money, with its 95 % interval.
    """

    share: float
    current_hit_count: float
    new_hit_count: float
    hits: Estimate
    current_recovered_vnd: float
    new_recovered_vnd: float
    recovered_vnd: Estimate

    @property
    def is_worse(self) -> bool:
        """Fewer hits, or less money beyond chance."""
        return self.hits.value < 0 or self.recovered_vnd.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same items.

    Attributes:
        item_count: Items that both ranked.
        hit_count: Irregular ones among them.
        differences: At each capacity.
    """

    item_count: int
    hit_count: int
    differences: tuple[Difference, ...]

    @property
    def is_told(self) -> bool:
        """There are enough irregular items to tell the two apart."""
        return self.hit_count >= MINIMUM_HITS

    @property
    def is_worse(self) -> bool:
        """The new model is worse at one of the capacities."""
        return any(difference.is_worse for difference in self.differences)


def compare(
    current: Floats, new: Floats, outcome: Outcome, shares: tuple[float, ...]
) -> Comparison:
    """Compare two rankings of the same items.

    Args:
        current: Scores of the model in use, shape (n_items,); higher is inspected first.
        new: Scores of the new model, same shape.
        outcome: What was found.
        shares: Capacities as shares of the items.
    """
    hits = int(outcome.is_irregular.sum())
    if not len(current):
        return Comparison(0, 0, ())
    differences = tuple(_difference(current, new, outcome, share) for share in shares)
    return Comparison(len(current), hits, differences)


def _difference(current: Floats, new: Floats, outcome: Outcome, share: float) -> Difference:
    value = np.stack([outcome.is_irregular.astype(np.float64), outcome.additional_duty_vnd])
    once = np.ones(len(current))
    old_tie, new_tie = ties(current), ties(new)
    old_found = value @ inspected(old_tie, once, share)
    new_found = value @ inspected(new_tie, once, share)
    declarations, place = np.unique(outcome.declaration, return_inverse=True)
    random = np.random.default_rng(_SEED)
    drawn = np.empty((_RESAMPLES, 2))
    for resample in range(_RESAMPLES):
        chosen = random.integers(0, len(declarations), len(declarations))
        times = np.bincount(chosen, minlength=len(declarations))[place].astype(np.float64)
        more = inspected(new_tie, times, share) - inspected(old_tie, times, share)
        drawn[resample] = value @ more
    hits, money = (new_found - old_found).tolist()
    return Difference(
        share=share,
        current_hit_count=float(old_found[0]),
        new_hit_count=float(new_found[0]),
        hits=percentile_interval(hits, drawn[:, 0]),
        current_recovered_vnd=float(old_found[1]),
        new_recovered_vnd=float(new_found[1]),
        recovered_vnd=percentile_interval(money, drawn[:, 1]),
    )
