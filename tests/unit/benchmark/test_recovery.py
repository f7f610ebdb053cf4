"""Money, hits and the oracle against figures worked out by hand and by brute force."""

from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest

from benchmark.judgement import valid_rows
from benchmark.kinds import AUDIT, KINDS, PHYSICAL, chance_table
from benchmark.nation import weekly_registrations
from benchmark.oracle import audit_oracle, check_oracle, oracle_selection
from benchmark.recovery import NEVER, recover
from benchmark.selection import join
from tests.unit.benchmark.nations import (
    MONDAY,
    audit_of,
    looks,
    loss,
    many,
    nation_of,
    registered,
    second,
)

DOCUMENTS, SCANNER, VALUE = (
    KINDS.index(name) for name in ("documents", "scanner", "value_consultation")
)
LATER = MONDAY + timedelta(hours=9)


def brought(nation, selection, left=None):
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    left = everything if left is None else left
    return recover(valid_rows(selection, nation), nation, left)


def test_a_kind_sees_a_loss_with_its_best_chance():
    table = chance_table()
    assert table[PHYSICAL].tolist() == [0, 0.5, 0.8, 0.8, 0, 0.5, 0.8, 0.8]
    assert table[AUDIT, 4] == 0.8
    assert not table[:AUDIT, 4].any()


def test_money_is_loss_by_share_by_chance_and_a_loss_counts_once(tmp_path):
    rows = [registered(i, MONDAY) for i in (1, 2, 3)]
    losses = [
        loss(1, 1000, loss_id="X", collectable_share=0.5),
        loss(2, 1000, loss_id="X", collectable_share=0.5),
        loss(3, 400, visible_by="physical"),
    ]
    nation = nation_of(tmp_path, rows, losses)
    asked = join([looks([1, 2, 3], LATER, DOCUMENTS), looks([2], LATER, VALUE)])
    found = brought(nation, asked)
    assert found.money.tolist() == [400.0 * 0.0, 1000 * 0.5 * 0.6]
    assert brought(nation, looks([1, 2], LATER, DOCUMENTS)).money.sum() == 250.0


def test_a_hit_sees_what_nobody_saw_before(tmp_path):
    rows = [registered(i, MONDAY) for i in range(40)]
    nation = nation_of(tmp_path, rows, [loss(i, 10, loss_id=f"X{i % 20}") for i in range(40)])
    found = brought(nation, looks(range(40), LATER, DOCUMENTS))
    seen = (nation.luck[:, DOCUMENTS] < 0.5).sum()
    assert 0 < seen < 20
    assert found.is_hit.sum() == seen
    assert not found.is_hit[20:].any()
    assert (found.seen != NEVER).sum() == seen


def test_luck_is_even_and_says_the_same_whatever_else_there_is(tmp_path):
    rows, losses = many(1, 4000)
    nation = nation_of(tmp_path / "a", rows, losses)
    assert abs(nation.luck.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(nation.luck[:, 0], nation.luck[:, 2])[0, 1]) < 0.1
    extra = [*losses[:5], loss(7, 5, loss_id="a much longer name of a loss")]
    other = nation_of(tmp_path / "b", rows, extra)
    ids = nation.losses.ids.to_pylist()
    at = [ids.index(name) for name in other.losses.ids.to_pylist() if name in ids]
    assert len(at) == 5
    np.testing.assert_array_equal(other.luck[:5], nation.luck[at])


def test_an_audit_sees_its_trader_and_period_up_to_its_moment(tmp_path):
    rows = [
        registered(1, MONDAY),
        registered(2, MONDAY + timedelta(days=1)),
        registered(3, MONDAY + timedelta(days=2, hours=9)),
        registered(4, MONDAY + timedelta(days=1), "B"),
    ]
    losses = [loss(i, 100, visible_by="audit") for i in (1, 2, 3, 4)]
    nation = nation_of(tmp_path, rows, losses)
    when = MONDAY + timedelta(days=2, hours=8)
    found = brought(nation, audit_of("A", MONDAY + timedelta(days=1), when, when))
    assert found.money.tolist() == [0.0, 80.0, 0.0, 0.0]
    assert brought(nation, looks([1, 2, 3, 4], when, PHYSICAL)).money.sum() == 0.0


def test_the_oracle_is_the_best_of_all_choices_of_a_week(tmp_path):
    sights = ("documents", "physical", "documents,physical", "audit")
    rows = [registered(i, MONDAY) for i in range(6)]
    losses = [loss(i, (i * 37) % 101 + 5, visible_by=sights[i % 4]) for i in range(6)]
    nation = nation_of(tmp_path, rows, losses)
    everything = np.ones(6, dtype=np.bool_)
    week = weekly_registrations(nation.declarations)[0]
    _, money = check_oracle(nation, {week: 2}, everything)
    choices = [(i, kind) for i in range(6) for kind in range(AUDIT)]
    best = max(
        brought(nation, join([looks([i], LATER, k) for i, k in pair])).money.sum()
        for pair in combinations(choices, 2)
    )
    assert money.sum() == pytest.approx(best)


@pytest.mark.parametrize("seed", range(5))
def test_no_random_choice_beats_the_oracle_and_its_file_brings_what_it_says(tmp_path, seed):
    rows, losses = many(seed, 400)
    nation = nation_of(tmp_path, rows, losses)
    opening, counts = weekly_registrations(nation.declarations)
    weeks = range(opening, opening + len(counts))
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    chosen, money = check_oracle(nation, dict.fromkeys(weeks, 10), everything)
    assert brought(nation, chosen).money.sum() == pytest.approx(money.sum())
    draw = np.random.default_rng(seed)
    week = (nation.declarations.day + 3) // 7
    for _ in range(20):
        picks = [draw.choice(np.flatnonzero(week == w), 10, replace=False) for w in weeks]
        own = np.concatenate(picks)
        moments = [MONDAY + timedelta(seconds=int(s)) for s in _after_monday(nation, own)]
        kinds = [
            looks([i], at, int(draw.integers(AUDIT))) for i, at in zip(own, moments, strict=True)
        ]
        assert brought(nation, join(kinds)).money.sum() <= money.sum() + 1e-6


def _after_monday(nation, positions):
    return nation.declarations.registered[positions] - second(MONDAY)


def test_audits_of_the_oracle_take_what_checks_left(tmp_path):
    rows, losses = many(3, 400)
    nation = nation_of(tmp_path, rows, losses)
    opening, counts = weekly_registrations(nation.declarations)
    weeks = range(opening, opening + len(counts))
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    _, checked = check_oracle(nation, dict.fromkeys(weeks, 5), everything)
    _, audited = audit_oracle(nation, dict.fromkeys(weeks, 2), everything, checked)
    both = oracle_selection(nation, 5, 2, weeks)
    assert both.is_audit.sum() <= 2 * len(weeks)
    assert brought(nation, both).money.sum() >= (checked + audited).sum() - 1e-6
