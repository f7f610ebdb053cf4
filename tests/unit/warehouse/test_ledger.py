"""The ledger and the receipts: what happened to each content, once and for good."""

import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.architecture.tree import REPOSITORY
from tests.unit.warehouse.rows import delivery
from warehouse import landing
from warehouse.landing import NewDelivery, Receipt
from warehouse.layout import Layout
from warehouse.ledger import Ledger, Outcome, Seen, TableCount
from warehouse.offered_files import Inspected, OfferedFile, inspect
from warehouse.settings import LakeSettings


def _accepted(number: int, **counts: TableCount) -> Outcome:
    return Outcome(receipt_number=number, state="accepted", counts=counts)


def _load(ledger: Ledger, *outcomes: Outcome) -> None:
    ledger.begin_load("load", {})
    ledger.close_load("load", outcomes, {}, {})


def test_a_commit_is_forced_to_disk(layout: Layout, ledger: Ledger) -> None:
    ledger.add([delivery(1)])
    with sqlite3.connect(layout.ledger_path) as other:
        assert other.execute("pragma journal_mode").fetchone() == ("delete",)
    assert ledger.deliveries("received")
    assert ledger._connection.execute("pragma synchronous").fetchone()[0] == 3


def test_reserved_numbers_are_never_given_again(layout: Layout, ledger: Ledger) -> None:
    assert (ledger.reserve(3), ledger.reserve(1), ledger.reserve(0)) == (1, 4, 5)
    with Ledger(layout.ledger_path) as reopened:
        assert reopened.reserve(2) == 5


def test_deliveries_are_entered_all_or_none(ledger: Ledger) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        ledger.add([delivery(1), delivery(1)])
    assert ledger.deliveries("received") == []


def test_only_one_load_is_open(ledger: Ledger) -> None:
    ledger.begin_load("first", {"bronze/a": 3})
    assert ledger.open_load().versions == {"bronze/a": 3}
    with pytest.raises(sqlite3.IntegrityError):
        ledger.begin_load("second", {})
    ledger.roll_back_load("first")
    assert (ledger.open_load().load_id, ledger.open_load().closed_count) == (None, 1)


def test_loading_again_replaces_the_counts(ledger: Ledger) -> None:
    ledger.add([delivery(1)])
    _load(ledger, _accepted(1, declaration=TableCount(accepted=5), duty_tax=TableCount(accepted=1)))
    ledger.begin_load("again", {})
    ledger.close_load("again", [_accepted(1, declaration=TableCount(accepted=2))], {}, {})
    assert ledger.table_counts() == {"declaration": TableCount(accepted=2)}


def test_moved_records_change_the_counts_of_their_delivery(ledger: Ledger) -> None:
    ledger.add([delivery(1), delivery(2)])
    _load(ledger, _accepted(1, declaration=TableCount(accepted=5)))
    ledger.begin_load("second", {})
    moved = {(1, "declaration"): 2}
    ledger.close_load("second", [_accepted(2, declaration=TableCount())], moved, {})
    assert ledger.table_counts() == {"declaration": TableCount(accepted=3, quarantined=2)}


def test_only_deliveries_that_may_have_lost_records_overlap(ledger: Ledger) -> None:
    ledger.add([delivery(n) for n in range(1, 6)] + [delivery(6, source="reference")])
    repeated = TableCount(accepted=1, repeated=1)
    _load(
        ledger,
        _accepted(1, declaration=TableCount(accepted=2)),
        _accepted(2, declaration=repeated),
        _accepted(3, declaration=TableCount(accepted=1)),
        _accepted(4, duty_tax=repeated),
        _accepted(5, declaration=TableCount(quarantined=1, conflicted=1)),
        _accepted(6, declaration=repeated),
    )
    assert [found.receipt_number for found in ledger.overlapping(1)] == [2, 5]


def test_each_name_is_remembered_with_its_source(ledger: Ledger) -> None:
    ledger.add([delivery(1)])
    later = datetime(2025, 4, 1, tzinfo=UTC)
    ledger.add_seen([Seen(1, "vcis_extract", "other.csv", later), Seen(1, "reference", "x", later)])
    other = delivery(2)
    assert ledger.has_other_content("vcis_extract", "file_1.csv", other.sha256)
    assert ledger.has_other_content("reference", "x", other.sha256)
    assert ledger.has_other_content("vcis_extract", "other.csv", other.sha256)
    assert not ledger.has_other_content("vcis_extract", "other.csv", delivery(1).sha256)
    assert not ledger.has_other_content("reference", "other.csv", other.sha256)


@pytest.fixture
def file(settings: LakeSettings, tmp_path: Path) -> Inspected:
    path = tmp_path / "tk_1.csv"
    path.write_text("A,B")
    inspected = inspect(OfferedFile(path, "tk_1.csv"), settings)
    assert isinstance(inspected, Inspected)
    return inspected


def _stored(
    layout: Layout, file: Inspected, number: int, meaning: str, entered: set[int]
) -> Receipt:
    delivery = NewDelivery(number, meaning, file)
    (receipt,) = landing.store(layout, [delivery], "vcis_extract", entered)
    assert isinstance(receipt, Receipt)
    return receipt


