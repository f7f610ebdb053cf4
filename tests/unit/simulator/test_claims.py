"""Claims for refund and for no collection, and the money behind them."""

from datetime import date

import numpy as np
import pytest

from simulator.block import make_block
from simulator.chronicle.living import live_through
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import draw_nation
from simulator.papers.paper import original
from simulator.reference.calendar import DAY_SECONDS, next_working, to_day
from simulator.revenue import claims as told
from simulator.revenue import entries as book
from simulator.revenue.ledger import settle

FIRST, DAYS = to_day(date(2025, 2, 1)), 20


@pytest.fixture(scope="module")
def money():
    nation = draw_nation(7, 0.04, (FIRST - 30, FIRST, FIRST + DAYS - 1), 0.01, MECHANISMS)
    chronicle = live_through(nation)
    block = make_block(nation, chronicle, np.arange(FIRST, FIRST + DAYS))
    seen = (block.checks, block.findings)
    return settle(nation, chronicle.states, original(block), block.lives, seen)


def test_each_entry_of_refund_or_no_collection_has_its_claim(money) -> None:
    for kind, of_entry in ((told.REFUND, book.REFUNDED), (told.NO_COLLECTION, book.UNCOLLECTED)):
        claims, booked = money.claims, money.entries
        rows = np.flatnonzero(booked.kind == of_entry)
        own = np.flatnonzero((claims.kind == kind) & (claims.result == told.GRANTED))
        sums = dict.fromkeys(zip(booked.declaration[rows], booked.turn[rows], strict=True), 0)
        for row in rows:
            sums[booked.declaration[row], booked.turn[row]] += booked.amount_vnd[row]
        granted = {
            (claims.declaration[row], claims.turn[row]): claims.granted_vnd[row] for row in own
        }
        assert granted == sums
        assert len(granted) > 2
        assert (claims.asked_vnd[own] >= claims.granted_vnd[own]).all()


def test_what_is_not_collected_is_neither_paid_nor_refunded(money) -> None:
    booked = money.entries
    spared = np.flatnonzero(booked.kind == book.UNCOLLECTED)
    for row in spared:
        own = booked.declaration == booked.declaration[row]
        own &= booked.letter == booked.letter[row]
        paid, back, more, gone = (
            booked.amount_vnd[own & np.isin(booked.kind, kinds)].sum()
            for kinds in (
                (book.PAID, book.DRAWN), (book.REFUNDED,), (book.ADJUSTED,), (book.UNCOLLECTED,)
            )
        )  # fmt: skip
        owed = money.standing.net_vnd[booked.declaration[row], booked.letter[row]]
        assert paid - back <= owed + more - gone
        assert money.payments.paid_day[booked.declaration[row]] > booked.value_day[row]


def test_claims_are_decided_on_working_days_in_the_time_of_their_handling(money) -> None:
    claims = money.claims
    days = claims.decided // DAY_SECONDS - claims.lodged // DAY_SECONDS
    decided = claims.decided // DAY_SECONDS
    assert (next_working(decided) == decided).all()
    assert (days[~claims.is_checked_first] <= 14).all()
    assert (days[claims.is_checked_first] <= 50).all()
    assert (days >= 0).all()
    assert 0.2 < claims.is_checked_first.mean() < 0.5


def test_some_ask_in_vain(money) -> None:
    vain = money.claims.turn == told.IN_VAIN
    assert (money.claims.granted_vnd[vain] == 0).all()
    assert set(money.claims.result[vain]) == {told.REFUSED, told.TAKEN_BACK}
