"""What audits bring to the accounting: `nop` and `no` rows of tax assessed, fines, payments.

Assessed tax is booked when an audit ends, by declaration and tax, its fine when it is decided; what
an appeal does away with of either is written off; what is collected is paid at one time, with late
interest since the registration of the declaration; the rest stays a debt.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import FAR
from simulator.chronicle.assessments import Outcomes, outcomes_of
from simulator.chronicle.audits import Audited
from simulator.chronicle.ledger import Ledger
from simulator.chronicle.life import Chronicle
from simulator.chronicle.violations import Violations, by_audit
from simulator.control.lifecycle import NEVER
from simulator.delivery.outbox import Outbox
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates, whole
from simulator.nation import Nation
from simulator.papers.paper import as_text, base_numbers, sanction_numbers
from simulator.reference.calendar import year_month
from simulator.reference.tax_letters import LETTERS
from simulator.revenue import entries as book
from simulator.revenue.assessments import PAYABLE_DAYS
from simulator.revenue.debts import debts_of, month_ends
from simulator.revenue.entries import late_interest
from simulator.revenue.payers import BANKS, banks_of, office_second
from simulator.revenue.settlement import Claims
from simulator.sources.audit_rows import audit_codes
from simulator.sources.debt_statements import put_debts

# Document numbers of audits lie above those of declarations.
_FIRST_DOCUMENT, _DOCUMENTS = 9 * 10**14, 100


@dataclass(frozen=True, slots=True)
class AuditMoney:
    """Tax assessed by audits, one position an audit, declaration and tax.

    Attributes:
        audit: Position in the audits; item: a finding of the declaration, in the ledger.
        letter: Position in LETTERS.
        assessed_vnd, annulled_vnd, paid_vnd, interest_vnd: VND.
    """

    audit: Ints
    item: Ints
    letter: Ints
    assessed_vnd: Ints
    annulled_vnd: Ints
    paid_vnd: Ints
    interest_vnd: Ints

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.audit)


@dataclass(frozen=True, slots=True)
class AuditBooks:
    """All audits of a run with their money.

    Attributes:
        ledger: Everything irregular.
        audited, outcomes: Audits and what came of them.
        money: Tax by declaration.
        fines: Sanctions, one for each audit that fines, in the order of the audits.
    """

    ledger: Ledger
    audited: Audited
    outcomes: Outcomes
    money: AuditMoney
    fines: Violations


def money_of(ledger: Ledger, outcomes: Outcomes) -> AuditMoney:
    """Return the money of all audits; what is paid is shared by what stands, to the dong."""
    lines = outcomes.lines
    place = np.stack([lines.audit, ledger.number[lines.item], lines.letter], axis=1)
    _, first, cell = np.unique(place, axis=0, return_index=True, return_inverse=True)
    cell = cell.ravel()
    assessed, annulled = np.zeros((2, len(first)), dtype=np.int64)
    np.add.at(assessed, cell, lines.amount_vnd)
    np.add.at(annulled, cell, np.where(lines.is_annulled, lines.amount_vnd, 0))
    audit, item = lines.audit[first], lines.item[first]
    paid = _shared(audit, assessed - annulled, outcomes)
    interest = late_interest(paid, ledger.day[item], outcomes.paid_day[audit])
    return AuditMoney(audit, item, lines.letter[first], assessed, annulled, paid, interest)


def _shared(audit: Ints, stands: Ints, outcomes: Outcomes) -> Ints:
    """Return what is paid of each position; those of an audit (ascending) sum to what it pays."""
    upheld, paid = outcomes.upheld_vnd[audit], outcomes.paid_vnd[audit]
    share = np.minimum(paid / np.maximum(upheld, 1), 1.0)
    running = np.cumsum(stands)
    after = running - (running - stands)[np.searchsorted(audit, audit)]
    paid_after, paid_before = np.floor(np.stack([after, after - stands]) * share + 0.5)
    result: Ints = (paid_after - paid_before).astype(np.int64)
    return result


def audit_books(nation: Nation, chronicle: Chronicle) -> AuditBooks:
    """Return the accounting of all audits, once for a whole run."""
    ledger, audited = chronicle.ledger, chronicle.audited
    outcomes = outcomes_of(nation, ledger, audited)
    money, fines = money_of(ledger, outcomes), by_audit(ledger, audited, outcomes)
    return AuditBooks(ledger, audited, outcomes, money, fines)


def put_audit_money(outbox: Outbox, nation: Nation, books: AuditBooks, days: Ints) -> None:
    """Hand over what audits bring on some days; call it once for every block of days."""
    ledger, audited, outcomes, money = books.ledger, books.audited, books.outcomes, books.money
    if not len(audited.audits) or not outbox.wants("nop"):
        return
    concluded, paid = audited.audits.concluded[money.audit], outcomes.paid_day[money.audit]
    resolved = outcomes.resolved[money.audit]
    for kind, amount, day in (
        (book.ADJUSTED, money.assessed_vnd, concluded),
        (book.WRITTEN_OFF, money.annulled_vnd, resolved),
        (book.PAID, money.paid_vnd, paid),
        (book.INTEREST, money.interest_vnd, paid),
        (book.INTEREST_PAID, money.interest_vnd, paid),
    ):
        due: Bools = (amount > 0) & (day >= days[0]) & (day <= days[-1])
        rows = np.flatnonzero(due)
        serial = rows * _DOCUMENTS + kind
        who = audited.audits.trader[money.audit[rows]]
        columns = _columns(nation, (kind, serial), who, amount[rows], day[rows])
        columns |= {
            "SO_TK_GOC": _declarations(ledger, money.item[rows]),
            "MA_SAC_THUE": coded(LETTERS, money.letter[rows]),
            "SO_QD": audit_codes(audited).take(pa.array(money.audit[rows])),
        }
        _put(outbox, nation, columns, (serial, day[rows]))
    _put_fines(outbox, nation, books, days)
    if np.isin(month_ends(np.unique(year_month(days))), days).any():
        _put_debts(outbox, nation, books, days)


def _declarations(ledger: Ledger, item: Ints) -> pa.Array:
    return as_text(base_numbers(ledger.direction[item], ledger.number[item]))


def _columns(
    nation: Nation, document: tuple[int, Ints], trader: Ints, amount: Ints, day: Ints
) -> dict[str, pa.Array]:
    kind, serial = document
    pays = kind in {book.PAID, book.INTEREST_PAID}
    return {
        "SO_BT": as_text(_FIRST_DOCUMENT + serial),
        "MA_DN": nation.actors.texts.codes_of(trader),
        "LOAI": coded(book.LABELS, np.full(len(serial), kind)),
        "SO_TIEN": whole(amount),
        "NGAY_HT": dates(day),
        "NGAY_CT": dates(day),
        "MA_NH": coded(BANKS, banks_of(nation, trader), np.full(len(serial), not pays)),
    }


def _put(
    outbox: Outbox, nation: Nation, columns: dict[str, pa.Array], at: tuple[Ints, Ints]
) -> None:
    serial, day = at
    key = keyed.derive(nation.root("audit money"), "document", serial)
    if len(serial):
        outbox.put("nop", office_second(key, "booked", day), columns)


def _put_fines(outbox: Outbox, nation: Nation, books: AuditBooks, days: Ints) -> None:
    """Hand over fines: the registry's sanctions, what is written off of them, and what is paid."""
    audited, outcomes, sanctions = books.audited, books.outcomes, books.fines
    audit = np.unique(audited.audit)
    audit = audit[outcomes.fine_vnd[audit] > 0]
    rest = np.maximum(outcomes.paid_vnd[audit] - outcomes.upheld_vnd[audit], 0)
    undone = sanctions.fine_vnd - outcomes.upheld_fine_vnd[audit]
    paid_day = np.maximum(outcomes.paid_day[audit], sanctions.decided)
    number = _FIRST_DOCUMENT // 10 + audit * _DOCUMENTS
    for kind, amount, day in (
        (book.FINE, sanctions.fine_vnd, sanctions.decided),
        (book.WRITTEN_OFF, undone, outcomes.resolved[audit]),
        (book.PAID, rest, paid_day),
    ):
        rows = np.flatnonzero((amount > 0) & (day >= days[0]) & (day <= days[-1]))
        serial = number[rows] + kind
        who = sanctions.trader[rows]
        columns = _columns(nation, (kind, serial), who, amount[rows], day[rows])
        columns["SO_QD"] = sanction_numbers(sanctions.key[rows], sanctions.decided[rows])
        _put(outbox, nation, columns, (serial, day[rows]))


