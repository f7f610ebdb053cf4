"""Auditors and ranks know what is on record and declared; what is hidden they do not know."""

from dataclasses import fields, replace

import numpy as np
import pytest

from simulator.chronicle import audit_scope
from simulator.chronicle import audits as auditing
from simulator.chronicle.assessments import outcomes_of
from simulator.chronicle.audit_scope import (
    COMPLIANCE,
    RANDOM,
    RISK,
    SIGN,
    choose_traders,
)
from simulator.chronicle.audits import Audited, Auditors, hidden_of, seen_in
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.chronicle.themes import EVERYTHING, ORIGIN, VALUE
from simulator.chronicle.tips import THEME_OF_WARNING, TRADER, tips_of
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import (
    filing_days,
    re_export_limit,
)
from simulator.kernel.arrays import Floats, Ints, pick
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.reference.calendar import last_day_of
from tests.unit.simulator.audited_nation import A_YEAR, DAYS, FIRST, audited_nation
from tests.unit.simulator.audits_of_ledgers import draw_audits


@pytest.fixture(scope="module")
def nation() -> Nation:
    return audited_nation()


@pytest.fixture(scope="module")
def chronicle(nation) -> Chronicle:
    return live_through(nation, A_YEAR)


def _audited(nation: Nation, chronicle: Chronicle, ledger: Ledger) -> Audited:
    return draw_audits(nation, chronicle.states, ledger, A_YEAR, chronicle.ranks)


def _with_other_duties(ledger: Ledger) -> Ledger:
    """Return a ledger in which what nobody found evades the duty of somebody else's item."""
    evaded = ledger.evaded_vnd.copy()
    hidden = np.flatnonzero(ledger.found == NEVER)
    evaded[hidden] = evaded[hidden][::-1] * 1_000
    return replace(ledger, evaded_vnd=evaded)


def _knows_hidden_duty(nation: Nation, chronicle: Chronicle) -> bool:
    one = _audited(nation, chronicle, chronicle.ledger).audits
    other = _audited(nation, chronicle, _with_other_duties(chronicle.ledger)).audits
    return not all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(one)
    )


def test_auditors_do_not_know_the_duty_that_is_hidden(nation, chronicle) -> None:
    assert not _knows_hidden_duty(nation, chronicle)


def test_auditors_who_know_it_are_noticed(nation, chronicle, monkeypatch) -> None:
    """They look into the ledger of the week that they live."""
    blind, live_week, seen = audit_scope.weights_of, Auditors.live_week, [0]

    def looking(auditors: Auditors, ledger: Ledger, *rest: object) -> object:
        seen[0] = np.bincount(ledger.trader, ledger.evaded_vnd, len(nation.traders))
        return live_week(auditors, ledger, *rest)

    monkeypatch.setattr(Auditors, "live_week", looking)
    monkeypatch.setattr(
        "simulator.chronicle.audits.weights_of", lambda *known: blind(*known) * (1 + seen[0])
    )
    assert _knows_hidden_duty(nation, chronicle)


def test_as_many_audits_find_something_as_published_and_the_lot_far_fewer() -> None:
    """Published: 43 to 92 of a hundred; 182 million VND an audit (2022), here by its order."""
    nation = draw_nation(6, 0.02, (FIRST, FIRST, FIRST + DAYS - 1), 0.01, MECHANISMS)
    lived = live_through(nation, 600)
    audited = lived.audited
    late = np.flatnonzero(audited.audits.decided > FIRST + 200)
    outcomes = outcomes_of(nation, lived.ledger, audited)
    ground = audited.audits.ground[late]
    hits = outcomes.has_finding[late]
    by_ground = np.array([hits[ground == one].mean() for one in range(4)])
    # Of one nation alone: two standard errors on either side.
    error = 2 * np.sqrt(by_ground * (1 - by_ground) / np.bincount(ground, minlength=4))
    assert 0.43 - error[SIGN] < by_ground[SIGN] < 0.92
    assert 0.02 < by_ground[RANDOM] < 0.6 * by_ground[SIGN] + error[RANDOM]
    assert by_ground[RANDOM] < by_ground[RISK] < 0.92
    assert 0.02 < by_ground[COMPLIANCE] < 0.92
    assert 5e6 < outcomes.assessed_vnd[late].mean() < 500e6


