"""Honest trade does what mechanisms do too: pieces, words that fit other lines, third parties."""

from dataclasses import replace

import numpy as np

from simulator.chronicle.exemption_lists import ListBook, line_codes
from simulator.control.lanes import RED
from simulator.control.lifecycle import NEVER
from simulator.kernel.arrays import pick
from simulator.papers.paper import original
from simulator.reference.declaration_kinds import BRANCH, PRIMARY, RE_EXPORT, REDECLARED, SPLIT
from simulator.reference.regimes import EXPORT, IMPORT, IS_TEMPORARY, UNDER_LIST
from simulator.revenue import exemptions
from simulator.revenue.exemptions import list_rows
from simulator.sources.vcis_header import header_columns
from simulator.sources.vcis_items import named_line
from simulator.trade.selecting import select
from tests.unit.simulator.schemes.busy import items_of


def test_honest_deals_come_in_pieces_too(block):
    batch = block.batch
    honest = (batch.pieces > 1) & (batch.scheme < 0).all(axis=1)
    assert 0.01 < honest.mean() < 0.07
    second = np.flatnonzero(honest & (batch.roster.kind == SPLIT))
    assert len(second) > 200


def test_words_that_fit_another_line_prove_nothing(nation, block):
    paper = original(block)
    other = named_line(nation, paper) != block.batch.declared.line
    lies = block.batch.true.line != block.batch.declared.line
    assert lies.sum() > 100
    assert 0.02 < other[~lies].mean() < 0.07
    assert other[lies].mean() < 0.5
    assert lies[other].mean() < 0.1


def test_goods_of_third_countries_are_invoiced_honestly(nation, block):
    batch = block.batch
    honest = (batch.planted.mechanism < 0) & (batch.deals.direction[batch.owner] != EXPORT)
    third = batch.true.origin != batch.deals.country[batch.owner]
    near = nation.countries.asean & nation.countries.by_land
    assert 0.06 < third[honest].mean() < 0.16
    suspicious = third & near[batch.declared.origin]
    moved = items_of(nation, block, "transshipment")
    assert suspicious[honest].sum() > 0.5 * len(moved)


def test_honest_firms_declare_by_more_than_one_broker(block):
    deals = block.batch.deals
    honest = (block.batch.scheme < 0).all(axis=1) & (deals.broker >= 0)
    pairs = np.unique(np.stack([deals.trader[honest], deals.broker[honest]]), axis=1)
    brokers = np.bincount(pairs[0])
    often = np.bincount(deals.trader[honest], minlength=len(brokers)) >= 20
    assert often.sum() > 50
    assert 0.2 < (brokers[often] > 1).mean() < 0.8


def test_honest_firms_buy_of_several_sellers_what_one_country_makes(block):
    """Of a factory in ASEAN, or what their sellers keep at home of such goods."""
    batch = block.batch
    owner = batch.owner
    honest = (batch.scheme < 0).all(axis=1)[owner] & (batch.deals.direction[owner] != EXPORT)
    honest &= batch.true.origin != batch.deals.country[owner]
    trader, seller = batch.deals.trader[owner], batch.deals.partner[owner]
    triples = np.unique(np.stack([trader, batch.true.origin, seller])[:, honest], axis=1)
    _, sellers = np.unique(triples[:2], axis=1, return_counts=True)
    assert (sellers >= 3).sum() > 10


def test_crates_make_some_honest_bills_heavier_than_the_paper_says(block):
    """Every time with the same clerk, by as much as who leaves goods out."""
    batch, masses = block.batch, block.masses
    honest = (batch.scheme < 0).all(axis=1)
    over = np.log(masses.true_gross_kg_e2 / masses.gross_kg_e2)
    _, place = np.unique(
        np.stack([batch.deals.trader, batch.deals.broker])[:, honest], axis=1, return_inverse=True
    )
    often = np.bincount(place) >= 10
    mean = np.bincount(place, over[honest]) / np.bincount(place)
    assert often.sum() > 100
    assert 0.01 < (mean[often] > 0.25).mean() < 0.12
    assert np.median(np.abs(mean[often])) < 0.02


def test_some_firms_have_many_deals_sent_in_pieces(block):
    batch = block.batch
    primary = (batch.roster.kind == PRIMARY) & (batch.scheme < 0).all(axis=1)
    often = np.bincount(batch.deals.trader[primary]) >= 20
    share = np.bincount(batch.deals.trader[primary], batch.pieces[primary] > 1)[often]
    share /= np.bincount(batch.deals.trader[primary])[often]
    assert often.sum() > 50
    assert np.median(share) < 0.05
    assert (share > 0.15).any()


def test_hardly_any_supplement_of_careless_firms_is_ever_entered(nation, chronicle, monkeypatch):
    def entered() -> int:
        rows = list_rows(nation, chronicle.grants)
        return rows["OP"].to_pylist().count("U")

    monkeypatch.setattr(exemptions, "_CARELESS_SHARE", 0.0)
    usual = entered()
    assert usual > 50
    monkeypatch.setattr(exemptions, "_CARELESS_SHARE", 1.0)
    assert entered() < 0.3 * usual


def test_what_is_cancelled_names_a_registered_line_of_its_list_and_uses_nothing(nation, block):
    rows = np.flatnonzero(block.batch.deals.regime == UNDER_LIST)
    batch, lives = select(block.batch, rows), pick(block.lives, rows)
    book = ListBook()
    book.use(nation, batch, replace(lives, cancelled=np.zeros_like(lives.cancelled)), 0)
    owner = batch.owner
    codes = line_codes(batch.deals.trader[owner], batch.roster.day[owner], batch.true.line)
    assert len(codes) > 100
    assert np.isin(codes, book.code).all()
    assert not book.used_e2.any()


def test_temporary_imports_in_several_parts_say_when_they_leave(nation, block):
    paper = original(block)
    deals, roster = block.batch.deals, block.batch.roster
    temporary = IS_TEMPORARY[deals.regime] & (deals.direction == IMPORT)
    never = np.full(len(roster), NEVER, dtype=np.int64)
    told = header_columns(nation, paper, never, np.zeros(len(roster), dtype=np.int64))
    known = ~np.array(told["HAN_TAI_XUAT"].is_null())
    assert {PRIMARY, BRANCH, SPLIT, REDECLARED} <= set(roster.kind[temporary].tolist())
    assert known[temporary].all()
    assert not known[~temporary].any()


def test_what_came_in_pieces_leaves_in_pieces_and_what_is_cancelled_never_does(block):
    batch, roster = block.batch, block.batch.roster
    order = np.argsort(roster.number)
    leaves = np.flatnonzero(roster.kind == RE_EXPORT)
    place = np.searchsorted(roster.number, roster.parent_number[leaves], sorter=order)
    parent = order[np.minimum(place, len(order) - 1)]
    here = roster.number[parent] == roster.parent_number[leaves]
    leaves, parent = leaves[here], parent[here]
    kilograms = np.bincount(batch.owner, batch.true.kg_e2)
    for kind in (PRIMARY, SPLIT, REDECLARED):
        own = roster.kind[parent] == kind
        assert own.any(), kind
        assert (kilograms[leaves[own]] == kilograms[parent[own]]).all()
    usual = block.decisions.final_lane[parent] != RED
    assert block.remains[parent[usual]].all()
