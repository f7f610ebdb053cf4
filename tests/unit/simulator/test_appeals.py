"""What an appeal leaves of an audit: tax, fine, sanction and accounts say the same."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest

from simulator.chronicle import assessments
from simulator.chronicle.living import live_through
from simulator.chronicle.violations import Violations, by_audit, violations_of
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import no_overdue
from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import draw_nation
from simulator.papers.paper import sanction_numbers
from simulator.reference.calendar import DAY_SECONDS, first_day_of
from simulator.sources.audit_ledger import audit_books, put_audit_money
from simulator.sources.audit_rows import audit_codes, audit_tables
from simulator.sources.registry_rows import months_told, violation_columns
from tests.unit.simulator.recording import RecordingOutbox

FIRST, DAYS, A_YEAR = 19_724, 600, 400  # 2024-01-02
FINED_FROM_VND = 500_000


@pytest.fixture(scope="module")
def nation():
    return draw_nation(5, 0.004, (FIRST, FIRST, FIRST + DAYS - 1), 0.01, MECHANISMS)


@pytest.fixture(scope="module")
def lived(nation):
    return live_through(nation, A_YEAR)


@pytest.fixture(scope="module")
def books(nation, lived):
    """The accounting of audits where most appeal and all of these win something."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessments, "_APPEAL_SHARE", (0.8, 0.0))
        patch.setattr(assessments, "_ANNULLED_SHARE", (1.0, 0.0))
        patch.setattr(assessments, "_APPEAL_FROM_VND", FINED_FROM_VND)
        return audit_books(nation, lived)


@pytest.fixture(scope="module")
def outcomes(books):
    return books.outcomes


@pytest.fixture(scope="module")
def whole(nation, lived, outcomes):
    """Tell which audits have come to their end before the last day, by position."""
    days = (lived.audited.audits.concluded + 40, outcomes.resolved, outcomes.paid_day)
    return np.flatnonzero(np.max(days, axis=0) < first_day_of(months_told(nation)[-1]))


@pytest.fixture(scope="module")
def told(nation, lived, outcomes):
    """All rows of `ktstq` by decision, in their order."""
    rows = audit_tables(nation, lived.ledger, lived.audited, outcomes)["ktstq"].to_pylist()
    found = defaultdict(list)
    for row in sorted(rows, key=lambda one: one["_moment"]):
        found[row["MA_QD"]].append(row)
    return found


@pytest.fixture(scope="module")
def entries(nation, books):
    """All rows of `nop` that audits bring, by the decision they name."""
    outbox = RecordingOutbox()
    for first in range(FIRST, FIRST + DAYS, 31):
        days = np.arange(first, min(first + 31, FIRST + DAYS))
        put_audit_money(outbox, nation, books, days)
    found = defaultdict(list)
    for row in outbox.rows("nop"):
        found[row["SO_QD"]].append(row)
    return found


@pytest.fixture(scope="module")
def numbers(lived, outcomes) -> dict[str, str]:
    """The number of the sanction of each audit that fines, by its decision."""
    fined = np.flatnonzero(outcomes.fine_vnd > 0)
    sanctions = by_audit(lived.ledger, lived.audited, outcomes)
    codes = audit_codes(lived.audited).take(pa.array(fined)).to_pylist()
    own = sanction_numbers(sanctions.key, sanctions.decided).cast(pa.string())
    return dict(zip(codes, own.to_pylist(), strict=True))


def _registry(nation, lived, outcomes) -> Violations:
    late = no_overdue(), no_overdue()
    audits = lived.audited, outcomes
    return violations_of(nation, lived.sanctions, lived.ledger, audits, late)


def _sums(rows) -> Counter:
    total: Counter = Counter()
    for row in rows:
        total[row["LOAI"]] += row["SO_TIEN"]
    return total


