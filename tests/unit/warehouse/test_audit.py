"""The record of statements: written before, chained, and a change shows."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from data_contracts.errors import CustomsDataError
from warehouse.audit import HEAD_FILE, AuditLog
from warehouse.layout import Layout


@pytest.fixture
def log(tmp_path):
    log = AuditLog.of(Layout(tmp_path))
    for number in range(3):
        log.append("statement", sql=f"select {number}")
    return log


def test_lines_are_chained_and_only_the_owner_can_read_them(log):
    assert log.verify().lines == 3
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


@pytest.mark.parametrize("place", ["dev", "pipe", "folder"])
def test_nothing_is_written_into_what_is_no_file_nor_read_from_it_without_end(log, place):
    log.path.unlink()
    if place == "dev":
        log.path.symlink_to("/dev/full")
    elif place == "pipe":
        os.mkfifo(log.path)
    else:
        log.path.mkdir()
    with pytest.raises(CustomsDataError, match="cannot be written"):
        log.append("statement", sql="select 4")
    with pytest.raises(CustomsDataError, match="cannot be read"):
        log.verify()
    assert log.refusals("linh", timedelta(minutes=10)) == 0


def test_an_empty_line_at_the_end_is_found_before_the_next_statement(log):
    with log.path.open("a") as file:
        file.write("\n")
    with pytest.raises(CustomsDataError, match="line 4 is empty"):
        log.verify()


FORGED = '{"event": "statement", "user": "colleague", "sql": "select 1", "admitted": true}'


@pytest.mark.parametrize(
    "forged",
    [
        f"{FORGED}\n",
        FORGED,
        '{"event": "outcome", "previous": null}\n',
        "no JSON at all\n",
        f"{FORGED[:-9]}\n",
        "7\n",
        "{}\n",
    ],
)
def test_a_line_put_at_the_end_is_found_at_once_and_after_the_next_statement(log, forged):
    with log.path.open("a") as file:
        file.write(forged)
    with pytest.raises(CustomsDataError, match="line 4"):
        log.verify()
    log.append("statement", sql="select 4")
    with pytest.raises(CustomsDataError, match=r"4 were found|line 4"):
        log.verify()


def test_a_line_without_one_before_it_is_found_also_as_the_first(tmp_path):
    log = AuditLog.of(Layout(tmp_path))
    log.path.parent.mkdir()
    log.path.write_text(f"{FORGED}\n")
    with pytest.raises(CustomsDataError, match="line 1 does not follow"):
        log.verify()
    log.append("statement", sql="select 1")
    with pytest.raises(CustomsDataError, match="line 1"):
        log.verify()


def test_a_line_that_no_parser_takes_is_followed(log):
    with log.path.open("a") as file:
        file.write("[" * 100_000)
    log.append("statement", sql="select 4")
    assert log.verify().lines == 5


def test_half_a_line_of_a_crash_stays_and_the_chain_goes_on(log):
    with log.path.open("a") as file:
        file.write('{"event": "statem')
    log.append("statement", sql="select 4")
    assert log.verify().lines == 5


def test_a_line_longer_than_what_is_read_at_once_can_be_followed(log):
    log.append("statement", sql="x" * 200_000)
    log.append("outcome", rows=1)
    assert log.verify().lines == 5


def test_bytes_that_are_no_utf8_and_a_name_that_is_given_are_held(log):
    log.append("statement", user="linh", sql=b"select \xff".decode(errors="surrogateescape"))
    entry = json.loads(log.path.read_text().splitlines()[-1])
    assert (entry["user"], entry["sql"]) == ("linh", "select \udcff")
    assert log.verify().lines == 4


def keep_lines(log, count):
    log.path.write_text("".join(log.path.read_text().splitlines(keepends=True)[:count]))


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_cut_tail_is_found(log, left):
    keep_lines(log, left)
    with pytest.raises(CustomsDataError, match=f"the last {3 - left} of 3 lines are gone"):
        log.verify()


def test_a_cut_tail_is_found_also_after_the_next_statement(log):
    keep_lines(log, 1)
    log.append("statement", sql="select 4")
    with pytest.raises(CustomsDataError, match="3 lines were expected before line 2, 1 were found"):
        log.verify()


def test_a_tail_in_place_of_another_and_a_record_that_is_gone_are_found(log):
    lines = log.path.read_text().splitlines(keepends=True)
    log.path.write_text("".join([*lines[:2], lines[2].replace("select 2", "select 9")]))
    with pytest.raises(CustomsDataError, match="does not end as its head says"):
        log.verify()
    log.path.unlink()
    with pytest.raises(CustomsDataError, match="the record is gone"):
        log.verify()


def test_a_lost_head_is_found_at_once_and_after_the_next_statement(log):
    log.path.with_name(HEAD_FILE).unlink()
    with pytest.raises(CustomsDataError, match="is gone"):
        log.verify()
    log.append("statement", sql="select 4")
    with pytest.raises(CustomsDataError, match="was gone"):
        log.verify()


@pytest.mark.parametrize("torn", [False, True])
def test_a_crash_between_line_and_head_is_no_alarm(log, torn):
    head = log.path.with_name(HEAD_FILE)
    before = head.read_bytes()
    log.append("statement", sql="select 4")
    head.write_bytes(before)
    if torn:
        log.path.write_bytes(log.path.read_bytes()[:-20])
    assert log.verify().lines == 4
    log.append("statement", sql="select 5")
    assert log.verify().lines == 5


def test_a_crash_after_the_very_first_line_is_no_alarm(tmp_path):
    log = AuditLog.of(Layout(tmp_path))
    log.append("statement", sql="select 1")
    log.path.with_name(HEAD_FILE).unlink()
    assert log.verify().lines == 1
    log.append("statement", sql="select 2")
    assert log.verify().lines == 2


def test_an_empty_lake_has_an_empty_record(tmp_path):
    assert AuditLog.of(Layout(tmp_path)).verify().lines == 0


def test_what_a_full_disk_took_of_a_line_does_not_stay(log):
    size = log.path.stat().st_size
    program = (
        "import resource, sys; from pathlib import Path; from warehouse.audit import AuditLog\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)\n"
        "AuditLog(Path(sys.argv[1])).append('statement')"
    )
    for room in (1, 30, 60):
        arguments = [sys.executable, "-c", program, str(log.path), str(size + room)]
        full = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert "cannot be written" in full.stderr
        assert log.verify().lines == 3
    log.append("statement", sql="select 4")
    assert log.verify().lines == 4


def test_several_writers_make_one_chain(log):
    program = (
        "import sys; from pathlib import Path; from warehouse.audit import AuditLog\n"
        "for n in range(20): AuditLog(Path(sys.argv[1])).append('statement', n=n)"
    )
    arguments = [sys.executable, "-c", program, str(log.path)]
    writers = [subprocess.Popen(arguments) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert log.verify().lines == 3 + 3 * 20


def test_refusals_are_counted_by_user_and_age(log):
    for user in ("linh", "linh", "minh"):
        log.append("statement", user=user, admitted=False, fault=True)
    log.append("statement", user="linh", admitted=True)
    log.append("statement", user="linh", admitted=False, fault=False, reason="the door is busy")
    log.append("statement", user="linh", fault=True, at="2020-01-01T00:00:00.000+00:00")
    assert log.refusals("linh", timedelta(minutes=10)) == 2
    assert log.refusals("minh", timedelta(minutes=10)) == 1
    assert log.refusals("nobody", timedelta(minutes=10)) == 0


def test_a_record_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(CustomsDataError, match="audit record"):
        AuditLog.of(Layout(tmp_path)).append("statement", sql="select 1")
