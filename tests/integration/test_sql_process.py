"""`customs sql` as a process: what others see of it, what it takes, statements made at random."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import REPOSITORY
from tests.audit_record import last_line
from tests.data.sql_bombs import BOMBS, ENDLESS
from tests.data.sql_fuzz import statements
from tests.patience import wait_for
from tests.real_time import PAST_LIMIT_SECONDS, seconds_of
from warehouse.audit import AuditLog
from warehouse.layout import Layout

COMMAND = (sys.executable, "-c", "from orchestration.cli.main import main; main()", "sql")
LIMITS = {"seconds": 1, "memory_mb": 256, "maximum_mb": 64}
# What a process has beside what its statement takes: Python and DuckDB.
BASE_MB = 160


@pytest.fixture(scope="module")
def home(nation_home, tmp_path_factory):
    """A lake of its own with the releases of the nation: statements are written into its record."""
    layout = Layout(tmp_path_factory.mktemp("process"))
    layout.ensure()
    shutil.copytree(
        Layout(nation_home).published_root,
        layout.published_root,
        symlinks=True,
        copy_function=os.link,
    )
    return layout.home


def ask(home, *arguments, written=b"", **more):
    return subprocess.run(
        [*COMMAND, "--home", str(home), *arguments],
        input=written,
        cwd=REPOSITORY,
        env=os.environ | {"CUSTOMS_REFUSAL_DELAY_SECONDS": "0"},
        capture_output=True,
        check=False,
        **more,
    )


def last_statement(home):
    lines = AuditLog.of(Layout(home)).path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if '"statement"' in line][-1]


def test_a_statement_from_standard_input_is_answered_and_recorded_as_one_on_the_line(home):
    sql = "select count(*) as n, 'Đà Nẵng' as office from agg_clearance_month"
    by_line = ask(home, "--json", sql)
    known = last_statement(home)
    by_input = ask(home, "--json", "-", written=f"{sql}\n".encode())
    assert json.loads(by_input.stdout) == json.loads(by_line.stdout)
    same = {key: known[key] for key in ("sql", "door", "user", "role", "tables", "admitted")}
    assert {key: last_statement(home)[key] for key in same} == same


def test_what_cannot_be_read_from_standard_input_is_told_and_recorded(home):
    for written, told in (
        (b"select '\xff'", b"not UTF-8: its character 9"),
        (b"", b"expected one statement, found 0"),
        (b"select 1;\nselect 2\n", b"expected one statement, found 2"),
        (b"select '" + b"x" * 5_000_000 + b"'", b"at most 20,000 characters"),
        (b"\0" * 20_000_000, b"no NUL"),
    ):
        done = ask(home, "-", written=written)
        assert (done.returncode, told in done.stderr) == (1, True), done.stderr[:300]
        line = last_line(Layout(home))
        assert not line["admitted"]
        assert line["sql"] == written[:1000].decode("utf-8", "surrogateescape").rstrip()


def test_no_other_account_sees_a_statement_from_standard_input_among_the_processes(home, tmp_path):
    written = tmp_path / "statement.sql"
    written.write_text(ENDLESS)
    with written.open("rb") as file:
        asking = subprocess.Popen(
            [*COMMAND, "--home", str(home), "-"],
            cwd=REPOSITORY,
            stdin=file,
            stderr=subprocess.DEVNULL,
        )
    try:
        children = Path(f"/proc/{asking.pid}/task/{asking.pid}/children")
        wait_for(lambda: children.read_text().split(), "the process of the statement")
        for process in (str(asking.pid), *children.read_text().split()):
            seen = [Path(f"/proc/{process}/{what}").read_bytes() for what in ("cmdline", "environ")]
            assert b"range(100000)" not in b"".join(seen)
    finally:
        asking.kill()
        asking.wait()


def test_json_takes_no_more_memory_than_the_answer_however_it_is_written(home):
    # Each sign becomes six; a program between, since a process counts the one that started it.
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    sql = "select repeat(chr(7), 1000) from range(90000)"
    asked = [*COMMAND, "--home", str(home), "--json", sql]
    done = subprocess.run(
        [sys.executable, "-c", program, *asked], cwd=REPOSITORY, capture_output=True, check=True
    )
    # 90 MB as it comes, and held twice where it is made: as rows and as they are sent.
    assert int(done.stdout) < 90 * 3 + BASE_MB


def explode(home, made):
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.exploding", str(home)],
        input=json.dumps({"limits": LIMITS, "statements": list(made)}).encode(),
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    exploded = json.loads(done.stdout)
    most = LIMITS["seconds"] + PAST_LIMIT_SECONDS
    assert [one for one in exploded["ended"] if one["seconds"] > most] == []
    assert exploded["worker_mb"] < LIMITS["memory_mb"] + BASE_MB
    # Two statements at a time.
    assert exploded["caller_mb"] < 2 * LIMITS["maximum_mb"] + BASE_MB
    return exploded["ended"]


def test_what_is_put_together_at_random_ends_within_its_limits(home):
    explode(home, statements(seed=1, count=8))


@pytest.mark.full
def test_much_that_is_put_together_at_random_ends_within_its_limits(home):
    told = [one["told"] for one in explode(home, statements(seed=2, count=400))]
    assert any("longer than" in text for text in told)
    assert any(text.endswith(" rows") for text in told)


@pytest.mark.full
def test_every_bomb_ends_in_time_by_command_too(home):
    late = []
    for bomb in BOMBS:
        asked = ("--json", "--seconds", "3", bomb)
        taken = seconds_of(lambda asked=asked: ask(home, *asked))
        late += [(bomb[:80], taken)] if taken > 3 + PAST_LIMIT_SECONDS else []
    assert late == []
    AuditLog.of(Layout(home)).verify()
