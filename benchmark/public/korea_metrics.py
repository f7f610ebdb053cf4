"""Ranking figures with ties by their mean, and their intervals by resampling goods tuples.

Declarations of one tuple share their label, so a row is no independent observation: intervals
come from drawing whole tuples with replacement.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.intervals import Estimate

FIGURES = ("auc", "precision_at_5", "precision_at_10", "recall_at_10")
RESAMPLES = 200
SEED = 20_210_331
_LOW_PCT, _HIGH_PCT = 2.5, 97.5

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Steps:
    """Rows ordered by falling score, one step per distinct score; arrays of shape (n_steps,)."""

    rows: Column
    hits: Column


def step_numbers(scores: Column) -> npt.NDArray[np.int64]:
    """Return 0 for the rows with the highest score, 1 for the next distinct one, and so on."""
    return np.unique(-scores, return_inverse=True)[1].astype(np.int64)


def steps(numbers: npt.NDArray[np.int64], irregular: Column, weights: Column) -> Steps:
    """Count rows and hits of each step; `numbers` from `step_numbers`, all of shape (n_rows,)."""
    return Steps(
        np.bincount(numbers, weights).astype(np.float64),
        np.bincount(numbers, weights * irregular).astype(np.float64),
    )


def auc(ranked: Steps) -> float:
    """Return the chance that an irregular row stands before a regular one; a tie counts half.

    NaN when there are only irregular or only regular rows.
    """
    regular = ranked.rows - ranked.hits
    regular_after = regular.sum() - np.cumsum(regular)
    pairs = ranked.hits.sum() * regular.sum()
    won = float(ranked.hits @ (regular_after + regular / 2))
    return won / float(pairs) if pairs else float("nan")


def expected_hits(ranked: Steps, capacity: float) -> float:
    """Return the irregular rows among the first `capacity`, in the mean over orders of ties."""
    before = np.cumsum(ranked.rows) - ranked.rows
    taken = np.clip(capacity - before, 0.0, ranked.rows)
    share = np.divide(taken, ranked.rows, out=np.zeros_like(taken), where=ranked.rows > 0)
    return float(ranked.hits @ share)


def figures(ranked: Steps) -> dict[str, float]:
    """Return every figure of `FIGURES`.

    The capacity at k % is k % of the rows, rounded down, and at least one row.
    """
    row_count, hit_count = float(ranked.rows.sum()), float(ranked.hits.sum())
    at_5, at_10 = (max(1.0, row_count * share // 100) for share in (5, 10))
    hits_at_10 = expected_hits(ranked, at_10)
    return {
        "auc": auc(ranked),
        "precision_at_5": expected_hits(ranked, at_5) / at_5,
        "precision_at_10": hits_at_10 / at_10,
        "recall_at_10": hits_at_10 / hit_count if hit_count else float("nan"),
    }


def estimates(
    scores: Column,
    irregular: Column,
    clusters: npt.NDArray[np.int64],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, Estimate]:
    """Return every figure with its interval.

    Args:
        scores: higher means riskier, shape (n_rows,).
        irregular: 0 or 1, shape (n_rows,).
        clusters: 0 … n_clusters - 1, the goods tuple of each row, shape (n_rows,).
        resamples: how often the clusters are drawn anew.
        seed: of the draws.
    """
    generator = np.random.default_rng(seed)
    cluster_count = int(clusters.max()) + 1
    numbers = step_numbers(scores)
    whole = figures(steps(numbers, irregular, np.ones_like(scores)))
    drawn: dict[str, list[float]] = {name: [] for name in FIGURES}
    for _ in range(resamples):
        draw = generator.integers(0, cluster_count, cluster_count)
        weights = np.bincount(draw, minlength=cluster_count)[clusters].astype(np.float64)
        for name, value in figures(steps(numbers, irregular, weights)).items():
            drawn[name].append(value)
    return {name: _estimate(whole[name], drawn[name]) for name in FIGURES}


def _estimate(value: float, drawn: list[float]) -> Estimate:
    # A resample without any irregular row has no figure; it says nothing either way.
    low, high = np.nanpercentile(drawn, [_LOW_PCT, _HIGH_PCT])
    return Estimate(value, float(low), float(high))
