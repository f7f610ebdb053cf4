"""What counts as lost, and for whom it is there to be found."""

from dataclasses import fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from simulator.block import Block, make_block
from simulator.chronicle.audits import hidden_of
from simulator.chronicle.ledger import ledger_of
from simulator.chronicle.life import Chronicle
from simulator.chronicle.living import live_through
from simulator.chronicle.ranks import Ranker, Ranks
from simulator.chronicle.record import Record
from simulator.control.lifecycle import NEVER, live, surely_stands
from simulator.control.self_correction import corrected_voluntarily, found_at, lodged_at
from simulator.kernel.arrays import pick
from simulator.mechanisms.loading import MECHANISMS
from simulator.mechanisms.mechanism import AT_ONCE, SHOWS
from simulator.nation import Nation, draw_nation
from simulator.papers.paper import as_text, declaration_numbers
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


def test_items_tell_from_when_on_what_is_wrong_with_them_can_be_seen() -> None:
    """With the registration, or once a limit, a report or a trip has come: as audits see it."""
    nation = draw_nation(5, 0.01, (FIRST, FIRST, FIRST + 364), 0.01, MECHANISMS)
    chronicle = live_through(nation, 0)
    ledger = chronicle.ledger
    kept = ledger.mechanism == nation.place_of("temporary_import_kept")
    block = make_block(nation, chronicle, ledger.day[kept].min() + np.arange(60))
    roster = block.batch.roster
    hidden = hidden_of(nation, ledger, np.arange(len(ledger)))
    keys = zip(ledger.key.tolist(), ledger.item_number.tolist(), strict=True)
    as_audited = dict(zip(keys, hidden.shows.tolist(), strict=True))
    numbers = as_text(declaration_numbers(block.batch)).to_pylist()
    key_of = dict(zip(numbers, roster.key.tolist(), strict=True))
    registered = dict(zip(numbers, (roster.registered // DAY_SECONDS).tolist(), strict=True))
    shows = {one.name: one.shows for one in nation.mechanisms}
    items = truth_of(nation, chronicle.states, block)
    seen = set()
    for row, day in zip(
        items.to_pylist(), items["shows_on"].cast(pa.int32()).to_pylist(), strict=True
    ):
        number, kind = row["so_tk_goc"], shows[row["mechanism"]]
        later = day - registered[number]
        assert later == 0 if kind == AT_ONCE else later > 20
        if (key_of[number], row["stt"]) in as_audited:
            assert day == as_audited[key_of[number], row["stt"]]
            seen.add(kind)
    assert seen == set(SHOWS)


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
