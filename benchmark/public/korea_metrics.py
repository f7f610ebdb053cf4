"""Ranking figures with ties by their mean, and their intervals by resampling goods tuples.

Declarations of one tuple share their label, so a row is no independent observation: intervals
come from drawing whole tuples with replacement.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measures.capacity import parts, ties
from measures.intervals import Estimate, percentile_interval

FIGURES = ("auc", "precision_at_5", "precision_at_10", "recall_at_10")
_RESAMPLES = 200
_SEED = 20_210_331

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Steps:
    """Rows ordered by falling score, one step per distinct score; arrays of shape (n_steps,)."""

    rows: Column
    hits: Column


def steps(places: npt.NDArray[np.int64], irregular: Column, weights: Column) -> Steps:
    """Count rows and hits of each step; `places` from `ties`, all of shape (n_rows,)."""
    return Steps(
        np.bincount(places, weights).astype(np.float64),
        np.bincount(places, weights * irregular).astype(np.float64),
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
    return float(ranked.hits @ parts(ranked.rows, capacity))


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
    scores: Column, irregular: Column, clusters: npt.NDArray[np.int64]
) -> dict[str, Estimate]:
    """Return every figure with its interval.

    Args:
        scores: higher means riskier, shape (n_rows,).
        irregular: 0 or 1, shape (n_rows,).
        clusters: 0 … n_clusters - 1, the goods tuple of each row, shape (n_rows,).
    """
    generator = np.random.default_rng(_SEED)
    cluster_count = int(clusters.max()) + 1
    places = ties(scores)
    whole = figures(steps(places, irregular, np.ones_like(scores)))
    drawn: dict[str, list[float]] = {name: [] for name in FIGURES}
    for _ in range(_RESAMPLES):
        draw = generator.integers(0, cluster_count, cluster_count)
        weights = np.bincount(draw, minlength=cluster_count)[clusters].astype(np.float64)
        for name, value in figures(steps(places, irregular, weights)).items():
            # A resample without any irregular row has no figure; it says nothing either way.
            if not np.isnan(value):
                drawn[name].append(value)
    return {name: percentile_interval(whole[name], np.array(drawn[name])) for name in FIGURES}
