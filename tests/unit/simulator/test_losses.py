"""What counts as lost, and for whom it is there to be found."""

from dataclasses import fields, replace

import numpy as np
import pyarrow.compute as pc
import pytest

from simulator.block import Block, make_block
from simulator.chronicle.ledger import ledger_of
from simulator.chronicle.living import Chronicle, live_through
from simulator.chronicle.ranks import Ranker, Ranks
from simulator.chronicle.record import Record
from simulator.control.lifecycle import NEVER, live, surely_stands
from simulator.control.self_correction import corrected_voluntarily, found_at, lodged_at
from simulator.kernel.arrays import pick
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.truth import schemes_of, truth_of
from tests.unit.simulator.audits_of_ledgers import draw_audits

FIRST, DAYS = 19_724, 140  # 2024-01-02


@pytest.fixture(scope="module")
def nation() -> Nation:
    return draw_nation(5, 0.004, (FIRST, FIRST, FIRST + DAYS - 1), 0.01, MECHANISMS)


@pytest.fixture(scope="module")
def chronicle(nation) -> Chronicle:
    return live_through(nation, 0)


@pytest.fixture(scope="module")
def block(nation, chronicle) -> Block:
    return make_block(nation, chronicle, np.arange(FIRST, FIRST + 30))


def test_what_was_refused_or_cancelled_never_entered_and_lost_nothing(
    nation, chronicle, block
) -> None:
    lost = set(truth_of(nation, chronicle.states, block)["so_tk_goc"].to_pylist())
    assert len(lost) > 50
    everyone = np.ones(len(block.batch), dtype=np.bool_)
    decisions = replace(block.decisions, is_refused=everyone)
    refused = live(nation, block.batch, decisions, block.checks)
    cancelled = replace(block.lives, cancelled=np.maximum(block.lives.cancelled, 1))
    for lives in (refused, cancelled):
        other = replace(block, decisions=decisions, lives=lives)
        assert not truth_of(nation, chronicle.states, other).num_rows
        assert not len(ledger_of(nation, other.batch, lives, block.checks, block.findings))


def test_what_surely_stands_does_and_most_declarations_are_sure(nation, block) -> None:
    batch = block.batch
    sure = surely_stands(nation, batch.roster.key, batch.deals.trader, batch.scheme)
    assert block.lives.stands[sure].all()
    assert 0.9 < sure.mean() < block.lives.stands.mean()


def test_items_and_schemes_tell_the_same_first_day(nation, chronicle, block) -> None:
    told = schemes_of(nation, chronicle.states)
    starts = dict(zip(told["scheme_id"].to_pylist(), told["starts_on"].to_pylist(), strict=True))
    items = truth_of(nation, chronicle.states, block)
    of_schemes = items.filter(pc.is_valid(items["scheme_id"])).to_pylist()
    assert len(of_schemes) > 50
    assert all(row["starts_on"] == starts[row["scheme_id"]] for row in of_schemes)


def test_the_ledger_knows_which_items_their_declarants_corrected(nation, chronicle, block) -> None:
    batch, lives = block.batch, block.lives
    found = found_at(batch, lives, block.checks, block.findings)
    rows = np.flatnonzero(corrected_voluntarily(nation, batch, lives, found))
    assert len(rows) > 3
    lodged = dict(
        zip(
            zip(
                batch.roster.number[batch.owner[rows]].tolist(),
                batch.declared.number[rows].tolist(),
                strict=True,
            ),
            lodged_at(batch, lives)[batch.owner[rows]].tolist(),
            strict=True,
        )
    )
    ledger = pick(chronicle.ledger, chronicle.ledger.corrected != NEVER)
    ledger = pick(ledger, np.flatnonzero(ledger.day < FIRST + 30))
    told = zip(ledger.number.tolist(), ledger.item_number.tolist(), strict=True)
    assert dict(zip(told, ledger.corrected.tolist(), strict=True)) == lodged


def test_audits_do_not_assess_what_was_corrected_before_they_were_decided(
    nation, chronicle
) -> None:
    ranks = Ranks(Ranker(nation).ranks(Record(nation)))
    ledger = chronicle.ledger
    bare = replace(ledger, corrected=np.full(len(ledger), NEVER))
    found = draw_audits(nation, chronicle.states, bare, 3_000, ranks)
    assert len(found.item) > 50
    early = (found.audits.decided[found.audit] - 1) * DAY_SECONDS
    corrected = np.full(len(ledger), NEVER)
    corrected[found.item] = early
    told = draw_audits(nation, chronicle.states, replace(ledger, corrected=corrected), 3_000, ranks)
    later = corrected[told.item]
    decided = told.audits.decided[told.audit] * DAY_SECONDS
    assert ((later == NEVER) | (later >= decided)).all()
    late = np.where(corrected == NEVER, NEVER, corrected + 90 * DAY_SECONDS)
    again = draw_audits(nation, chronicle.states, replace(ledger, corrected=late), 3_000, ranks)
    for field in fields(found):
        if field.name != "audits":
            assert np.array_equal(getattr(again, field.name), getattr(found, field.name))
