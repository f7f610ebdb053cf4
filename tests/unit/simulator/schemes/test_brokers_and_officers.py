"""Brokers and officers who help others to evade: who, by which way, from which list."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.control.inspections import NOTHING_LACKS, lacking_papers, look
from simulator.kernel.arrays import pick
from simulator.mechanisms.broker_cartel import BrokerCartel
from simulator.mechanisms.broker_ring import BrokerRing
from simulator.mechanisms.mechanism import DOCUMENTS
from simulator.reference.regimes import IMPORT
from tests.unit.simulator.schemes.busy import case_of, items_of


def test_officer_and_broker_act_together_and_nowhere_else(nation, block):
    batch, plans = block.batch, nation.schemes
    rows = items_of(nation, block, "officer_collusion")
    owner, scheme = batch.owner[rows], batch.planted.scheme[rows]
    assert len(np.unique(owner)) > 40
    assert (batch.deals.office[owner] == plans.office[scheme]).all()
    assert (batch.deals.broker[owner] == plans.broker[scheme]).all()
    assert (batch.friend[owner] == plans.officer[scheme]).all()
    assert (nation.officers.broker[plans.officer[scheme]] == plans.broker[scheme]).all()


def test_the_friend_takes_checks_on_himself_lowers_lanes_and_sees_nothing(block):
    batch, decisions, checks = block.batch, block.decisions, block.checks
    helped = np.flatnonzero(batch.friend >= 0)
    assert (decisions.officer[helped] == batch.friend[helped]).mean() > 0.8
    stricter = helped[decisions.lane[helped] > 1]
    lowered = decisions.final_lane[stricter] < decisions.lane[stricter]
    assert 0.15 < lowered.mean() < 0.45
    others = np.setdiff1d(np.flatnonzero(decisions.lane > 1), helped)
    usual = decisions.final_lane[others] < decisions.lane[others]
    assert 0 < usual.mean() < 0.03
    own = np.flatnonzero(batch.friend[checks.declaration] == checks.officer)
    assert len(own) > 20
    assert not np.isin(block.findings.check, own).any()


def test_a_friend_misses_no_paper_and_takes_nothing_true_for_false(nation, block):
    checks = pick(block.checks, block.checks.method == DOCUMENTS)
    friend = block.batch.friend.copy()
    friend[checks.declaration] = checks.officer
    helped = replace(block.batch, friend=friend)
    assert (lacking_papers(nation, block.batch, checks) != NOTHING_LACKS).sum() > 20
    assert (lacking_papers(nation, helped, checks) == NOTHING_LACKS).all()
    assert len(look(nation, block.batch, checks).check) > 20
    assert not len(look(nation, helped, checks).check)


def test_a_ring_has_two_clients_at_least(nation):
    schemes = BrokerRing().plan(nation)
    _, clients = np.unique(schemes.broker, return_counts=True)
    assert len(clients) > 0
    assert clients.min() > 1


@pytest.mark.parametrize("mechanism", [BrokerRing(), BrokerCartel()])
def test_clients_of_one_list_shade_a_chapter_by_the_same(nation, block, mechanism):
    batch = block.batch
    schemes = mechanism.plan(nation)
    group = np.full(len(nation.traders), -1, dtype=np.int64)
    group[schemes.trader] = schemes.group
    member = group[batch.deals.trader[batch.owner]]
    taxed = batch.deals.direction[batch.owner] == IMPORT
    rows = np.flatnonzero((member >= 0) & taxed)
    case = case_of(batch, rows)
    deed = mechanism.act(nation, case)
    takes = np.flatnonzero(deed.takes_part)
    shaded = np.log(case.unit_price_e4[takes] / deed.unit_price_e4[takes])
    chapter = nation.goods.hs2[case.line[takes]]
    lists = member[rows][takes] * 100 + chapter
    firms = case.trader[takes]
    shared = [one for one in np.unique(lists) if len(np.unique(firms[lists == one])) > 1]
    assert shared
    level = {one: np.median(shaded[lists == one]) for one in np.unique(lists)}
    assert np.ptp(list(level.values())) > 0.05
    for one in shared:
        assert np.abs(shaded[lists == one] - level[one]).max() < 0.12


def test_a_cartel_spreads_its_clients_over_its_brokers(nation, block):
    batch, plans = block.batch, nation.schemes
    rows = items_of(nation, block, "broker_cartel")
    scheme, broker = batch.planted.scheme[rows], batch.deals.broker[batch.owner[rows]]
    busy = np.bincount(scheme).argmax()
    assert len(np.unique(broker[scheme == busy])) > 1
    # Who bribes as well, by another scheme, has a friend of its own.
    alone = (batch.scheme[batch.owner[rows]] >= 0).sum(axis=1) == 1
    group = plans.group[scheme]
    members = [set(broker[alone & (group == one)].tolist()) for one in np.unique(group[alone])]
    assert len(members) >= 2
    assert all(not (one & other) for one in members for other in members if one is not other)
    assert alone.sum() > 50
    assert (batch.friend[batch.owner[rows]][alone] < 0).all()
