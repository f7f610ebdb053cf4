"""What control has on record, and the ranks that rest on it."""

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulator.chronicle.assessments import outcomes_of
from simulator.chronicle.audit_scope import (
    COMPLIANCE,
    declared_facts,
    weights_of,
)
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.chronicle.ranks import Ranker
from simulator.chronicle.record import (
    AUDIT_ANNULLED,
    AUDIT_HIT,
    TAKEN_BACK,
    Record,
    events,
    findings_of,
    past_of,
    undoing,
)
from simulator.chronicle.service_levels import service_levels
from simulator.chronicle.themes import NO_THEME
from simulator.chronicle.tips import TRADER, tips_of
from simulator.chronicle.violations import (
    EVASION,
    LATE_RE_EXPORT,
    LATE_SETTLEMENT,
    SHORT_TAX,
    Violations,
    violations_of,
)
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import (
    due_days,
    late_chances,
    late_reports,
    pays_late,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, pick
from simulator.nation import Nation
from simulator.reference.calendar import WEEK_DAYS
from simulator.reference.regimes import is_taxed_import
from simulator.trade.deals import draw_deals
from simulator.trade.roster import draw_roster
from tests.unit.simulator.audited_nation import A_YEAR, DAYS, FIRST, audited_nation


@pytest.fixture(scope="module")
def nation() -> Nation:
    return audited_nation()


@pytest.fixture(scope="module")
def chronicle(nation) -> Chronicle:
    return live_through(nation, A_YEAR)


@pytest.fixture(scope="module")
def ranked(nation) -> Ints:
    return Ranker(nation).ranks(Record(nation))


def _knows_compliance(nation: Nation, ranks: Callable[[Nation], Ints]) -> bool:
    """Tell whether ranks follow latent compliance among those with the same past record."""
    _, findings = past_of(nation)
    clean = np.flatnonzero((findings == 0) & ~nation.traders.is_priority)
    latent = nation.traders.compliance[clean]
    return bool(abs(np.corrcoef(ranks(nation)[clean], latent)[0, 1]) > 0.15)


def test_ranks_do_not_know_latent_compliance(nation, ranked) -> None:
    assert not _knows_compliance(nation, lambda _: ranked)
    assert np.bincount(ranked, minlength=7)[2:].min() > 0


def test_ranks_that_know_it_are_noticed(nation) -> None:
    def of_compliance(nation: Nation) -> Ints:
        noise = 0.16 * keyed.normal(nation.traders.key, "seen compliance")
        seen = nation.traders.compliance + noise
        return 6 - np.searchsorted(np.array([0.45, 0.6, 0.75, 0.92]), seen)

    assert _knows_compliance(nation, of_compliance)


def test_findings_raise_a_rank_when_they_are_known_and_clean_trade_lowers_it(nation) -> None:
    record, ranker = Record(nation), Ranker(nation)
    before = ranker.ranks(record)
    who = np.flatnonzero(before == 3)[:50]
    two = np.full(len(who), 2)
    noted = findings_of(two + FIRST + 8, who, two, two * 10**6)
    record.note(noted)
    record.advance(FIRST + WEEK_DAYS - 1)
    assert np.array_equal(ranker.ranks(record)[who], before[who])
    record.advance(FIRST + 2 * WEEK_DAYS - 1)
    after = ranker.ranks(record)[who]
    assert (after >= before[who]).all()
    assert (after > before[who]).mean() > 0.6
    assert (record.theme[who] == 2).all()
    more = ranker.ranks(_with_checks(record, who))[who]
    assert (more < after).all()
    record.note(undoing(noted, two + FIRST + 15, TAKEN_BACK))
    record.advance(FIRST + 3 * WEEK_DAYS - 1)
    assert record.claimed_vnd[who] == pytest.approx(0, abs=1e-3)
    assert np.array_equal(ranker.ranks(record)[who], before[who])
    assert (record.theme[who] == NO_THEME).all()


def test_a_hit_that_an_appeal_leaves_nothing_of_is_none(nation) -> None:
    record, who = Record(nation), np.arange(9)
    hits = events(np.full(9, FIRST + 3), who, AUDIT_HIT)
    record.note(hits)
    record.note(undoing(hits, np.full(9, FIRST + 20), AUDIT_ANNULLED))
    for week in range(1, 5):
        record.advance(FIRST + week * WEEK_DAYS - 1)
        expected = 1.0 if week == 1 else 0.0 if week >= 3 else 0.5 ** (1 / 156)
        assert record.audit_hits[who] == pytest.approx(expected, abs=1e-9)


def _with_checks(record: Record, who: Ints) -> Record:
    other = record.copy()
    other.checks[who] += 400
    return other


def test_new_firms_are_ranked_by_age_and_sanctions_alone(nation, chronicle) -> None:
    traders = nation.traders
    new = np.flatnonzero(traders.is_ordinary & (traders.founded_day > FIRST + 60))
    new = new[(traders.founded_day[new] < FIRST + 300) & ~traders.is_priority[new]]
    day = traders.founded_day[new] + 200
    rank = chronicle.rank_of(nation, new, day)
    told = _told_sanctions(nation, chronicle)
    begins = FIRST + (day - FIRST) // WEEK_DAYS * WEEK_DAYS
    assert (rank > 7).sum() >= 3
    for trader, first, seen in zip(new.tolist(), begins.tolist(), rank.tolist(), strict=True):
        own = pick(told, (told.trader == trader) & (told.decided < first))
        acts = own.act[(own.annulled == NEVER) | (own.annulled >= first)]
        assert seen == 7 + (len(acts) > 0) + (acts == EVASION).any()


def _told_sanctions(nation: Nation, chronicle: Chronicle) -> Violations:
    """Return what the table of violations tells of the time lived."""
    audit = chronicle.audited, outcomes_of(nation, chronicle.ledger, chronicle.audited)
    late = chronicle.overdue, late_reports(nation)
    return violations_of(nation, chronicle.sanctions, chronicle.ledger, audit, late)


def test_the_record_holds_the_sanctions_that_stand(nation, chronicle) -> None:
    told, last = _told_sanctions(nation, chronicle), chronicle.record.day
    assert set(told.act.tolist()) >= {SHORT_TAX, LATE_RE_EXPORT, LATE_SETTLEMENT}
    stands = (told.annulled == NEVER) | (told.annulled > last)
    assert (~stands).sum() > 20
    number = np.bincount(told.trader[stands], minlength=len(nation.traders))
    assert np.array_equal(number, chronicle.record.standing)
    cleared = np.setdiff1d(told.trader[~stands], told.trader[stands])
    assert len(cleared) > 3
    assert chronicle.record.sanctions[cleared] == pytest.approx(0, abs=1e-9)


def test_what_is_on_record_fades_and_tips_grow_old(nation, chronicle) -> None:
    record = Record(nation)
    start = record.findings.copy()
    tips = tips_of(replace(nation, scale=1.0), chronicle.states, FIRST + np.arange(7))
    record.note_tips(tips)
    for week in range(1, 40):
        record.advance(FIRST + week * WEEK_DAYS - 1)
        if week == 2:
            assert (record.tipped != NO_THEME).sum() == len(
                np.unique(tips.trader[tips.kind == TRADER])
            )
    assert (record.tipped == NO_THEME).all()
    assert record.findings.sum() < 0.7 * start.sum()


def test_services_are_judged_by_what_was_observed(nation, chronicle) -> None:
    month = int(np.datetime64(FIRST + DAYS - 1, "D").astype("datetime64[M]").astype(int))
    brokers = len(nation.brokers)
    levels = service_levels(nation, chronicle.record, month)
    shares = np.bincount(levels, minlength=6)[2:] / len(levels)
    assert shares.min() > 0
    assert shares[0] > 0.3
    latent = nation.actors.carriers.compliance
    of_carriers = levels[brokers : brokers + len(latent)]
    assert abs(np.corrcoef(of_carriers, latent)[0, 1]) < 0.4
    worse = copy.copy(chronicle.record)
    worse.broker_found = chronicle.record.broker_found + 30
    later = service_levels(nation, worse, month)
    assert (later[:brokers] >= levels[:brokers]).all()
    assert (later[:brokers] > levels[:brokers]).mean() > 0.5
    assert np.array_equal(later[brokers:], levels[brokers:])
    assert chronicle.record.broker_found.sum() > 50


def test_a_half_year_does_not_judge_itself(nation, chronicle) -> None:
    month = int(np.datetime64(FIRST, "D").astype("datetime64[M]").astype(int))
    worse = copy.copy(chronicle.record)
    worse.broker_found = chronicle.record.broker_found + 30
    one = service_levels(nation, chronicle.record, month)
    assert np.array_equal(service_levels(nation, worse, month), one)


def test_a_firm_is_young_for_as_long_as_it_is_and_not_for_ever(nation) -> None:
    """Also one that is founded after the first day: the age is that of the day."""
    traders, declared, record = nation.traders, declared_facts(nation), Record(nation)
    later = (traders.founded_day > FIRST + 30) & (traders.closed_day > FIRST + 2_000)
    who = np.flatnonzero(later & traders.is_ordinary & (traders.founded_day < FIRST + 150))
    assert len(who) > 5
    ranker, ranks, weights = Ranker(nation), [], []
    long_ago = np.full(len(traders), FIRST - 5_000)
    for day in (FIRST + 400, FIRST + 1_500):
        record.day = day
        ranks.append(ranker.ranks(record)[who])
        # On this ground a quarter has no impressions of its own.
        known = (declared, record), (np.full(len(traders), 3), long_ago)
        weights.append(weights_of(nation, day, *known)[COMPLIANCE][who])
    assert (ranks[1] <= ranks[0]).all()
    assert (ranks[1] < ranks[0]).any()
    assert np.allclose(weights[0], 1.15 * weights[1])
    assert weights[1].max() > 0
    new, old = (nation.mistake_chances(who, np.full(len(who), FIRST + day)) for day in (200, 1_500))
    assert np.allclose(new, np.minimum(1.5 * old, 0.06))


def test_a_late_payment_is_on_record_once_it_is_due(nation, chronicle) -> None:
    record, days = Record(nation), np.arange(FIRST, FIRST + WEEK_DAYS)
    roster = draw_roster(nation.clock, days, chronicle.due(days))
    deals = draw_deals(nation, chronicle.states, roster)
    record.note_trade(roster, deals)
    assert not record.late_payments.any()
    pays = np.flatnonzero(is_taxed_import(deals.direction, deals.regime))
    chance, term = late_chances(nation, deals.trader[pays]), deals.term[pays]
    late = pays[pays_late(chance, term, roster.key[pays])]
    due = due_days(roster.day[late], deals.term[late])
    assert (due > FIRST + 8).sum() > 3
    known = []
    for week in range(1, 10):
        record.advance(FIRST + week * WEEK_DAYS - 1)
        known.append(record.late_payments.sum() * 2 ** ((week - 1) / 52))
    expected = [(due + 1 < FIRST + week * WEEK_DAYS).sum() for week in range(1, 10)]
    assert np.allclose(known, expected, rtol=0.1, atol=0.5)
    assert expected[0] < expected[-1] == len(late)
