"""The random arm speaks for all goods, each item for as many as its probability stands for."""

import numpy as np
import pytest

from ml.evaluate import random_arm
from ml.models.risk import MODEL
from ml.training_set import LabelledItems


def drawn_items(is_irregular, probability):
    """Return items of one declaration each; a probability of NaN was not chosen by chance."""
    count = len(is_irregular)
    return LabelledItems(
        values=np.zeros((count, len(MODEL.features)), np.float32),
        is_irregular=np.asarray(is_irregular, np.bool_),
        is_seen_in_goods=np.ones(count, np.bool_),
        is_shared_finding=np.zeros(count, np.bool_),
        weight=np.ones(count),
        registered_day=np.zeros(count, np.int64),
        known_day=np.zeros(count, np.int64),
        declaration=np.arange(count),
        additional_duty_vnd=np.zeros(count),
        selection_probability=np.asarray(probability, np.float64),
        lookups=np.zeros((count, 2), np.int64),
    )


def test_items_that_were_hard_to_draw_stand_for_more():
    # Stratum A: 800 items at probability 0.5 with 10 % irregular; B: 200 at 0.05 with 50 %.
    hits = np.r_[np.ones(80), np.zeros(720), np.ones(100), np.zeros(100)]
    probability = np.r_[np.full(800, 0.5), np.full(200, 0.05)]
    estimate = random_arm(drawn_items(hits, probability), np.zeros(1000))["found_rate"]
    stand_for = 800 / 0.5 + 200 / 0.05
    assert estimate["value"] == pytest.approx((80 / 0.5 + 100 / 0.05) / stand_for)
    assert estimate["low"] < estimate["value"] < estimate["high"]


def test_selected_items_do_not_count_however_many_hits_they_brought():
    hits = np.ones(500)
    result = random_arm(drawn_items(hits, np.full(500, np.nan)), np.zeros(500))
    assert (result["item_count"], result["hit_count"], result["found_rate"]) == (0, 0, None)


def test_the_rate_at_a_capacity_is_that_of_the_share_of_all_goods():
    # 1,000 of 10,000 drawn evenly; the model puts the 100 irregular ones among the first 200.
    hits = np.zeros(1000)
    hits[800:1000:2] = 1
    result = random_arm(drawn_items(hits, np.full(1000, 0.1)), np.arange(1000.0))
    tenth = next(entry for entry in result["capacities"] if entry["share"] == 0.10)
    assert tenth["hit_rate"]["value"] == pytest.approx(0.5)
    assert result["found_rate"]["value"] == pytest.approx(0.1)


def test_a_capacity_with_too_few_hits_tells_no_rate():
    hits = np.zeros(1000)
    hits[:40] = 1
    result = random_arm(drawn_items(hits, np.full(1000, 0.1)), np.arange(1000.0))
    assert result["found_rate"] is not None
    assert [entry["hit_rate"] for entry in result["capacities"]] == [None, None]
