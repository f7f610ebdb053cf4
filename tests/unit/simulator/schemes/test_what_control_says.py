"""Whoever reads what audits and corrections on request say has not read the truth."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from simulator.block import make_block
from simulator.chronicle.assessments import outcomes_of
from simulator.chronicle.audits import hidden_of, seen_in
from simulator.chronicle.ledger import ledger_of
from simulator.chronicle.living import live_through
from simulator.control.beliefs import as_believed
from simulator.control.inspections import Findings
from simulator.control.lifecycle import NEVER
from simulator.control.self_correction import found_at
from simulator.kernel.arrays import pick
from simulator.mechanisms.loading import MECHANISMS
from simulator.mechanisms.undervaluation import Undervaluation
from simulator.papers.paper import base_numbers
from simulator.reference.assessment import Taxed, assess
from simulator.reference.regimes import IMPORT, IS_TAXED
from simulator.reference.tax_letters import after_exemption, item_amounts
from simulator.revenue.corrections import correct
from simulator.revenue.differences import as_true
from simulator.revenue.entries import ON_REQUEST
from simulator.revenue.standing import stand
from simulator.sources.audit_rows import audit_tables
from simulator.trade.batch import short_of
from simulator.trade.irregularities import LINE, QUANTITY, VALUE
from simulator.trade.valuation import payable
from tests.unit.simulator.schemes.busy import busy_nation


@pytest.fixture(scope="module")
def ledger(nation, block):
    return ledger_of(nation, block.batch, block.lives, block.checks, block.findings)


@pytest.fixture(scope="module")
def audited_often(nation):
    return live_through(nation, 4_000)


def _items_of(batch, ledger):
    """Return the position in the batch of each item of the ledger."""
    number = batch.roster.number[batch.owner] * 100 + batch.declared.number
    order = np.argsort(number)
    item = order[np.searchsorted(number, ledger.number * 100 + ledger.item_number, sorter=order)]
    assert (number[item] == ledger.number * 100 + ledger.item_number).all()
    return item


def test_auditors_come_near_the_truth_and_seldom_hit_it(block, ledger):
    """Values and quantities of items that are short, against those of the batch itself."""
    batch, item = block.batch, _items_of(block.batch, ledger)
    wrong = ledger.mechanism >= 0
    short = wrong & (ledger.differs == QUANTITY)
    part = (ledger.quantity_e2 - ledger.declared_quantity_e2)[short] / (
        batch.true.quantity_e2 - batch.declared.quantity_e2
    )[item[short]]
    assert short.sum() > 500
    assert (part == 1).mean() < 0.25
    assert 0.9 < np.median(part) < 1.0
    dear = wrong & (ledger.differs == VALUE) & (batch.planted.hidden_vnd[item] == 0)
    worth = batch.valuation.customs_vnd * batch.true.value_e2 / batch.declared.value_e2
    part = (ledger.true_value_vnd - ledger.declared_value_vnd)[dear] / (
        worth - batch.valuation.customs_vnd
    )[item[dear]]
    assert dear.sum() > 500
    assert 0.9 < np.median(part) < 1.0
    assert (np.abs(part - 1) < 0.001).mean() < 0.05
    lied = wrong & (ledger.differs == LINE)
    assert 0.0 < (ledger.line != batch.true.line[item])[lied].mean() < 0.15


def test_the_duty_that_auditors_settle_is_that_of_what_they_settle(nation, block, ledger):
    """Another code that is false too brings its own duty, a part of what is short the part's."""
    batch, item = block.batch, _items_of(block.batch, ledger)
    plain = (ledger.mechanism >= 0) & (batch.planted.hidden_vnd[item] == 0)
    real = replace(pick(batch.true, item), line=ledger.line, quantity_e2=ledger.quantity_e2)
    same = real.quantity_e2 == batch.true.quantity_e2[item]
    same &= batch.true.unit_price_e4[item] == batch.declared.unit_price_e4[item]
    rows = np.flatnonzero(plain & same)
    paid = payable(batch.deals, batch.owner, batch.duties)[item[rows]]
    short = short_of(nation, batch.roster, batch.deals, pick(real, rows), paid)
    errs = ledger.line[rows] != batch.true.line[item[rows]]
    assert errs.sum() > 5
    assert (ledger.evaded_vnd[rows] == short).all()
    rest = np.flatnonzero(ledger.mechanism >= 0)
    share = ledger.evaded_vnd[rest].sum() / batch.evaded_vnd[item[rest]].sum()
    assert 0.92 < share < 1.02


def test_another_false_code_may_bring_another_duty():
    """In a nation where some of the codes to which auditors err do not bear the same rate."""
    nation = busy_nation(6, MECHANISMS)
    chronicle = live_through(nation, 0)
    batch = make_block(nation, chronicle, np.arange(nation.written_from, nation.last_day)).batch
    ledger = chronicle.ledger
    own = pick(ledger, (ledger.mechanism >= 0) & np.isin(ledger.number, batch.roster.number))
    item = _items_of(batch, own)
    errs = own.line != batch.true.line[item]
    assert errs.sum() > 10
    assert (own.evaded_vnd != batch.evaded_vnd[item])[errs].any()


