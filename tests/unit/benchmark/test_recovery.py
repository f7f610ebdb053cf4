"""Money, hits and the oracle against figures worked out by hand and by brute force."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import numpy as np
import pytest

from benchmark.arrays import NEVER
from benchmark.judgement import valid_rows
from benchmark.kinds import AUDIT, KINDS, PHYSICAL, chance_table
from benchmark.nation import weekly_registrations
from benchmark.oracle import audit_oracle, check_oracle, oracle_selection
from benchmark.recovery import recover
from benchmark.selection import join
from tests.unit.benchmark.nations import (
    MONDAY,
    audit_of,
    looks,
    loss,
    many,
    nation_of,
    number,
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


def test_nothing_is_seen_before_the_day_on_which_it_shows(tmp_path):
    """Neither by a check nor by an audit; one of them afterwards sees it as ever."""
    shows = MONDAY + timedelta(days=3)
    rows = [registered(1, MONDAY), registered(2, shows + timedelta(days=9), "B")]
    late = {"visible_by": "documents,audit", "shows_on": shows.date()}
    nation = nation_of(tmp_path, rows, [loss(1, 100, **late)])
    # Luck that sees whatever can be seen.
    nation = replace(nation, luck=np.zeros_like(nation.luck))
    evening = shows - timedelta(seconds=1)
    for moment, money in ((evening, (0.0, 0.0)), (shows, (60.0, 85.0))):
        for asked, brings in zip(
            (looks([1], moment, VALUE), audit_of("A", MONDAY, moment, moment)), money, strict=True
        ):
            found = brought(nation, asked)
            assert found.money.tolist() == [brings]
            assert found.is_hit.tolist() == [brings > 0]
            assert (found.seen[0] != NEVER, found.best_row[0] >= 0) == (brings > 0, brings > 0)


def test_the_oracle_waits_for_what_shows_and_leaves_what_never_does(tmp_path):
    """One shows at once, one on Thursday, one next week, one after the last registration."""
    after = [0, 3, 9, 15]
    rows = [registered(i, MONDAY + timedelta(hours=i), f"T{i}") for i in range(4)]
    rows.append(registered(4, MONDAY + timedelta(days=14)))
    losses = [
        loss(i, 100, visible_by="documents,audit", shows_on=(MONDAY + timedelta(days=days)).date())
        for i, days in enumerate(after)
    ]
    nation = nation_of(tmp_path, rows, losses)
    assert nation.is_visible.tolist() == [True, True, True, False]
    opening, counts = weekly_registrations(nation.declarations)
    limits = dict.fromkeys(range(opening, opening + len(counts)), 4)
    everything = np.ones(4, dtype=np.bool_)
    chosen, money = check_oracle(nation, limits, everything)
    assert money.tolist() == [60.0, 60.0, 0.0, 0.0]
    assert chosen.selected.tolist() == [second(MONDAY), second(MONDAY + timedelta(days=3))]
    np.testing.assert_array_equal(brought(nation, chosen).money, money)
    chosen, money = audit_oracle(nation, limits, everything)
    assert money.tolist() == [85.0, 85.0, 85.0, 0.0]
    week = (nation.shows[:3] + 3) // 7
    names = dict(zip(chosen.trader.to_pylist(), (chosen.selected // 86_400 + 3) // 7, strict=True))
    assert names == {f"T{i}": week[i] for i in range(3)}
    np.testing.assert_array_equal(brought(nation, chosen).money, money)


def test_a_loss_of_two_declarations_is_offered_with_the_one_in_whose_week_it_shows(tmp_path):
    shows = MONDAY + timedelta(days=8)
    rows = [registered(1, MONDAY), registered(2, shows)]
    nation = nation_of(
        tmp_path, rows, [loss(i, 100, loss_id="X", shows_on=shows.date()) for i in (1, 2)]
    )
    opening = weekly_registrations(nation.declarations)[0]
    chosen, money = check_oracle(nation, {opening: 1, opening + 1: 1}, np.ones(1, dtype=np.bool_))
    assert money.tolist() == [60.0]
    assert chosen.number.tolist() == [number(2)]


@pytest.mark.parametrize("seed", range(3))
def test_no_choice_of_a_week_beats_the_oracle_where_losses_show_late(tmp_path, seed):
    rows, losses = many(seed, 400)
    draw = np.random.default_rng(seed)
    for own in losses:
        at = datetime.fromisoformat(rows[int(own["so_tk_goc"]) - number(0)]["NGAY_DK"])
        own["shows_on"] = (at + timedelta(days=int(draw.integers(10)))).date()
    nation = nation_of(tmp_path, rows, losses)
    opening, counts = weekly_registrations(nation.declarations)
    weeks = range(opening, opening + len(counts))
    everything = np.ones(len(nation.losses), dtype=np.bool_)
    chosen, money = check_oracle(nation, dict.fromkeys(weeks, 10), everything)
    assert 0 < money.sum() == pytest.approx(brought(nation, chosen).money.sum())
    week = (nation.declarations.day + 3) // 7
    end = MONDAY + timedelta(days=7, seconds=-1)
    for _ in range(20):
        picks = [
            looks(
                draw.choice(np.flatnonzero(week == own), 10, replace=False),
                end + timedelta(weeks=place), int(draw.integers(AUDIT)),
            )
            for place, own in enumerate(weeks)
        ]  # fmt: skip
        assert brought(nation, join(picks)).money.sum() <= money.sum() + 1e-6
    audited, money = audit_oracle(nation, dict.fromkeys(weeks, 3), everything)
    assert 0 < money.sum() <= brought(nation, audited).money.sum() + 1e-6


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
