"""When schemes begin and end, who is told as their heir, and that every declaration is lived."""

import numpy as np
import pytest

from simulator.cargo.crossings import crossings_of, land_gates
from simulator.chronicle.answers import let_answer
from simulator.chronicle.follow_ups import again_after_cancelling
from simulator.chronicle.life import planned_states
from simulator.control.lifecycle import surely_stands
from simulator.control.overdue import must_leave, overdue_of
from simulator.kernel.arrays import pick
from simulator.reference.calendar import WEEK_DAYS
from simulator.reference.declaration_kinds import REDECLARED, SPLIT
from simulator.trade.batch import declare, running_schemes
from simulator.trade.deals import draw_deals
from simulator.trade.roster import draw_roster
from simulator.truth import schemes_of


def schemes_named(nation, name):
    return np.flatnonzero(nation.mechanism_of == nation.place_of(name))


@pytest.fixture(scope="module")
def lived(nation, chronicle):
    """All declarations, with their deals and running schemes."""
    days = np.arange(nation.first_day, nation.last_day + 1)
    roster = draw_roster(nation.clock, days, chronicle.follow_ups)
    deals = draw_deals(nation, chronicle.states, roster)
    return roster, deals, running_schemes(nation, chronicle.states, deals.trader, roster.day)


def test_no_scheme_outlives_its_firm(nation, chronicle):
    closed = nation.traders.closed_day[nation.schemes.trader]
    assert (nation.schemes.end_day <= closed + 1).all()
    assert (nation.schemes.end_day == closed + 1).sum() > 5
    assert np.array_equal(chronicle.states.end_day, nation.schemes.end_day)


def test_vanishing_firms_begin_when_they_are_there(nation):
    own = schemes_named(nation, "vanishing_firm")
    trader = nation.schemes.trader[own]
    founded = np.maximum(nation.traders.founded_day[trader], nation.first_day)
    assert len(own) > 5
    assert np.array_equal(nation.schemes.start_day[own], founded)
    assert np.array_equal(nation.schemes.end_day[own], nation.traders.closed_day[trader] + 1)


def test_an_heir_ends_when_it_is_caught_and_not_when_the_firm_before_it_is(nation):
    states = planned_states(nation)
    first = int(states.week(nation.schemes.start_day[schemes_named(nation, "phoenix")]).min())
    scheme = np.array(
        [
            one
            for one in schemes_named(nation, "phoenix")
            if states.week(nation.schemes.start_day[[one]])[0] <= first + 8
        ][:1]
    )
    week = first + 10

    def caught(states, week, *, heir):
        until = week, nation.first_day + week * WEEK_DAYS + 6
        return let_answer(nation, states, (scheme, np.array([heir])), until)

    died = caught(states, week, heir=False)
    born = int(died.reborn_day[nation.schemes.trader[scheme]][0])
    assert born < nation.last_day
    after = int(died.week(np.array([born]))[0]) + 1
    again = caught(died, after, heir=False)
    assert again.runs(scheme, after + 2).all()
    assert not caught(died, after, heir=True).runs(scheme, after + 2).any()


def test_heirs_are_told_where_they_came(nation, chronicle):
    told = schemes_of(nation, chronicle.states).to_pydict()
    heirs = {
        (trader, heir)
        for trader, heir in zip(told["ma_dn"], told["ma_dn_sau"], strict=True)
        if heir is not None
    }
    came = np.flatnonzero(chronicle.states.reborn_day <= nation.last_day)
    codes = nation.traders.tax_codes
    assert heirs
    assert heirs <= {(codes[one], codes[nation.traders.successor[one]]) for one in came}


def test_papers_are_lent_where_residents_cross(nation):
    own = schemes_named(nation, "quota_stacking")
    office = nation.schemes.office[own]
    assert len(own) > 5
    assert land_gates(nation.surroundings, nation.offices)[office].all()
    days = np.array([nation.last_day])
    crossings = crossings_of(nation.surroundings, nation.offices, nation.scale, days)
    assert (crossings.slips[office] > 0).all()


def test_what_is_registered_late_in_a_week_is_lived_like_everything(nation, chronicle, lived):
    """Brokers' declarations and overdue goods, counted anew over all that was registered."""
    roster, deals, scheme = lived
    half = chronicle.record.half(roster.day)
    own = deals.broker >= 0
    counted = np.zeros_like(chronicle.record.broker_declared)
    np.add.at(counted, (deals.broker[own], half[own]), 1)
    noted = chronicle.record.broker_declared
    assert counted.sum() > 1_000
    assert np.array_equal(counted, noted)
    assert (must_leave(deals) & (roster.kind == SPLIT)).sum() > 5
    stands = surely_stands(nation, roster.key, deals.trader, scheme)
    late = overdue_of(roster, deals, chronicle.follow_ups, stands)
    before = nation.last_day - 30 * WEEK_DAYS
    known = pick(chronicle.overdue, chronicle.overdue.limit_day < before)
    assert set(known.key.tolist()) == set(late.key[late.limit_day < before].tolist())
    assert set(known.number.tolist()) == set(late.number[late.limit_day < before].tolist())


def test_where_goods_are_declared_again_depends_on_them_alone(nation, chronicle, block):
    batch, lives, decisions = block.batch, block.lives, block.decisions
    whole = again_after_cancelling(nation, batch, decisions, lives)
    moved = pick(whole, whole.kind == REDECLARED)
    rows = np.flatnonzero(np.isin(batch.roster.key, moved.parent_key))
    assert len(rows) > 20
    alone = declare(nation, chronicle.states, pick(batch.roster, rows))
    some = again_after_cancelling(nation, alone, pick(decisions, rows), pick(lives, rows))
    assert np.array_equal(np.sort(some.key), np.sort(moved.key))
    other = dict(zip(moved.key.tolist(), moved.detail.tolist(), strict=True))
    assert [other[key] for key in some.key.tolist()] == some.detail.tolist()
