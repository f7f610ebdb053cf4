"""Rows of the accounting system: `nop`, `andinh`, `no` and `baolanh`."""

import numpy as np
import pyarrow as pa

from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates, numbered, pick, whole
from simulator.nation import Nation
from simulator.papers.paper import (
    Paper,
    as_text,
    declaration_numbers,
    sanction_numbers,
)
from simulator.reference.calendar import DAY_SECONDS, year_month
from simulator.reference.tax_letters import LETTERS
from simulator.revenue import entries as book
from simulator.revenue import guarantees
from simulator.revenue.assessments import PAYABLE_DAYS, Assessments, Fines
from simulator.revenue.debts import (
    Debts,
    month_ends,
    old_debts,
    statement_second,
    stock_at,
)
from simulator.revenue.entries import Entries
from simulator.revenue.guarantees import Guarantees
from simulator.revenue.ledger import Settlement
from simulator.revenue.payers import BANKS, banks_of
from simulator.sources.claim_rows import DECISIONS, decision_numbers, put_claims
from simulator.sources.debt_statements import put_debts
from simulator.trade.scheme_states import SchemeStates
from simulator.trade.valuation import sums

_SLOTS = 10_000
_ASSESSMENT = "AD"
_ANNULMENT = "HB"
_BY_BANK = (book.PAID, book.DRAWN, book.REFUNDED, book.INTEREST_PAID, book.INTEREST_DRAWN, book.FEE)
GROUNDS = ("Điều 17 Nghị định 126/2020/NĐ-CP", "Điều 52 Luật 38/2019/QH14")


def put_ledger(
    outbox: Outbox,
    nation: Nation,
    states: SchemeStates,
    paper: Paper,
    money: Settlement,
    days: Ints,
) -> None:
    """Hand over the accounting of a block of days.

    Args:
        outbox: Where to.
        nation: The nation.
        states: Who was re-born when.
        paper: First versions of the block's declarations.
        money: Their settlement.
        days: Days of the block: the statements of months that end on them are written too.
    """  # fmt: skip
    _put_entries(outbox, nation, paper, money)
    _put_assessments(outbox, nation, paper, money.assessments)
    _put_debts(outbox, nation, paper, money.debts)
    put_claims(outbox, nation, paper, money.claims)
    _put_old_debts(outbox, nation, days)
    batch = paper.batch
    total = sums(batch.owner, batch.duties.total(), len(batch))
    rows, separate = guarantees.separate_guarantees(nation, batch, total)
    _put_guarantees(outbox, nation, separate, batch.roster.day[rows])
    _put_guarantees(outbox, nation, guarantees.general_guarantees(nation, states, days), None)


def _numbers(paper: Paper) -> Ints:
    return declaration_numbers(paper.batch)


def _of_rows(texts: pa.Array, rows: Ints) -> pa.Array:
    """Return `texts[rows]` as dictionary text."""
    return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), texts)


def _put_entries(outbox: Outbox, nation: Nation, paper: Paper, money: Settlement) -> None:
    """Hand over `nop`: dense kinds without a decision apart from the others."""
    if not outbox.wants("nop"):
        return
    booked = money.entries
    shown: Bools = booked.booked // DAY_SECONDS <= nation.last_day
    is_decided = np.isin(booked.kind, [*DECISIONS, book.FINE])
    plain = pick(booked, shown & ~is_decided)
    columns = _entry_columns(nation, paper, plain)
    registered = paper.batch.roster.day
    outbox.put("nop", plain.booked, columns, registered=registered[plain.declaration])
    for kind, prefix in DECISIONS.items():
        own = pick(booked, shown & (booked.kind == kind))
        if not len(own):
            continue
        number = paper.batch.roster.number[own.declaration]
        columns = _entry_columns(nation, paper, own)
        columns["SO_QD"] = decision_numbers(prefix, number, own.turn)
        if kind == book.ADJUSTED:
            columns["SO_QD"] = _adjusting(number, own.turn)
        outbox.put("nop", own.booked, columns, registered=registered[own.declaration])
    _put_fines(outbox, nation, paper, pick(booked, shown & (booked.kind == book.FINE)), money.fines)


def _put_fines(outbox: Outbox, nation: Nation, paper: Paper, booked: Entries, fines: Fines) -> None:
    """Hand over the fines, each under the number that the registry lists it with."""
    if not len(booked):
        return
    order = np.argsort(fines.declaration)
    place = np.searchsorted(fines.declaration, booked.declaration, sorter=order)
    columns = _entry_columns(nation, paper, booked)
    columns["SO_QD"] = sanction_numbers(fines.key[order[place]], booked.value_day)
    registered = paper.batch.roster.day[booked.declaration]
    outbox.put("nop", booked.booked, columns, registered=registered)


def _adjusting(number: Ints, turn: Ints) -> pa.Array:
    """Return the decision behind an adjustment: the assessment's own, else one of the office."""
    by_decision = turn == book.DECISION
    assessed = decision_numbers(_ASSESSMENT, number, turn).to_numpy(zero_copy_only=False)
    other = decision_numbers(DECISIONS[book.ADJUSTED], number, turn)
    return pa.array(np.where(by_decision, assessed, other.to_numpy(zero_copy_only=False)))


