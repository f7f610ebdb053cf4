"""Intervals, capacity, calibration and splits by numbers worked out another way."""

from datetime import date

import numpy as np
import pytest

from data_contracts.errors import CustomsDataError
from measures.capacity import Outcome, catch
from measures.counted import counted
from measures.intervals import wilson
from ml.calibrate import fit_calibration
from ml.splits import last_part, split_by_time


def outcome(hits, money=None):
    hits = np.asarray(hits, np.bool_)
    money = np.zeros(len(hits)) if money is None else np.asarray(money, np.float64)
    return Outcome(hits, money, np.arange(len(hits)))


def test_wilson_agrees_with_a_published_example():
    # 81 of 263: Newcombe 1998, Statistics in Medicine 17, table I (score method).
    estimate = wilson(81, 263)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (0.2553, 0.3662)


def test_wilson_stays_inside_zero_and_one():
    assert wilson(0, 10).low == 0.0
    assert wilson(10, 10).high == pytest.approx(1.0)
    assert wilson(0, 10).high > 0.2


def test_ties_count_by_their_mean_and_show_worst_and_best():
    # Two above the boundary, four tied for the third place of three; one of the four is a hit.
    score = np.array([9.0, 8.0, 5.0, 5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0])
    caught = catch(score, outcome([1, 0, 1, 0, 0, 0, 1, 1, 0, 0]), share=0.3, seed=1)
    assert caught.inspected_count == 3
    assert caught.hit_count == pytest.approx(1.25)
    assert (caught.worst_hit_count, caught.best_hit_count) == (1, 2)


def test_no_rate_is_told_under_thirty_hits():
    score = np.arange(1000.0)
    hits = np.zeros(1000)
    hits[-29:] = 1
    assert catch(score, outcome(hits), share=0.05, seed=1).hit_rate is None
    hits[-30:] = 1
    assert catch(score, outcome(hits), share=0.05, seed=1).hit_rate.value == pytest.approx(0.6)


def test_the_share_of_the_money_belongs_to_the_chosen_items():
    hits = np.ones(100)
    money = np.r_[np.full(90, 1.0), np.full(10, 91.0)]
    caught = catch(np.arange(100.0), outcome(hits, money), share=0.4, seed=1)
    assert caught.recovered_vnd == 30 + 910
    assert caught.recovered_share.value == pytest.approx(940 / 1000)
    assert caught.recovered_share.low < caught.recovered_share.value < caught.recovered_share.high


def test_a_random_order_finds_the_base_rate():
    hits = np.zeros(1000)
    hits[::5] = 1
    caught = catch(np.zeros(1000), outcome(hits), share=0.2, seed=1)
    assert caught.hit_rate.value == pytest.approx(0.2)
    assert caught.hit_rate.low < 0.2 < caught.hit_rate.high


@pytest.mark.parametrize("count", [1_000, 20_000])
def test_calibration_gives_the_observed_frequency_and_never_turns_round(count):
    rng = np.random.default_rng(3)
    margin = rng.normal(0, 2, count).astype(np.float32)
    truth = rng.random(count) < 1 / (1 + np.exp(-(0.5 * margin - 2)))
    curve = fit_calibration(margin, truth, np.ones(count))
    assert curve.method == ("isotonic" if count > 2_000 else "platt")
    assert curve.probability(margin).mean() == pytest.approx(truth.mean(), abs=0.01)
    grid = curve.probability(np.linspace(-9, 9, 200, dtype=np.float32))
    assert (np.diff(grid) >= 0).all()
    assert grid.min() >= 0
    assert grid.max() <= 1


def test_the_split_leaves_an_embargo_and_learns_only_what_was_known():
    registered = np.arange(0, 400)
    known = registered + 20
    split = split_by_time(registered, known, embargo_days=14)
    test_start = 400 - 91
    assert registered[split.is_test].min() == test_start
    assert registered[split.is_train].max() == test_start - 20
    late = split_by_time(registered, registered + 2, embargo_days=14)
    assert registered[late.is_train].max() == test_start - 15
    assert split.test_period == (date(1970, 11, 6), date(1971, 2, 4))


def test_a_short_period_gives_a_quarter_of_itself_to_the_test():
    split = split_by_time(np.arange(0, 100), np.arange(5, 105), embargo_days=7)
    assert split.is_test.sum() == 25


def test_a_period_that_is_too_short_is_refused_in_words():
    with pytest.raises(CustomsDataError, match="too short"):
        split_by_time(np.arange(0, 10), np.arange(0, 10), embargo_days=14)
    with pytest.raises(CustomsDataError, match="no mature inspection"):
        split_by_time(np.array([], np.int64), np.array([], np.int64), embargo_days=14)


def test_the_last_part_is_the_latest_and_inside_the_training():
    registered = np.arange(100)
    is_train = registered < 80
    late = last_part(registered, is_train, share=0.25)
    assert registered[late].min() == 59
    assert registered[late].max() == 79


def test_one_of_a_thing_is_not_called_several():
    told = [counted(number, "nation") for number in (0, 1, 2, 1200)]
    assert told == ["0 nations", "1 nation", "2 nations", "1,200 nations"]
    assert [counted(days, "day") for days in (1.0, 2.5)] == ["1 day", "2.5 days"]
    assert [counted(number, "loss", "losses") for number in (1, 2)] == ["1 loss", "2 losses"]
