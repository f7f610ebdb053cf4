"""Durations as text and in seconds, wherever they stand in a cell."""

from datetime import timedelta

import pytest

from warehouse.durations import duration_seconds, duration_text, texted, with_durations


@pytest.mark.parametrize(
    ("value", "text", "seconds"),
    [
        (timedelta(), "00:00:00", 0),
        (timedelta(seconds=59), "00:00:59", 59),
        (timedelta(hours=25, minutes=2), "1 day 01:02:00", 90120),
        (timedelta(days=400), "400 days 00:00:00", 34560000),
        (timedelta(seconds=1, microseconds=500000), "00:00:01.5", 1.5),
        (timedelta(hours=-1), "-01:00:00", -3600),
        (timedelta(days=-1, seconds=-1), "-1 day 00:00:01", -86401),
    ],
)
def test_a_duration_reads_as_text_and_in_seconds(value, text, seconds):
    assert duration_text(value) == text
    assert duration_seconds(value) == seconds


def test_durations_are_found_however_deep_and_the_rest_stays():
    hour = timedelta(hours=1)
    value = [1, {"a": (hour, "x"), hour: None}, (1, 2)]
    assert with_durations(value, duration_seconds) == [1, {"a": [3600, "x"], 3600: None}, [1, 2]]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("INTERVAL", "VARCHAR"),
        ("INTERVAL[][2]", "VARCHAR[][2]"),
        ('STRUCT("INTERVAL" INTERVAL, b MAP(INTERVAL, DATE))',
         'STRUCT("INTERVAL" VARCHAR, b MAP(VARCHAR, DATE))'),
        ("ENUM('INTERVAL', 'it''s')", "ENUM('INTERVAL', 'it''s')"),
        ("MY_INTERVAL", "MY_INTERVAL"),
    ],
)  # fmt: skip
def test_a_type_is_told_with_text_in_place_of_intervals_and_names_stay(kind, text):
    assert texted(kind) == text
