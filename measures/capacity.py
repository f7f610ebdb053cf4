"""What a ranking finds when only a share of the items can be inspected."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.intervals import MINIMUM_HITS, Estimate, percentile_interval, wilson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_RESAMPLES = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What inspections of a quarter found; arrays of shape (n_items,).

    Attributes:
        is_irregular: Hit or not.
        additional_duty_vnd: Money found.
        declaration: Number of the item's declaration: items of one are not independent, so whole
            declarations are resampled.
    """

    is_irregular: Bools
    additional_duty_vnd: Floats
    declaration: Ints


@dataclass(frozen=True, slots=True)
class Catch:
    """What is caught at one capacity.

    Attributes:
        inspected_count: Items that can be inspected.
        hit_count: Hits among them, ties by their mean.
        worst_hit_count: Hits when ties fall as badly as they can.
        best_hit_count: Hits when ties fall as well as they can.
        hit_rate: Hits ÷ inspected; None under 30 hits.
        recovered_vnd: Money found, ties by their mean.
        recovered_share: Share of all money found in the quarter; None under 30 hits.
    """

    inspected_count: int
    hit_count: float
    worst_hit_count: int
    best_hit_count: int
    hit_rate: Estimate | None
    recovered_vnd: float
    recovered_share: Estimate | None


def catch(score: Floats, outcome: Outcome, *, share: float, seed: int) -> Catch:
    """Inspect the highest-scored `share` of the items.

    Args:
        score: Shape (n_items,); higher is inspected first. Ties count by their mean, what an
            inspection in random order among them would find on average.
        outcome: What was found.
        share: Capacity as a share of the items, above 0.
        seed: Of the resampling.
    """
    number = max(int(share * len(score)), 1)
    boundary = np.partition(score, len(score) - number)[len(score) - number]
    is_above, is_tied = score > boundary, score == boundary
    room = number - int(is_above.sum())
    tied_hits = int(outcome.is_irregular[is_tied].sum())
    sure_hits = int(outcome.is_irregular[is_above].sum())
    part = room / int(is_tied.sum())
    chosen = is_above + part * is_tied
    hits = float(chosen @ outcome.is_irregular)
    recovered = float(chosen @ outcome.additional_duty_vnd)
    total = float(outcome.additional_duty_vnd.sum())
    rate = found_share = None
    if hits >= MINIMUM_HITS:
        rates, shares = _resampled(score, outcome, share, seed)
        rate = _wider(percentile_interval(hits / number, rates), wilson(hits, number))
        if total > 0:
            found_share = percentile_interval(recovered / total, shares)
    return Catch(
        inspected_count=number,
        hit_count=hits,
        worst_hit_count=sure_hits + max(room - (int(is_tied.sum()) - tied_hits), 0),
        best_hit_count=sure_hits + min(room, tied_hits),
        hit_rate=rate,
        recovered_vnd=recovered,
        recovered_share=found_share,
    )


def _resampled(score: Floats, outcome: Outcome, share: float, seed: int) -> tuple[Floats, Floats]:
    """Return hit rates and money shares of resampled declarations."""
    random = np.random.default_rng(seed)
    # Ties in one random order: over the resamples that is their mean.
    order = np.lexsort((random.random(len(score)), -score))
    hit = outcome.is_irregular[order].astype(np.float64)
    money = outcome.additional_duty_vnd[order]
    declarations, place = np.unique(outcome.declaration[order], return_inverse=True)
    rates, shares = np.empty(_RESAMPLES), np.empty(_RESAMPLES)
    for resample in range(_RESAMPLES):
        drawn = random.integers(0, len(declarations), len(declarations))
        times = np.bincount(drawn, minlength=len(declarations))[place].astype(np.float64)
        before = np.cumsum(times) - times
        inspected = np.clip(share * times.sum() - before, 0.0, times)
        rates[resample] = (inspected @ hit) / max(inspected.sum(), 1.0)
        shares[resample] = (inspected @ money) / max(times @ money, 1.0)
    return rates, shares


def _wider(first: Estimate, second: Estimate) -> Estimate:
    return Estimate(first.value, min(first.low, second.low), max(first.high, second.high))


def ties(score: Floats) -> Ints:
    """Return the place of each item's score among the distinct ones, the highest first."""
    _, place = np.unique(-score, return_inverse=True)
    return place.astype(np.int64)


def inspected(tie: Ints, times: Floats, share: float) -> Floats:
    """Return how much of each item, counted `times`, is inspected; equal scores share the room."""
    size = np.bincount(tie, times).astype(np.float64)
    counted: Floats = times * parts(size, share * times.sum())[tie]
    return counted


def parts(size: Floats, capacity: float) -> Floats:
    """Return which part of each distinct score's items is inspected, 0 to 1, shape (n_scores,).

    Args:
        size: Items of each score, the highest first; some may be 0.
        capacity: Items that can be inspected.
    """
    room = capacity - (np.cumsum(size) - size)
    part: Floats = np.divide(room, size, out=np.zeros_like(size), where=size > 0)
    return np.clip(part, 0.0, 1.0)
