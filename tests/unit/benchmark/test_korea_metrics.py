"""The ranking figures against numbers worked out by hand, ties above all."""

import itertools

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmark.public.korea_metrics import (
    Column,
    auc,
    estimates,
    expected_hits,
    figures,
    steps,
)
from measures.calibration import calibration
from measures.capacity import ties


def ranked(scores: list[float], irregular: list[int]):
    return steps(
        ties(np.array(scores)),
        np.array(irregular, dtype=np.float64),
        np.ones(len(scores)),
    )


def test_auc_without_ties_counts_won_pairs():
    # Irregular 0.9 and 0.4 against regular 0.5 and 0.1: three of four pairs are won.
    assert auc(ranked([0.9, 0.5, 0.4, 0.1], [1, 0, 1, 0])) == 0.75


def test_a_tied_pair_counts_half_for_auc():
    # 0.5 is irregular and regular once each: half a pair; the other three are won.
    assert auc(ranked([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0])) == 3.5 / 4


def test_equal_scores_for_all_are_worth_a_coin():
    assert auc(ranked([0.3] * 6, [1, 0, 0, 1, 0, 0])) == 0.5


def test_auc_has_no_value_with_one_outcome_only():
    assert np.isnan(auc(ranked([0.3, 0.2], [0, 0])))


def test_hits_in_a_tie_are_the_mean_over_all_orders():
    scores, irregular, capacity = [3.0, 2.0, 2.0, 2.0, 1.0], [0, 1, 0, 0, 1], 3
    by_order = [
        1 * (order[0] == 1) + 1 * (order[1] == 1) for order in itertools.permutations([1, 2, 3])
    ]
    expected = sum(by_order) / len(by_order)
    assert expected_hits(ranked(scores, irregular), capacity) == pytest.approx(expected)
    assert expected == pytest.approx(2 / 3)


def test_order_of_rows_does_not_change_a_figure():
    generator = np.random.default_rng(4)
    scores = generator.integers(0, 5, 200).astype(np.float64)
    irregular = (generator.random(200) < 0.3).astype(np.float64)
    shuffled = generator.permutation(200)
    one = figures(steps(ties(scores), irregular, np.ones(200)))
    other = figures(steps(ties(scores[shuffled]), irregular[shuffled], np.ones(200)))
    assert one == pytest.approx(other)


def test_figures_at_capacity_by_hand():
    # 40 rows: 2 at 5 %, 4 at 10 %. Hits at ranks 1, 3 and 40.
    scores = np.arange(40, 0, -1).astype(np.float64)
    irregular = np.zeros(40)
    irregular[[0, 2, 39]] = 1
    found = figures(steps(ties(scores), irregular, np.ones(40)))
    assert found["precision_at_5"] == 1 / 2
    assert found["precision_at_10"] == 2 / 4
    assert found["recall_at_10"] == pytest.approx(2 / 3)


def test_auc_agrees_with_another_program_with_ties_and_weights():
    generator = np.random.default_rng(9)
    scores: Column = generator.integers(0, 30, 500).astype(np.float64)
    irregular = (generator.random(500) < scores / 60).astype(np.float64)
    weights = generator.integers(0, 4, 500).astype(np.float64)
    mine = auc(steps(ties(scores), irregular, weights))
    assert mine == pytest.approx(roc_auc_score(irregular, scores, sample_weight=weights))


def test_resampling_draws_whole_clusters():
    # Four clusters, one of them irregular and on top. It is drawn in two resamples of three, and
    # without it nothing is found; resampling single rows would find it every time.
    clusters = np.repeat(np.arange(4), 100)
    irregular = np.repeat([1.0, 0.0, 0.0, 0.0], 100)
    scores = np.repeat([4.0, 1.0, 2.0, 3.0], 100)
    found = estimates(scores, irregular, clusters)["precision_at_10"]
    assert (found.low, found.value, found.high) == (0.0, 1.0, 1.0)


def test_the_same_seed_gives_the_same_interval():
    generator = np.random.default_rng(1)
    scores, irregular = generator.random(300), (generator.random(300) < 0.2).astype(np.float64)
    clusters = generator.integers(0, 50, 300)
    clusters[:50] = np.arange(50)
    one = estimates(scores, irregular, clusters)
    assert one == estimates(scores, irregular, clusters)
    assert all(figure.low <= figure.value <= figure.high for figure in one.values())


def test_calibration_by_hand():
    # Ten bins of two, each with one irregular row: wrong by what they are off a half.
    probabilities = np.repeat(np.arange(0.05, 1.0, 0.1), 2)
    found = calibration(probabilities, np.tile([0.0, 1.0], 10))
    assert found["brier"] == pytest.approx(0.3325)
    assert found["calibration_error"] == pytest.approx(0.25)
    assert found["mean_probability"] == pytest.approx(0.5)