def _put_debts(outbox: Outbox, nation: Nation, books: AuditBooks, days: Ints) -> None:
    """Hand over what stays open: a part until it is paid, a part until it is annulled, the rest."""
    ledger, audited, outcomes, money = books.ledger, books.audited, books.outcomes, books.money
    row, audits = np.arange(len(money)), audited.audits
    open_vnd = money.assessed_vnd - money.annulled_vnd - money.paid_vnd
    paid_day, resolved = outcomes.paid_day[money.audit], outcomes.resolved[money.audit]
    never = np.full(len(money), FAR, dtype=np.int64)
    due = audits.concluded[money.audit] + PAYABLE_DAYS
    claims = Claims(
        declaration=np.tile(row, 3),
        letter=np.tile(money.letter, 3),
        amount_vnd=np.concatenate([money.paid_vnd, money.annulled_vnd, open_vnd]),
        due_day=np.tile(due, 3),
        settled_day=np.concatenate(
            [
                np.where(paid_day == NEVER, FAR, paid_day),
                np.where(resolved == NEVER, 0, resolved),
                never,
            ]
        ),
        extended_until=np.zeros(3 * len(money), dtype=np.int64),
    )
    period = (max(int(days[0]), nation.written_from), int(days[-1]))
    debts = debts_of(claims, np.tile(never, 3), period)
    codes = nation.actors.texts.codes_of(audits.trader[money.audit[debts.owner]])
    put_debts(outbox, debts, codes, _declarations(ledger, money.item[debts.owner]))
