"""Rows of `hoanthue`: claims for refund and for no collection, when lodged and when decided."""

import numpy as np
import pyarrow as pa

from simulator.delivery.outbox import Outbox
from simulator.kernel.arrays import Ints, coded, dates, numbered, pick, whole
from simulator.nation import Nation
from simulator.papers.paper import Paper, as_text, declaration_numbers
from simulator.reference.calendar import DAY_SECONDS
from simulator.revenue import entries as book
from simulator.revenue.claims import KINDS, REFUND, RESULTS, TAKEN_BACK, TaxClaims

# Letters of the decisions that entries rest on, and of those that grant nothing.
DECISIONS = {
    book.ADJUSTED: "DC", book.REFUNDED: "HT", book.WRITTEN_OFF: "XN", book.EXTENDED: "GH",
    book.UNCOLLECTED: "KT",
}  # fmt: skip
_HANDLINGS = ("HOAN_TRUOC", "KT_TRUOC")
# By event: goods that went back or were never brought in, else tax paid beyond what is owed.
_GROUNDS = ("Điều 19 Luật 107/2016/QH13", "Điều 60 Luật 38/2019/QH14")
_OF_GOODS = (book.RETURN, book.WITHDRAWAL)


def decision_numbers(prefix: str, number: Ints, turn: Ints | int) -> pa.Array:
    """Return numbers of decisions about declarations: letters, running number, event."""
    return numbered(f"QD{prefix}-", number * 10 + turn, 11)


def put_claims(outbox: Outbox, nation: Nation, paper: Paper, claims: TaxClaims) -> None:
    """Hand over the table `hoanthue`."""
    known = claims.decided // DAY_SECONDS <= nation.last_day
    for part, operation in ((claims, "I"), (pick(claims, known), "U")):
        if not len(part):
            continue
        columns = _columns(nation, paper, part)
        is_decided = operation == "U"
        if is_decided:
            columns |= _decision(paper, part)
        moment = np.where(is_decided, part.decided, part.lodged)
        registered = paper.batch.roster.day[part.declaration]
        outbox.put("hoanthue", moment, columns, operation, registered)


def _columns(nation: Nation, paper: Paper, claims: TaxClaims) -> dict[str, pa.Array]:
    row = claims.declaration
    number = paper.batch.roster.number[row]
    trader = paper.batch.deals.trader[row]
    return {
        "SO_HS": numbered("HS", number * 10 + claims.turn, 11),
        "MA_DN": nation.actors.texts.codes_of(trader),
        "SO_TK_GOC": as_text(declaration_numbers(paper.batch)[row]),
        "LOAI": coded(KINDS, claims.kind),
        "CAN_CU": coded(_GROUNDS, (~np.isin(claims.turn, _OF_GOODS)).astype(np.int64)),
        "SO_TIEN": whole(claims.asked_vnd),
        "NGAY_NOP_HS": dates(claims.lodged // DAY_SECONDS),
        "PHAN_LOAI": coded(_HANDLINGS, claims.is_checked_first.astype(np.int64)),
    }


def _decision(paper: Paper, claims: TaxClaims) -> dict[str, pa.Array]:
    """Return what the decision adds; a claim that is taken back has none."""
    number, back = paper.batch.roster.number[claims.declaration], claims.result == TAKEN_BACK
    refunds = decision_numbers(DECISIONS[book.REFUNDED], number, claims.turn)
    others = decision_numbers(DECISIONS[book.UNCOLLECTED], number, claims.turn)
    own = np.arange(len(claims)) + np.where(claims.kind == REFUND, 0, len(claims))
    return {
        "NGAY_QD": dates(claims.decided // DAY_SECONDS, back),
        "SO_QD": pa.concat_arrays([refunds, others]).take(pa.array(own, mask=back)),
        "KET_QUA": coded(RESULTS, claims.result),
        "SO_TIEN_DUYET": whole(claims.granted_vnd, back),
    }
