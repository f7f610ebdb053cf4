"""Past-only encodings: numbers by hand, and no way for a label of today or tomorrow to get in."""

from pathlib import Path

import numpy as np
import pytest

from benchmark.public.korea_encodings import GOODS_SMOOTHING, encode, past_labels
from benchmark.public.korea_rows import Rows, read_rows, together
from tests.unit.benchmark.korea_files import line, write


def rows_of_days(path: Path, days: list[int], irregular: list[int], hs6: list[str]) -> Rows:
    lines = [
        line(number, f"2020-01-{day:02d}", hs6=code, irregular=label)
        for number, (day, label, code) in enumerate(zip(days, irregular, hs6, strict=True))
    ]
    return read_rows(write(path, lines))


def random_rows(path: Path, count: int, seed: int) -> Rows:
    generator = np.random.default_rng(seed)
    return rows_of_days(
        path,
        sorted(generator.integers(1, 29, count).tolist()),
        (generator.random(count) < 0.3).astype(int).tolist(),
        [f"{code:06d}" for code in generator.integers(440_890, 440_896, count)],
    )


def with_labels(rows: Rows, irregular: np.ndarray) -> Rows:
    return Rows(rows.texts, rows.days, rows.tax_rates, rows.net_masses, irregular)


def test_counts_come_from_earlier_days_of_the_same_group_only():
    past = past_labels(
        codes=np.array([7, 7, 7, 5, 7, 7]),
        days=np.array([1, 2, 2, 2, 3, 1]),
        known=np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
        irregular=np.array([1.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
    )
    # Group 7: one known label on day 1 (irregular), two on day 2 (one irregular). The last row of
    # day 1 is not known and counts nowhere.
    assert past.label_count.tolist() == [0, 1, 1, 0, 3, 0]
    assert past.irregular_count.tolist() == [0, 1, 1, 0, 2, 0]


def test_rate_is_drawn_to_the_overall_rate_of_the_past(tmp_path: Path):
    rows = rows_of_days(
        tmp_path / "a.csv",
        days=[1, 1, 1, 1, 2],
        irregular=[1, 0, 0, 0, 0],
        hs6=["440890", "440890", "270900", "270900", "440890"],
    )
    columns = encode(rows, np.ones(5, dtype=np.bool_))
    expected = (1 + GOODS_SMOOTHING * 0.25) / (2 + GOODS_SMOOTHING)
    assert columns["hs6_past_rate"][4] == pytest.approx(expected)
    assert columns["hs6_past_log_count"][4] == pytest.approx(np.log(3))
    assert np.isnan(columns["hs6_past_rate"][:4]).all()


def test_flipping_labels_of_a_day_changes_nothing_up_to_that_day(tmp_path: Path):
    rows = random_rows(tmp_path / "a.csv", 400, seed=2)
    known = np.ones(len(rows), dtype=np.bool_)
    middle = int(np.median(rows.days))
    flipped = np.where(rows.days >= middle, 1 - rows.irregular, rows.irregular)
    before, after = encode(rows, known), encode(with_labels(rows, flipped), known)
    until = rows.days <= middle
    for name, column in before.items():
        np.testing.assert_array_equal(column[until], after[name][until], err_msg=name)
    assert any((column[~until] != after[name][~until]).any() for name, column in before.items())


def test_no_label_of_test_is_ever_read(tmp_path: Path):
    train, test = random_rows(tmp_path / "a.csv", 300, 3), random_rows(tmp_path / "b.csv", 200, 5)
    both = together(train, test)
    known = np.arange(len(both)) < len(train)
    flipped = np.where(known, both.irregular, 1 - both.irregular)
    before, after = encode(both, known), encode(with_labels(both, flipped), known)
    for name, column in before.items():
        np.testing.assert_array_equal(column, after[name], err_msg=name)


def test_dropping_later_rows_changes_no_earlier_encoding(tmp_path: Path):
    rows = random_rows(tmp_path / "a.csv", 400, seed=8)
    early = rows.days <= int(np.median(rows.days))
    whole = encode(rows, np.ones(len(rows), dtype=np.bool_))
    part = encode(rows.where(early), np.ones(int(early.sum()), dtype=np.bool_))
    for name, column in part.items():
        np.testing.assert_array_equal(column, whole[name][early], err_msg=name)


def test_order_of_rows_does_not_matter(tmp_path: Path):
    rows = random_rows(tmp_path / "a.csv", 300, seed=6)
    shuffle = np.random.default_rng(0).permutation(len(rows))
    texts = {name: values.take(shuffle) for name, values in rows.texts.items()}
    shuffled = Rows(
        texts,
        rows.days[shuffle],
        rows.tax_rates[shuffle],
        rows.net_masses[shuffle],
        rows.irregular[shuffle],
    )
    known = np.ones(len(rows), dtype=np.bool_)
    one, other = encode(rows, known), encode(shuffled, known)
    for name, column in one.items():
        np.testing.assert_array_equal(column[shuffle], other[name], err_msg=name)
