"""Only what could be known and done at selected_at counts, inside the capacity of the week."""

from datetime import timedelta

import numpy as np
import pytest

from benchmark.judgement import Capacity, valid_rows, within_capacity
from benchmark.kinds import KINDS, PHYSICAL
from benchmark.selection import join
from tests.unit.benchmark.nations import (
    MONDAY,
    audit_of,
    looks,
    loss,
    nation_of,
    number,
    registered,
)

DOCUMENTS = KINDS.index("documents")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def nation(tmp_path):
    rows = [registered(i, TUESDAY, "A") for i in range(1, 5)]
    rows.append(registered(5, TUESDAY + timedelta(days=7), "A"))
    return nation_of(tmp_path, rows, [loss(1, 100)])


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (TUESDAY - timedelta(seconds=1), "registered after selected_at"),
        (TUESDAY + timedelta(days=7, seconds=1), "more than 7 days after registration"),
    ],
)
def test_a_check_before_registration_or_too_late_is_refused(nation, at, reason):
    assert valid_rows(looks([1], at, PHYSICAL), nation).refused == {reason: 1}


@pytest.mark.parametrize("at", [TUESDAY, TUESDAY + timedelta(days=7)])
def test_a_check_counts_from_registration_until_a_week_later(nation, at):
    valid = valid_rows(looks([1], at, PHYSICAL), nation)
    assert (len(valid.selection), valid.refused) == (1, {})


def test_the_time_of_registration_is_that_of_the_first_version(tmp_path):
    again = registered(1, TUESDAY + timedelta(days=2)) | {"SO_TK": f"{number(1)}1", "SEQ_NO": 9}
    nation = nation_of(tmp_path, [again, registered(1, TUESDAY)], [loss(1, 100)])
    assert valid_rows(looks([1], TUESDAY, PHYSICAL), nation).refused == {}


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (-10, 1, "period reaches beyond selected_at"),
        (-1, -2, "period ends before it begins"),
        (-1827, 0, "period begins more than five years before"),
    ],
)
def test_an_audit_of_what_is_to_come_or_long_past_is_refused(nation, first, last, reason):
    days = (TUESDAY + timedelta(days=first), TUESDAY + timedelta(days=last))
    assert valid_rows(audit_of("A", *days, TUESDAY), nation).refused == {reason: 1}


def test_an_audit_may_reach_up_to_its_own_day_and_five_years_back(nation):
    wide = audit_of("A", TUESDAY - timedelta(days=1826), TUESDAY, TUESDAY)
    assert valid_rows(wide, nation).refused == {}


def test_a_choice_after_the_last_week_of_the_nation_is_refused(nation):
    sunday = MONDAY + timedelta(days=13, hours=23)
    for at, kept in ((sunday, 2), (sunday + timedelta(hours=1), 0), (sunday.replace(2028), 0)):
        asked = join([looks([5], at, PHYSICAL), audit_of("A", MONDAY, TUESDAY, at)])
        valid = valid_rows(asked, nation)
        assert len(valid.selection) == kept
        assert sum(valid.refused.values()) == 2 - kept
        late = valid.refused.get("selected_at after the last week of the nation", 0)
        assert late == (0 if kept else 1 if at.year == 2028 else 2)


def test_what_is_not_in_the_nation_is_refused(nation):
    asked = join([looks([77], TUESDAY, PHYSICAL), audit_of("Z", MONDAY, TUESDAY, TUESDAY)])
    assert valid_rows(asked, nation).refused == {"unknown declaration": 1, "unknown trader": 1}


def test_the_same_check_again_is_refused_and_another_kind_is_not(nation):
    later = TUESDAY + timedelta(hours=1)
    asked = join(
        [
            looks([1], later, PHYSICAL),
            looks([1], TUESDAY, PHYSICAL),
            looks([1], TUESDAY, DOCUMENTS),
        ]
    )
    valid = valid_rows(asked, nation)
    assert valid.refused == {"stands twice in the selection": 1}
    assert set(valid.selection.selected.tolist()) == {looks([1], TUESDAY, PHYSICAL).selected.item()}


def test_surplus_choices_of_a_week_are_ignored_by_rank_each_list_apart(nation):
    next_week = TUESDAY + timedelta(days=6)
    asked = join(
        [
            looks([1, 2, 3], TUESDAY, PHYSICAL, ranks=[30, 10, 20]),
            looks([4], next_week, PHYSICAL, ranks=[99]),
            audit_of("A", MONDAY, TUESDAY, TUESDAY),
        ]
    )
    valid = valid_rows(asked, nation)
    counted = valid.where(within_capacity(valid, Capacity(checks=2, audits=1)))
    numbers = counted.selection.number[~counted.selection.is_audit]
    assert sorted(numbers.tolist()) == [number(2), number(3), number(4)]
    assert counted.selection.is_audit.sum() == 1
    no_audit = valid.where(within_capacity(valid, Capacity(checks=2, audits=0)))
    assert not no_audit.selection.is_audit.any()


def test_without_a_capacity_of_their_own_audits_share_that_of_checks(nation):
    audit = audit_of("A", MONDAY, TUESDAY, TUESDAY)
    asked = join([looks([1, 2], TUESDAY, PHYSICAL, ranks=[2, 3]), audit])
    valid = valid_rows(asked, nation)
    counted = valid.where(within_capacity(valid, Capacity(checks=2)))
    assert sorted(counted.selection.rank.tolist()) == [1, 2]
    assert counted.selection.is_audit.sum() == 1
    assert len(within_capacity(valid, Capacity())) == 3


def test_impossible_choices_take_no_capacity(nation):
    asked = join([looks([77], TUESDAY, PHYSICAL), looks([1], TUESDAY, PHYSICAL, ranks=[2])])
    valid = valid_rows(asked, nation)
    np.testing.assert_array_equal(within_capacity(valid, Capacity(checks=1)), [0])
