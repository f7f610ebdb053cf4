"""Who does what at an office, and by which policy: contacts and desks of firms and brokers."""

import numpy as np

from simulator.control.lanes import at_work, policy_versions
from simulator.mechanisms.mechanism import DOCUMENTS


def test_a_contact_does_the_papers_of_its_firm_and_the_lot_binds_it(nation, block) -> None:
    deals, lanes, checks = block.batch.deals, block.decisions, block.checks
    officer, _, by_contact = at_work(nation, deals, block.batch.roster.key)
    assert 0.01 < by_contact.mean() < 0.06
    released = lanes.final_lane < lanes.lane
    usual = released[~by_contact & (lanes.lane > 1) & (block.batch.friend < 0)]
    assert usual.mean() < 0.01
    assert 0.1 < released[by_contact & (lanes.lane > 1)].mean() < 0.4
    assert lanes.is_random.sum() > 100
    assert not released[lanes.is_random].any()
    papers = np.flatnonzero(checks.method == DOCUMENTS)
    own = papers[by_contact[checks.declaration[papers]]]
    assert (checks.officer[own] == officer[checks.declaration[own]]).mean() > 0.6


def test_a_lane_policy_lasts_half_a_year() -> None:
    days = np.array(["2025-06-30", "2025-07-01", "2026-01-01"], dtype="datetime64[D]")
    told = policy_versions(days.astype(np.int64)).to_pylist()
    assert told == ["QLRR-2025.1", "QLRR-2025.2", "QLRR-2026.1"]


def test_some_brokers_have_a_desk_at_an_office_that_does_most_of_their_papers(block):
    deals, checks = block.batch.deals, block.checks
    honest = (block.batch.friend < 0) & (deals.broker >= 0)
    papers = np.flatnonzero((checks.method == DOCUMENTS) & honest[checks.declaration])
    owner = checks.declaration[papers]
    pairs = np.stack([deals.broker[owner], deals.office[owner]], axis=1)
    _, pair = np.unique(pairs, axis=0, return_inverse=True)
    tasks = np.unique(np.stack([pair, checks.officer[papers]], axis=1), axis=0, return_counts=True)
    most = np.zeros(pair.max() + 1)
    np.maximum.at(most, tasks[0][:, 0], tasks[1])
    count = np.bincount(pair)
    busy = count >= 15
    share = most[busy] / count[busy]
    assert busy.sum() > 50
    assert 0.1 < (share > 0.6).mean() < 0.45
    assert np.median(share) < 0.4
