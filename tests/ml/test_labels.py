"""Labels have three values and come from mature inspections of the lodged goods only."""

from datetime import date

import pytest

from ml import extraction
from ml.labels import LabelRule
from tests.ml.small_release import SYSTEM, empty_release

AS_OF = date(2024, 6, 30)


def labels(*inspections, as_of=AS_OF, rule=None, registered="2024-05-01"):
    """Return the labels of a declaration of three items, by item number."""
    connection = empty_release()
    for version in (0, 1):
        for item in (1, 2, 3):
            connection.execute(
                "insert into marts.fct_goods_item_version by name select ? as source_system,"
                " '1' as declaration_number, ?::smallint as declaration_version,"
                " ?::integer as item_number, ?::date as registered_date,"
                " false as is_withdrawn",
                [SYSTEM, version, item, registered],
            )
    for number, row in enumerate(inspections):
        full = {"item_number": None, "method_code": "4", "ended_at": "2024-05-02 03:00:00+00"}
        full |= {"additional_duty_vnd": 0, **row}
        connection.execute(
            "insert into marts.fct_inspection by name select $system as source_system,"
            " $number as inspection_number, 1 as inspection_line_number,"
            " '1' as declaration_number, $item_number::integer as item_number,"
            " $method_code as method_code, $outcome as outcome,"
            " $additional_duty_vnd as additional_duty_vnd, $ended_at::timestamptz as ended_at,"
            " timezone('Asia/Ho_Chi_Minh', $ended_at::timestamptz)::date as ended_date,"
            " date '2024-05-01' as registered_date",
            {"system": SYSTEM, "number": str(number), **full},
        )
    extraction.label_items(connection, rule or LabelRule(), (SYSTEM,), as_of)
    found = connection.sql("from labelled_item").to_arrow_table().to_pylist()
    return {row["item_number"]: row for row in found}


def test_an_uninspected_item_has_no_label_at_all():
    assert labels() == {}
    assert labels({"item_number": 2, "outcome": "irregular"}).keys() == {2}


def test_a_method_that_sees_the_goods_clears_all_items_of_the_declaration():
    found = labels({"outcome": "as_declared", "method_code": "4"})
    assert {row["is_irregular"] for row in found.values()} == {False}
    assert all(row["is_examined"] for row in found.values())


@pytest.mark.parametrize("method", ["2", "5"])
def test_a_method_that_clears_of_nothing_leaves_items_unknown(method):
    found = labels({"outcome": "as_declared", "method_code": method})
    assert {row["is_irregular"] for row in found.values()} == {None}
    assert not any(row["is_examined"] for row in found.values())


@pytest.mark.parametrize(
    ("method", "on_paper", "in_goods"),
    [("1", False, None), ("7", False, None), ("3", None, False), ("6", None, False)],
)
def test_a_sight_that_did_not_look_stays_unknown(method, on_paper, in_goods):
    row = labels({"outcome": "as_declared", "method_code": method})[1]
    assert row["is_irregular_on_paper"] is on_paper
    assert row["is_irregular_in_goods"] is in_goods
    assert row["is_irregular"] is False


def test_each_sight_keeps_its_own_verdict():
    row = labels(
        {"outcome": "as_declared", "method_code": "1"},
        {"item_number": 1, "outcome": "irregular", "method_code": "4"},
    )[1]
    assert row["is_irregular_on_paper"] is False
    assert row["is_irregular_in_goods"] is True
    assert row["is_irregular"] is True


def test_a_finding_of_a_blind_method_counts_but_is_not_learned_from():
    row = labels({"item_number": 1, "outcome": "irregular", "method_code": "5"})[1]
    assert row["is_irregular"] is True
    assert row["is_examined"] is False


def test_a_source_that_does_not_tell_the_method_is_believed():
    assert labels({"outcome": "as_declared", "method_code": None})[1]["is_irregular"] is False


def test_irregular_wins_over_as_declared_and_one_loss_counts_once():
    found = labels(
        {"item_number": 1, "outcome": "irregular", "additional_duty_vnd": 700},
        {"item_number": 1, "outcome": "irregular", "additional_duty_vnd": 500, "method_code": "1"},
        {"item_number": 1, "outcome": "as_declared", "method_code": "7"},
    )
    assert found[1]["is_irregular"] is True
    assert found[1]["additional_duty_vnd"] == 700


def test_a_finding_on_the_whole_declaration_does_not_say_which_item_it_is():
    found = labels({"outcome": "irregular", "additional_duty_vnd": 900})
    assert all(row["is_irregular"] and row["is_shared_finding"] for row in found.values())
    assert {row["declaration_item_count"] for row in found.values()} == {3}
    assert {row["additional_duty_vnd"] for row in found.values()} == {0}


def test_an_unfinished_inspection_says_nothing():
    assert labels({"outcome": "not_finished"}) == {}


def test_a_result_counts_only_after_the_label_delay():
    ended = {"outcome": "as_declared", "ended_at": "2024-06-15 18:00:00+00"}  # the 16th, locally
    assert labels(ended, as_of=date(2024, 6, 29)) == {}
    assert len(labels(ended, as_of=date(2024, 6, 30))) == 3
    assert len(labels(ended, as_of=date(2024, 6, 16), rule=LabelRule().without_delay())) == 3


def test_what_is_registered_after_the_last_known_day_is_not_learned_from():
    assert labels({"outcome": "irregular"}, registered="2052-08-01") == {}
    assert len(labels({"outcome": "irregular"}, registered="2024-06-30")) == 3


def test_items_are_learned_from_as_first_lodged():
    found = labels({"outcome": "as_declared"})
    assert {row["declaration_version"] for row in found.values()} == {0}
