"""Money of declarations: sums agree, interest follows the law, nobody pays after going away."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from simulator.block import Block, make_block
from simulator.chronicle.ledger import ledger_of
from simulator.chronicle.life import Chronicle, planned_states
from simulator.chronicle.living import live_through
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import GENERAL, SEPARATE
from simulator.control.self_correction import corrected_voluntarily, found_at
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation
from simulator.papers.numbers import guarantee_numbers
from simulator.papers.paper import Paper, base_numbers
from simulator.reference.calendar import to_day
from simulator.revenue import entries as book
from simulator.revenue.assessments import assess_findings
from simulator.revenue.debts import month_ends, old_debts, stock_at
from simulator.revenue.entries import Entries, late_interest, slots
from simulator.revenue.guarantees import general_guarantees, separate_guarantees
from simulator.revenue.ledger import Settlement, settle
from simulator.revenue.plan import plans
from simulator.sources.vcis_taxes import tax_columns
from simulator.trade.batch import Batch
from simulator.trade.valuation import sums

FIRST = to_day(date(2025, 6, 20))
DAYS = 24
PAYING = (book.PAID, book.DRAWN, book.INTEREST_PAID, book.INTEREST_DRAWN)
OWED = (book.ASSESSED, book.ADJUSTED, book.INTEREST, book.FINE)


@dataclass(frozen=True)
class World:
    nation: Nation
    chronicle: Chronicle
    block: Block
    money: Settlement


def paper_of(block: Block, batch: Batch, rows: np.ndarray, digit: int) -> Paper:
    return Paper(
        batch=batch,
        digit=digit,
        reason=np.full(len(rows), digit),
        consignments=block.consignments,
        gross_kg_e2=block.masses.gross_kg_e2[rows],
        packages=block.masses.packages[rows],
        so_tk=base_numbers(batch.deals.direction, batch.roster.number) * 10 + digit,
        rows=rows,
    )


def settled(nation: Nation, chronicle: Chronicle, block: Block) -> Settlement:
    paper = paper_of(block, block.batch, np.arange(len(block.batch)), 0)
    return settle(nation, chronicle.states, paper, block.lives, (block.checks, block.findings))


@pytest.fixture(scope="module")
def world() -> World:
    days = (FIRST - 30, FIRST, FIRST + DAYS - 1)
    nation = draw_nation(7, 0.003, days, 0.01, MECHANISMS)
    chronicle = live_through(nation)
    block = make_block(nation, chronicle, np.arange(FIRST, FIRST + DAYS))
    return World(nation, chronicle, block, settled(nation, chronicle, block))


def total(entries: Entries, kinds: tuple[int, ...], count: int) -> np.ndarray:
    rows = np.isin(entries.kind, kinds)
    amounts = np.zeros(count, dtype=np.int64)
    np.add.at(amounts, entries.declaration[rows], entries.amount_vnd[rows])
    return amounts


def payable_on_paper(nation: Nation, paper: Paper) -> np.ndarray:
    owner, columns = tax_columns(nation, paper)
    amounts = columns["SO_TIEN"].to_numpy()
    forgiven = columns["SO_TIEN_MIEN"].fill_null(0).to_numpy()
    result = np.zeros(len(paper.batch), dtype=np.int64)
    np.add.at(result, owner, amounts - forgiven)
    return result


def test_assessed_less_exempt_is_what_the_version_at_clearance_says(world: World) -> None:
    block, lives, entries = world.block, world.block.lives, world.money.entries
    everyone = np.arange(len(block.batch))
    wanted = payable_on_paper(world.nation, paper_of(block, block.batch, everyone, 0))
    for turn, version in enumerate(world.money.standing.versions):
        own = payable_on_paper(world.nation, paper_of(block, version.batch, version.rows, turn + 1))
        in_time = lives.amended[version.rows, turn] <= lives.cleared[version.rows]
        wanted[version.rows[in_time]] = own[in_time]
    wanted[lives.cleared == NEVER] = 0
    booked = total(entries, (book.ASSESSED,), len(everyone))
    np.testing.assert_array_equal(booked - total(entries, (book.EXEMPT,), len(everyone)), wanted)
    assert (wanted > 0).sum() > 100


def test_nobody_pays_more_than_is_owed(world: World) -> None:
    entries, count = world.money.entries, len(world.block.batch)
    owed = total(entries, OWED, count) - total(entries, (book.EXEMPT,), count)
    assert (total(entries, PAYING, count) <= owed).all()
    assert (total(entries, (book.REFUNDED,), count) <= total(entries, PAYING, count)).all()


def test_cancelled_and_refused_declarations_owe_nothing(world: World) -> None:
    gone = np.flatnonzero(world.block.lives.cleared == NEVER)
    assert len(gone)
    assert not np.isin(world.money.entries.declaration, gone).any()
    assert not np.isin(world.money.corrections.declaration, gone).any()


def test_entries_of_a_declaration_have_different_numbers(world: World) -> None:
    entries = world.money.entries
    serial = entries.declaration * 10_000 + slots(entries)
    assert len(np.unique(serial)) == len(entries)
    assert slots(entries).max() < 10_000
    assert (entries.amount_vnd > 0).all()


def test_interest_counts_from_the_day_after_to_the_day_of_payment() -> None:
    amount = np.array([100_000_000, 100_000_000, 100_000_000])
    since = np.full(3, to_day(date(2025, 1, 10)))
    interest = late_interest(amount, since, since + np.array([0, 1, 30]))
    assert interest.tolist() == [0, 30_000, 900_000]


def test_interest_is_charged_on_what_is_late_and_on_nothing_else(world: World) -> None:
    entries, payments = world.money.entries, world.money.payments
    paid = np.flatnonzero(np.isin(entries.kind, (book.PAID, book.DRAWN)))
    paid = paid[(entries.turn[paid] == book.CLEARANCE) & (entries.letter[paid] >= 0)]
    owner = entries.declaration[paid]
    due = late_interest(
        entries.amount_vnd[paid], payments.interest_from[owner], entries.value_day[paid]
    )
    wanted = np.zeros(len(world.block.batch), dtype=np.int64)
    np.add.at(wanted, owner, due)
    own = np.flatnonzero((entries.kind == book.INTEREST) & (entries.turn == book.CLEARANCE))
    charged = np.zeros_like(wanted)
    np.add.at(charged, entries.declaration[own], entries.amount_vnd[own])
    np.testing.assert_array_equal(charged, wanted)


def test_most_pay_in_time(world: World) -> None:
    payments, owes = world.money.payments, world.money.standing.net_vnd.sum(axis=1) > 0
    late = (payments.paid_day > payments.due_day)[owes]
    assert 0.005 < late.mean() < 0.12


def test_who_is_gone_pays_nothing_more(world: World) -> None:
    gone = FIRST + 3
    states = world.chronicle.states
    all_gone = replace(states, reborn_day=np.full_like(states.reborn_day, gone))
    chronicle = replace(world.chronicle, states=all_gone)
    money = settled(world.nation, chronicle, world.block)
    by_trader = np.isin(money.entries.kind, (book.PAID, book.INTEREST_PAID))
    by_trader &= money.entries.turn == book.CLEARANCE
    by_trader &= money.entries.letter >= 0
    main = by_trader & (money.entries.kind == book.PAID)
    assert main.any()
    assert money.entries.value_day[main].max() < gone
    assert (money.entries.kind == book.DRAWN).any()
    assert len(money.debts) > len(world.money.debts)


def test_only_guaranteed_taxes_are_drawn_from_the_bank(world: World) -> None:
    entries = world.money.entries
    drawn = np.flatnonzero(entries.kind == book.DRAWN)
    term = world.block.batch.deals.term[entries.declaration[drawn]]
    assert np.isin(term, (SEPARATE, GENERAL)).all()
    day = world.block.batch.roster.day[entries.declaration[drawn]]
    assert (entries.value_day[drawn] > day + 30).all()


def test_guarantees_are_those_that_declarations_name(world: World) -> None:
    nation, batch = world.nation, world.block.batch
    gross = sums(batch.owner, batch.duties.total(), len(batch))
    rows, given = separate_guarantees(nation, batch, gross)
    assert (given.last_day - given.first_day <= 30).all()
    assert (given.limit_vnd >= gross[rows]).all()
    general = general_guarantees(nation, world.chronicle.states, np.arange(FIRST, FIRST + DAYS))
    assert len(np.unique(general.number)) == len(general)
    named = (batch.deals.term == GENERAL) & (gross > 0) & (batch.deals.direction == 0)
    firms = named & nation.traders.is_ordinary[batch.deals.trader]
    firms &= nation.traders.kind[batch.deals.trader] == 0
    assert np.isin(guarantee_numbers(nation, batch)[firms], general.number).mean() > 0.98


def test_a_decision_assesses_what_the_check_found(world: World) -> None:
    batch, lives = world.block.batch, world.block.lives
    bad = (batch.planted.mechanism >= 0) & (lives.cleared[batch.owner] != NEVER)
    found = np.where(bad, lives.cleared[batch.owner] + 86_400, NEVER)
    nothing = np.empty(0, dtype=np.int64)
    decided = assess_findings(world.nation, batch, world.money.standing, found, nothing)
    assert len(decided)
    assessed = np.zeros(len(batch.owner), dtype=np.int64)
    np.add.at(assessed, decided.item, decided.amount_vnd)
    items = np.unique(decided.item)
    np.testing.assert_array_equal(assessed[items], batch.evaded_vnd[items])
    assert (decided.decided > found[decided.item]).all()


def test_only_honest_mistakes_are_corrected_by_their_own_will(world: World) -> None:
    block = world.block
    batch = block.batch
    found = found_at(batch, block.lives, block.checks, block.findings)
    own = np.flatnonzero(corrected_voluntarily(world.nation, batch, block.lives, found))
    assert len(own)
    kinds = {world.nation.mechanisms[kind].intent for kind in batch.planted.mechanism[own]}
    assert kinds == {False}
    told = world.money.corrections
    cleared = block.lives.cleared[told.declaration]
    assert (told.lodged > cleared).all()
    share = len(np.unique(told.declaration)) / len(batch)
    assert 0.001 < share < 0.01


def test_a_day_alone_is_settled_as_within_the_whole(world: World) -> None:
    day = FIRST + 5
    block = make_block(world.nation, world.chronicle, np.array([day]))
    alone = settled(world.nation, world.chronicle, block).entries
    place = np.searchsorted(world.block.batch.roster.number, block.batch.roster.number)
    whole = world.money.entries
    kept = np.isin(whole.declaration, place)

    def told(entries: Entries, owner: np.ndarray) -> list[tuple[int, ...]]:
        columns = (owner, slots(entries), entries.amount_vnd, entries.booked, entries.value_day)
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    own = told(alone, place[alone.declaration])
    rows = [row for row, keeps in zip(told_all(whole), kept.tolist(), strict=True) if keeps]
    assert own == sorted(rows)


def told_all(entries: Entries) -> list[tuple[int, ...]]:
    columns = (
        entries.declaration, slots(entries), entries.amount_vnd, entries.booked, entries.value_day,
    )  # fmt: skip
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_few_debtors_hold_most_of_the_old_stock(world: World) -> None:
    old = old_debts(world.nation)
    stock = stock_at(old, 665, world.nation.written_from)
    amounts = np.sort(stock.open_vnd)[::-1]
    assert amounts[: max(1, round(0.08 * len(amounts)))].sum() / amounts.sum() > 0.35
    assert month_ends(np.array([0, 1, 665])).tolist() == [30, 58, to_day(date(2025, 6, 30))]


def test_the_plan_names_every_region_with_revenue(world: World) -> None:
    rows = plans(world.nation, planned_states(world.nation))
    (table,) = rows.values()
    assert set(table["MA_KV"].to_pylist()) <= set(world.nation.offices.region)
    assert min(table["SO_TIEN"].to_pylist()) > 0
    assert set(table["NAM"].to_pylist()) == {2025}


def test_a_world_without_wrongs_fines_nobody() -> None:
    nation = draw_nation(7, 0.0008, (FIRST - 7, FIRST, FIRST + 5), 0.01, ())
    chronicle = live_through(nation)
    block = make_block(nation, chronicle, np.arange(FIRST, FIRST + 6))
    money = settled(nation, chronicle, block)
    assert set(money.assessments.item.tolist()) <= set(block.findings.item.tolist())
    assert not len(money.fines.declaration)
    claimed = ledger_of(nation, block.batch, block.lives, block.checks, block.findings)
    assert (claimed.mechanism < 0).all()