@pytest.mark.parametrize("kind", [LINE, VALUE])
def test_the_lines_of_an_audit_name_the_goods_whose_duty_they_ask_for(nation, audited_often, kind):
    """Duty anew by code, origin, quantity and value of `ktstqct`, less that of the declaration."""
    ledger, audited = audited_often.ledger, audited_often.audited
    outcomes = outcomes_of(nation, ledger, audited)
    asked, said = defaultdict(dict), {}
    for row in audit_tables(nation, ledger, audited, outcomes)["ktstqct"].to_pylist():
        asked[row["SO_TK_GOC"], row["STT"]][row["MA_SAC_THUE"]] = row["THUE_CHENH"]
        said[row["SO_TK_GOC"], row["STT"]] = row
    item = audited.item[(ledger.mechanism >= 0)[audited.item]]
    # Refunds of exports come back by another way.
    found = pick(ledger, item[(ledger.differs[item] == kind) & (ledger.direction[item] == IMPORT)])
    number = base_numbers(found.direction, found.number).tolist()
    places = list(zip(map(str, number), found.item_number.tolist(), strict=True))
    kept = np.flatnonzero([place in said for place in places])
    found, rows = pick(found, kept), [said[places[row]] for row in kept.tolist()]
    code = {text: line for line, text in enumerate(nation.goods.codes)}
    told = Taxed(
        found.declared_line, found.declared_origin, found.declared_schedule, found.direction,
        found.day, found.declared_value_vnd, found.declared_quantity_e2, ~IS_TAXED[found.regime],
    )  # fmt: skip
    settled = replace(
        told,
        line=np.array([code[row["MA_HS_XD"]] for row in rows]),
        origin=found.origin,
        schedule=found.schedule,
        customs_value_vnd=np.array([row["TRI_GIA_XD"] for row in rows]),
        quantity_e2=np.array([int(row["LUONG_XD"] * 100) for row in rows]),
    )
    due, paid = (
        after_exemption(
            item_amounts(assess(nation.tariff, nation.rates, one), found.direction == IMPORT),
            found.regime,
        ).sum(axis=1)
        for one in (settled, told)
    )
    vnd = np.array([sum(asked[places[row]].values()) for row in kept.tolist()])
    # Freight is shared among the items of a declaration, and some makers bear a rate of their own.
    near = np.abs(vnd - np.maximum(due - paid, 0)) <= 0.01 * np.maximum(due, paid)
    assert len(near) > 40
    assert near.mean() > 0.95


def test_auditors_doubt_what_is_true_and_lose_more_of_it_on_appeal(nation, audited_often):
    ledger, audited = audited_often.ledger, audited_often.audited
    false = ledger.mechanism[audited.item] < 0
    assert false.sum() > 20
    lines = outcomes_of(nation, ledger, audited).lines
    is_false = ledger.mechanism[lines.item] < 0
    assert lines.is_annulled[is_false].mean() > lines.is_annulled[~is_false].mean()


def test_a_doubt_is_no_thread_that_an_audit_follows(nation, audited_often):
    """What lies beside a false finding is seen as it is without it, whatever the last mechanism."""
    ledger, audits = audited_often.ledger, audited_often.audited.audits
    nation = replace(nation, mechanisms=(*nation.mechanisms[:-1], Undervaluation()))
    wrong = np.flatnonzero(ledger.mechanism == len(nation.mechanisms) - 1)
    doubts = np.flatnonzero(ledger.mechanism < 0)
    assert min(len(wrong), len(doubts)) > 50
    # One of each for every audit, all of it inside its period.
    audit = np.arange(len(audits))
    every = hidden_of(
        nation, ledger, np.concatenate([wrong[audit % len(wrong)], doubts[audit % len(doubts)]])
    )
    every = replace(every, day=np.tile(audits.to_day, 2), corrected=np.full(len(every), NEVER))
    seen = seen_in(nation, audits, every, np.tile(audit, 2))
    alone = seen_in(nation, audits, pick(every, audit), audit)
    assert (seen >= len(audit)).sum() > 10
    assert seen[seen < len(audit)].tolist() == alone.tolist()


def corrected_on_request(nation, block, findings):
    """Return what is corrected since a check asked for it, by what each item's check believed."""
    batch, found = block.batch, found_at(block.batch, block.lives, block.checks, findings)
    believed = as_believed(nation, batch, block.checks, findings)
    standing = stand(nation, batch, block.lives)
    told = correct(nation, (batch, believed), standing, block.lives, found)
    asked = np.flatnonzero(told.turn == ON_REQUEST)
    assert (found[told.item[asked]] != NEVER).all()
    return asked, told


def test_what_is_corrected_on_request_is_false_at_times(nation, block):
    asked, told = corrected_on_request(nation, block, block.findings)
    assert len(asked) > 100
    assert 0.02 < (block.batch.planted.mechanism[told.item[asked]] < 0).mean() < 0.4


def test_what_is_corrected_on_request_is_what_the_check_said(nation, block):
    """As if the first check of every declaration had found all that is irregular in it."""
    batch = block.batch
    irregular = np.flatnonzero(batch.planted.mechanism >= 0)
    checked, first = np.unique(block.checks.declaration, return_index=True)
    rows = irregular[np.isin(batch.owner[irregular], checked)]
    everything = Findings(first[np.searchsorted(checked, batch.owner[rows])], rows)
    asked, told = corrected_on_request(nation, block, everything)
    true = as_true(nation, batch, told.item[asked])
    dearer = true.customs_vnd != told.before.customs_vnd[asked]
    assert dearer.sum() > 500
    met = (true.customs_vnd == told.after.customs_vnd[asked])[dearer]
    assert met.mean() < 0.2