def test_a_receipt_of_an_interrupted_landing_keeps_its_number(
    layout: Layout, file: Inspected
) -> None:
    first = _stored(layout, file, 7, "tk csv", set())
    renamed = replace(file, offered=OfferedFile(file.offered.path, "tk_2.csv"))
    second = _stored(layout, renamed, 9, "tk csv", set())
    assert second.receipt_number == first.receipt_number == 7
    assert second.names == ("tk_1.csv", "tk_2.csv")
    assert list(landing.receipts(layout, file.sha256).values()) == [second]
    assert landing.raw_path(layout, file.sha256).stat().st_mode & 0o777 == 0o400


def test_each_delivery_of_the_same_bytes_has_its_receipt(layout: Layout, file: Inspected) -> None:
    first = _stored(layout, file, 1, "tk csv", set())
    # Another meaning; the same after it was taken back; a refused one that is tried again.
    other = _stored(layout, file, 2, "hang csv", {1})
    again = _stored(layout, file, 3, "tk csv", {1, 2})
    assert _stored(layout, file, 2, "hang csv", {1, 2, 3}) == other
    assert list(landing.receipts(layout, file.sha256).values()) == [first, other, again]
    assert [one.receipt_number for one in (first, other, again)] == [1, 2, 3]


def test_both_deliveries_of_one_content_are_stored_in_one_go(
    layout: Layout, file: Inspected
) -> None:
    deliveries = [NewDelivery(1, "vat csv", file), NewDelivery(2, "ttdb csv", file)]
    stored = landing.store(layout, deliveries, "reference", set())
    assert stored == list(landing.receipts(layout, file.sha256).values())
    assert [one.meaning for one in stored if isinstance(one, Receipt)] == ["vat csv", "ttdb csv"]


def test_a_file_that_changes_while_it_is_read_is_refused(
    layout: Layout, settings: LakeSettings, tmp_path: Path
) -> None:
    path = tmp_path / "tk_1.csv"
    path.write_text("before")
    inspected = inspect(OfferedFile(path, "tk_1.csv"), settings)
    assert isinstance(inspected, Inspected)
    path.write_text("after")
    (stored,) = landing.store(layout, [NewDelivery(1, "", inspected)], "vcis_extract", set())
    assert not isinstance(stored, Receipt)
    assert stored.reason_code == "E_FILE_CHANGED"
    assert [entry for entry in layout.landing.rglob("*") if entry.is_file()] == []


def test_a_reader_sees_nothing_of_a_transaction_that_was_killed_half_written(
    layout: Layout, ledger: Ledger
) -> None:
    ledger.add([delivery(1)])
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.unit.warehouse.rows import delivery; from warehouse.ledger import Ledger\n"
        "def many():\n"
        "    yield from map(delivery, range(2, 10_000))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "with Ledger(Path(sys.argv[1])) as ledger: ledger.add(many())"
    )
    command = [sys.executable, "-c", program, str(layout.ledger_path)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -signal.SIGKILL
    # More than SQLite holds back in memory: the file itself is half written.
    assert layout.ledger_path.with_name("ledger.sqlite-journal").stat().st_size
    with Ledger(layout.ledger_path, read_only=True) as reader:
        assert [one.receipt_number for one in reader.deliveries("received")] == [1]


def test_a_reader_makes_and_writes_nothing(layout: Layout) -> None:
    with Ledger(layout.ledger_path, read_only=True) as reader:
        assert (reader.open_load().load_id, reader.deliveries("received")) == (None, [])
    assert not layout.ledger_path.exists()
    with Ledger(layout.ledger_path):
        pass
    with (
        Ledger(layout.ledger_path, read_only=True) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader.reserve(1)


def test_a_ledger_that_found_no_room_for_its_tables_is_empty(layout: Layout) -> None:
    layout.ledger_path.parent.mkdir(parents=True, exist_ok=True)
    program = (
        "import resource, sys; from pathlib import Path; from warehouse.ledger import Ledger\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); Ledger(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(layout.ledger_path)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True).returncode
    assert layout.ledger_path.exists()
    with Ledger(layout.ledger_path, read_only=True) as reader:
        assert reader.deliveries("received") == []
    with Ledger(layout.ledger_path) as ledger:
        ledger.add([delivery(1)])
        assert len(ledger.deliveries("received")) == 1


def test_a_ledger_of_before_loses_its_write_ahead_log_once_nobody_reads_it(layout: Layout) -> None:
    with Ledger(layout.ledger_path) as ledger:
        ledger.add([delivery(1)])
    old = sqlite3.connect(layout.ledger_path)
    assert old.execute("pragma journal_mode = wal").fetchone() == ("wal",)
    with Ledger(layout.ledger_path) as ledger:
        assert len(ledger.deliveries("received")) == 1
    assert old.execute("pragma journal_mode").fetchone() == ("wal",)
    old.close()
    with Ledger(layout.ledger_path), sqlite3.connect(layout.ledger_path) as other:
        assert other.execute("pragma journal_mode").fetchone() == ("delete",)