def test_a_theme_finds_more_of_its_own_and_schemes_are_followed_up(nation, chronicle) -> None:
    ledger = chronicle.ledger
    hidden = hidden_of(nation, ledger, np.flatnonzero(ledger.found == NEVER))
    one = np.zeros(len(hidden), dtype=np.int64)
    day = {"from_day": one + nation.first_day, "to_day": one + nation.last_day}
    day["decided"] = one + nation.last_day + 1

    def found(theme: int, audit: Ints) -> Ints:
        told = replace(pick(chronicle.audited.audits, one), theme=one + theme, **day)
        return seen_in(nation, told, hidden, audit)

    apart = np.arange(len(hidden))
    seen = [found(theme, apart) for theme in (VALUE, EVERYTHING, ORIGIN)]
    of_value = [(hidden.theme[rows] == VALUE).sum() for rows in seen]
    assert of_value[0] > of_value[1] > of_value[2] > 20
    together = found(ORIGIN, np.unique(hidden.trader, return_inverse=True)[1])
    is_meant = hidden.scheme >= 0
    assert is_meant[together].sum() > 1.1 * is_meant[seen[2]].sum()


def test_a_sign_is_something_on_record_in_that_week(nation, monkeypatch) -> None:
    has_sign, grounds = [], []

    def seen(nation: Nation, day: int, weights: Floats, drawn: Ints) -> tuple[Ints, Ints]:
        signs = weights[SIGN] > 0
        chosen, ground = choose_traders(nation, day, weights, drawn)
        has_sign.append(signs[chosen])
        grounds.append(ground)
        return chosen, ground

    monkeypatch.setattr(auditing, "choose_traders", seen)
    live_through(nation, A_YEAR)
    by_sign = np.concatenate(grounds) == SIGN
    assert by_sign.sum() > 15
    assert np.concatenate(has_sign)[by_sign].all()
    assert np.concatenate(has_sign)[~by_sign].mean() < 0.9


def test_tips_come_late_and_are_as_often_wrong(nation, chronicle) -> None:
    days = np.arange(FIRST, FIRST + DAYS)
    tips = tips_of(replace(nation, scale=1.0), chronicle.states, days)
    own = tips.kind == TRADER
    day, trader = tips.day[own], tips.trader[own]
    plans, weeks = nation.schemes, chronicle.states.week(day)
    active = chronicle.states.runs(np.arange(len(plans)), weeks[:, None])
    runs = active & (plans.trader == trader[:, None])
    right = runs.any(axis=1)
    assert 0.3 < right.mean() < 0.65
    assert len(np.unique(THEME_OF_WARNING[tips.warning])) > 4
    fresh = active & (plans.start_day > day[:, None] - 20)
    share = (fresh & (plans.trader == trader[:, None])).any(axis=1).mean()
    assert share < 0.05


def test_audits_see_nothing_before_it_has_happened(nation) -> None:
    """Not that goods stay before they should have left, nor what a report says before it is."""
    lived = live_through(nation, 900)
    ledger, end = lived.ledger, last_day_of(2024)
    shows = hidden_of(nation, ledger, np.arange(len(ledger))).shows
    kept = ledger.mechanism == nation.place_of("temporary_import_kept")
    told = ledger.mechanism == nation.place_of("norm_abuse")
    told &= ledger.day <= end
    assert min(kept.sum(), told.sum()) > 20
    assert (shows > re_export_limit(ledger.regime, ledger.day))[kept].all()
    filed = np.minimum(filing_days(nation, 2024)[0][ledger.trader], end + 150)
    assert (filed > end).all()
    assert np.array_equal(shows[told], filed[told])
    false = ledger.mechanism < 0
    assert np.array_equal(shows[false], ledger.day[false])
    decided = lived.audited.audits.decided[lived.audited.audit]
    assert (decided >= shows[lived.audited.item]).all()
    assert told[lived.audited.item].sum() > 20