def test_the_fine_is_the_same_share_of_the_tax_that_an_appeal_leaves(told):
    lowered = gone = 0
    for rows in told.values():
        known = [row for row in rows if row["NGAY_KL"] is not None and row["TIEN_PHAT"]]
        if not known:
            continue
        first, last = known[0], rows[-1]
        rate = -(-100 * first["TIEN_PHAT"] // first["THUE_AN_DINH"])
        tax = last["THUE_AN_DINH"]
        assert last["TIEN_PHAT"] == (tax * rate // 100 if tax >= FINED_FROM_VND else 0)
        lowered += 0 < tax < first["THUE_AN_DINH"]
        gone += tax == 0
    assert min(lowered, gone) > 3


def test_nobody_pays_more_than_what_is_left(outcomes):
    assert (outcomes.upheld_fine_vnd <= outcomes.fine_vnd).all()
    assert (outcomes.paid_vnd <= outcomes.upheld_vnd + outcomes.upheld_fine_vnd).all()
    assert not outcomes.upheld_fine_vnd[outcomes.upheld_vnd == 0].any()


def test_a_sanction_falls_or_shrinks_on_the_day_of_the_decision(lived, outcomes):
    sanctions = by_audit(lived.ledger, lived.audited, outcomes)
    audit = np.flatnonzero(outcomes.fine_vnd > 0)
    left, day = outcomes.upheld_fine_vnd[audit], outcomes.resolved[audit]
    less = left < sanctions.fine_vnd
    assert np.array_equal(sanctions.annulled, np.where(left == 0, day, NEVER))
    assert np.array_equal(sanctions.lowered, np.where(less & (left > 0), day, NEVER))
    assert (day[less] > sanctions.decided[less]).all()
    assert min((left == 0).sum(), (less & (left > 0)).sum()) > 3


def test_the_registry_lists_what_is_left_from_that_day_on(
    nation, lived, outcomes, whole, told, numbers
):
    sanctions = _registry(nation, lived, outcomes)
    by_month = {}
    for month in months_told(nation):
        table = pa.table(violation_columns(nation, sanctions, month))
        columns = (table[name].cast(pa.string()).to_pylist() for name in ("SO_QD", "SO_TIEN"))
        by_month[month] = dict(zip(*columns, strict=True))
    codes = audit_codes(lived.audited).to_pylist()
    seen: Counter = Counter()
    for audit in whole.tolist():
        number = numbers.get(codes[audit])
        if number is None or outcomes.resolved[audit] == NEVER:
            continue
        fine, left = int(outcomes.fine_vnd[audit]), int(outcomes.upheld_fine_vnd[audit])
        assert told[codes[audit]][-1]["TIEN_PHAT"] == left
        for month, listed in by_month.items():
            is_over = outcomes.resolved[audit] < first_day_of(month)
            amount = listed.get(number)
            if is_over:
                assert amount == (str(left) if left else None)
            else:
                assert amount in {None, str(fine)}
            seen[is_over, amount is None, left < fine] += 1
    assert seen[False, False, True] > 3
    assert min(seen[True, True, True], seen[True, False, True]) > 3


def test_the_registry_knows_a_complaint_once_it_is_made(nation, lived, outcomes):
    sanctions = _registry(nation, lived, outcomes)
    complained = dict(
        zip(
            sanction_numbers(sanctions.key, sanctions.decided).cast(pa.string()).to_pylist(),
            sanctions.complained.tolist(),
            strict=True,
        )
    )
    is_late = sanctions.complained > sanctions.decided
    assert is_late[sanctions.complained != NEVER].all()
    assert (sanctions.complained[sanctions.annulled != NEVER] != NEVER).all()
    seen: Counter = Counter()
    for month in months_told(nation):
        table = pa.table(violation_columns(nation, sanctions, month))
        for number, told in zip(
            table["SO_QD"].cast(pa.string()).to_pylist(),
            table["KHIEU_NAI"].cast(pa.int64()).to_pylist(),
            strict=True,
        ):
            day = complained[number]
            assert told == (day != NEVER and day < first_day_of(month))
            seen[told, day != NEVER] += 1
    assert min(seen[0, True], seen[1, True], seen[0, False]) > 3


def test_the_accounts_of_every_audit_balance(lived, whole, told, entries, numbers):
    """Tax, fine and payments of the accounting are those of the last row of `ktstq`."""
    codes = audit_codes(lived.audited).to_pylist()
    written_off = 0
    for audit in whole.tolist():
        last = told[codes[audit]][-1]
        tax, fine = _sums(entries[codes[audit]]), _sums(entries[numbers.get(codes[audit])])
        assert tax["DC"] - tax["XOA"] == last["THUE_AN_DINH"]
        assert fine["PHAT"] - fine["XOA"] == last["TIEN_PHAT"]
        assert fine["NOP"] <= last["TIEN_PHAT"]
        # Payments of late interest (CN) are NOP too.
        assert tax["NOP"] - tax["CN"] + fine["NOP"] == last["DA_NOP"]
        written_off += fine["XOA"] > 0
    assert written_off > 6


def test_a_fine_is_written_off_when_the_appeal_is_decided(lived, outcomes, entries, numbers):
    codes = audit_codes(lived.audited).to_pylist()
    rows = 0
    for audit in np.flatnonzero(outcomes.resolved != NEVER).tolist():
        own = entries[numbers.get(codes[audit])] if codes[audit] in numbers else []
        off = [row for row in own if row["LOAI"] == "XOA"]
        assert len(off) <= 1
        assert all(row["SO_TIEN"] > 0 for row in own)
        assert all(row["_moment"] // DAY_SECONDS == outcomes.resolved[audit] for row in off)
        booked = [row["_moment"] for row in own if row["LOAI"] == "PHAT"]
        assert all(row["_moment"] > max(booked) for row in off)
        paid = [row["_moment"] for row in own if row["LOAI"] == "NOP"]
        assert all(moment > row["_moment"] for row in off for moment in paid)
        rows += len(off)
    assert rows > 6