def _entry_columns(nation: Nation, paper: Paper, booked: Entries) -> dict[str, pa.Array]:
    rows = booked.declaration
    trader = paper.batch.deals.trader[rows]
    no_letter: Bools = booked.letter == book.NO_LETTER
    no_bank: Bools = ~np.isin(booked.kind, _BY_BANK)
    serial = paper.batch.roster.number[rows] * _SLOTS + book.slots(booked)
    bank = banks_of(nation, paper.batch.deals.trader)[rows]
    return {
        "SO_BT": as_text(serial),
        "SO_TK_GOC": _of_rows(as_text(_numbers(paper)), rows),
        "MA_DN": _of_rows(nation.actors.texts.tax_codes, trader),
        "MA_SAC_THUE": coded(LETTERS, np.maximum(booked.letter, 0), no_letter),
        "LOAI": coded(book.LABELS, booked.kind),
        "SO_TIEN": whole(booked.amount_vnd),
        "NGAY_HT": dates(booked.booked // DAY_SECONDS),
        "NGAY_CT": dates(booked.value_day),
        "MA_NH": coded(BANKS, bank, no_bank),
    }


def _put_assessments(outbox: Outbox, nation: Nation, paper: Paper, decided: Assessments) -> None:
    """Hand over `andinh`: decisions, and those that annul one of them.

    Which of the two laws is cited is the custom of the office (assumption).
    """
    office = keyed.derive(nation.root("teams"), "cites", paper.batch.deals.office)
    usual = keyed.integers(office, "ground", 0, len(GROUNDS))
    annulled = np.flatnonzero(decided.annulled != NEVER)
    for rows, prefix, moment in (
        (np.arange(len(decided)), _ASSESSMENT, decided.decided),
        (annulled, _ANNULMENT, decided.annulled[annulled]),
    ):
        if not len(rows):
            continue
        owner = decided.declaration[rows]
        number = paper.batch.roster.number[owner]
        columns = {
            "SO_QD": decision_numbers(prefix, number, book.DECISION),
            "SO_TK_GOC": as_text(_numbers(paper)[owner]),
            "STT": whole(paper.batch.declared.number[decided.item[rows]]),
            "MA_SAC_THUE": coded(LETTERS, decided.letter[rows]),
            "SO_TIEN": whole(decided.amount_vnd[rows]),
            "CAN_CU": coded(GROUNDS, usual[owner]),
            "HAN_NOP": dates(decided.decided[rows] // DAY_SECONDS + PAYABLE_DAYS),
        }
        if prefix == _ANNULMENT:
            columns["HUY_BO"] = decision_numbers(_ASSESSMENT, number, book.DECISION)
        outbox.put("andinh", moment, columns, registered=paper.batch.roster.day[owner])


def _put_debts(outbox: Outbox, nation: Nation, paper: Paper, debts: Debts) -> None:
    """Hand over `no` for the block's own declarations."""
    trader = paper.batch.deals.trader[debts.owner]
    codes = _of_rows(nation.actors.texts.tax_codes, trader)
    put_debts(outbox, debts, codes, as_text(_numbers(paper)[debts.owner]))


def _put_old_debts(outbox: Outbox, nation: Nation, days: Ints) -> None:
    """Hand over the statements of the old stock that fall on some days, and what is written off."""
    months = np.unique(year_month(days))
    due = months[np.isin(month_ends(months), days)]
    if not len(due) or not outbox.wants("no"):
        return
    old = old_debts(nation)
    for month in due.tolist():
        stock = stock_at(old, month, nation.written_from)
        codes = _of_rows(nation.actors.texts.tax_codes, old.trader[stock.owner])
        put_debts(outbox, stock, codes, as_text(old.number[stock.owner]))
        gone = np.flatnonzero(old.written_off_month == month)
        moment = statement_second(np.full(len(gone), month)) - 7 * DAY_SECONDS
        number = old.number[gone] % 10**10
        columns = {
            "SO_BT": as_text(number * _SLOTS),
            "SO_TK_GOC": as_text(old.number[gone]),
            "MA_DN": _of_rows(nation.actors.texts.tax_codes, old.trader[gone]),
            "MA_SAC_THUE": coded(LETTERS, old.letter[gone]),
            "LOAI": coded(book.LABELS, np.full(len(gone), book.WRITTEN_OFF)),
            "SO_TIEN": whole(old.amount_vnd[gone]),
            "NGAY_HT": dates(moment // DAY_SECONDS),
            "NGAY_CT": dates(moment // DAY_SECONDS),
            "SO_QD": decision_numbers(DECISIONS[book.WRITTEN_OFF], number, 0),
        }
        outbox.put("nop", moment, columns)


def _put_guarantees(
    outbox: Outbox, nation: Nation, given: Guarantees, registered: Ints | None
) -> None:
    """Hand over `baolanh`."""
    if not len(given):
        return
    columns = {
        "SO_BL": numbered("BL", given.number, 14),
        "MA_DN": _of_rows(nation.actors.texts.tax_codes, given.trader),
        "LOAI": coded(guarantees.LABELS, given.kind),
        "HAN_MUC": whole(given.limit_vnd),
        "TU_NGAY": dates(given.first_day),
        "DEN_NGAY": dates(given.last_day),
        "MA_NH": coded(BANKS, banks_of(nation, given.trader)),
    }
    outbox.put("baolanh", given.known, columns, registered=registered)
