"""The record of statements: written before, chained, and a change shows."""

import json

import pytest

from data_contracts.errors import CustomsDataError
from warehouse.audit import AuditLog
from warehouse.layout import Layout


@pytest.fixture
def log(tmp_path):
    log = AuditLog.of(Layout(tmp_path))
    for number in range(3):
        log.append("statement", sql=f"select {number}")
    return log


def test_lines_are_chained_and_only_the_owner_can_read_them(log):
    assert log.verify() == 3
    assert log.path.stat().st_mode & 0o777 == 0o600
    entry = json.loads(log.path.read_text().splitlines()[1])
    assert entry["sql"] == "select 1"
    assert {"at", "user", "event", "previous"} <= set(entry)


@pytest.mark.parametrize("change", ["alter", "remove", "swap"])
def test_a_change_is_found(log, change):
    lines = log.path.read_text().splitlines(keepends=True)
    if change == "alter":
        lines[1] = lines[1].replace("select 1", "select 9")
    elif change == "remove":
        del lines[1]
    else:
        lines[0], lines[1] = lines[1], lines[0]
    log.path.write_text("".join(lines))
    with pytest.raises(CustomsDataError, match="line"):
        log.verify()


def test_half_a_line_of_a_crash_stays_and_the_chain_goes_on(log):
    with log.path.open("a") as file:
        file.write('{"event": "statem')
    log.append("statement", sql="select 4")
    assert log.verify() == 5


def test_a_line_longer_than_what_is_read_at_once_can_be_followed(log):
    log.append("statement", sql="x" * 200_000)
    log.append("outcome", rows=1)
    assert log.verify() == 5


def test_a_record_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(CustomsDataError, match="audit record"):
        AuditLog.of(Layout(tmp_path)).append("statement", sql="select 1")
