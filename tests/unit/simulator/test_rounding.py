"""Numbers as they are written down: in steps, one step at least, by their second digit."""

import numpy as np

from simulator.kernel.rounding import half_up, one_at_least, second_digit, to_steps


def test_halves_go_up_or_to_even() -> None:
    assert half_up(np.array([5, 15, 24]), 10).tolist() == [1, 2, 2]
    assert to_steps(np.array([50.0, 150.0, 151.0]), 100).tolist() == [0, 200, 200]


def test_each_value_may_have_its_own_step_and_has_one_at_least() -> None:
    values, steps = np.array([0.2, 149.0, 160.0]), np.array([1, 100, 20])
    assert one_at_least(values, steps).tolist() == [1, 100, 160]
    assert one_at_least(values * 0).tolist() == [1, 1, 1]


def test_the_second_digit_is_no_fraction() -> None:
    assert second_digit(np.array([0.0, 7.0, 123.0, 98_765.0])).tolist() == [1, 1, 10, 1_000]
