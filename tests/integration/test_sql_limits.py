"""What a statement may take: time, memory, rows, a place; and what becomes of who tries doors."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.architecture.tree import REPOSITORY
from tests.audit_record import last_line
from tests.data.sql_bombs import BOMBS, ENDLESS
from tests.integration.built_marts import ROWS, published
from tests.patience import wait_for
from tests.real_time import PAST_LIMIT_SECONDS, seconds_of
from warehouse.audit import AuditLog
from warehouse.door import (
    DEFAULT_LIMITS,
    BusyDoorError,
    Door,
    QueryLimits,
    QueryRefusedError,
    WrongLimitError,
)
from warehouse.reading import query

SHORT = QueryLimits(seconds=1, memory_mb=256, maximum_mb=64)
WITHOUT_END = QueryLimits(seconds=600)
# What a process has beside what its statement takes: Python and DuckDB.
BASE_MB = 160


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return published(tmp_path_factory.mktemp("limits"), roles=["analyst"])


@pytest.fixture(scope="module")
def exploded(settings):
    """What became of every bomb, and the peaks of memory."""
    limits = {"seconds": 1, "memory_mb": 256, "maximum_mb": 64}
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.exploding", str(settings.home)],
        input=json.dumps({"limits": limits, "statements": BOMBS}).encode(),
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.full
def test_every_bomb_ends_within_its_time_and_five_seconds(exploded):
    most = SHORT.seconds + PAST_LIMIT_SECONDS
    late = [one for one in exploded["ended"] if one["seconds"] > most]
    assert late == []


@pytest.mark.full
def test_every_bomb_is_told_a_limit_and_what_to_do(exploded):
    # The last: a message that spells out a type, cut; on a slow machine its time is over before.
    told = ("longer than", "more memory", "more than", "could not be judged", "Out of Range", "…")
    answered = ("0 rows", "1 rows", "2 rows", "4 rows")
    silent = [
        one
        for one in exploded["ended"]
        if not any(word in one["told"] for word in told) and one["told"] not in answered
    ]
    assert silent == []


@pytest.mark.full
def test_no_bomb_takes_more_memory_than_its_cap_in_its_process_or_in_the_caller(exploded):
    assert exploded["worker_mb"] < SHORT.memory_mb + BASE_MB
    # Two statements at a time.
    assert exploded["caller_mb"] < 2 * SHORT.maximum_mb + BASE_MB


def test_a_query_that_takes_too_long_is_stopped(settings, layout):
    with pytest.raises(QueryRefusedError, match="longer than"):
        query(layout, settings, "analyst", ENDLESS, limits=QueryLimits(seconds=1))


def test_what_the_engine_does_not_interrupt_is_killed(settings, layout):
    doubled = ", ".join(f"a{n} || a{n} as a{n + 1}" for n in range(60))
    sql = f"select 'x' as a0, {doubled}, length(a60)"
    with pytest.raises(QueryRefusedError, match=r"longer than|more memory"):
        query(layout, settings, "analyst", sql, limits=SHORT)


def test_a_process_ends_with_its_caller(settings):
    program = (
        "import sys; from pathlib import Path; from warehouse.layout import Layout\n"
        "from warehouse.reading import query; from warehouse.settings import LakeSettings\n"
        "home = Path(sys.argv[1])\n"
        "query(Layout(home), LakeSettings(home=home), 'analyst', sys.argv[2])"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", program, str(settings.home), ENDLESS], cwd=REPOSITORY
    )
    worker = running_worker(caller.pid)
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    wait_for(lambda: not is_alive(worker), "the end of the worker")


def running_worker(caller: int) -> int:
    """Wait until a child of `caller` has used some CPU time in its statement; return its id."""
    at_work = []

    def has_begun():
        children = Path(f"/proc/{caller}/task/{caller}/children").read_text().split()
        for child in map(int, children):
            ticks = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11]
            if int(ticks) > os.sysconf("SC_CLK_TCK"):
                at_work.append(child)
        return at_work

    wait_for(has_begun, "the start of the statement")
    return at_work[0]


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_too_many_rows_are_refused_and_not_cut_off(settings, layout):
    limits = QueryLimits(maximum_rows=ROWS - 1)
    sql = "select * from marts.fct_duty_tax"
    with pytest.raises(QueryRefusedError, match="more than 59 rows"):
        query(layout, settings, "analyst", sql, limits=limits)
    assert query(layout, settings, "analyst", sql).row_count == ROWS


def test_who_asks_for_enough_rows_gets_these_and_no_fault(settings, layout):
    limits = QueryLimits(enough_rows=7)
    for sql, rows in (
        ("select * from fct_duty_tax", 7),
        ("select * from fct_duty_tax limit 5", 5),
        ("select * from fct_duty_tax order by 1 limit 50 -- the first", 7),
    ):
        assert query(layout, settings, "analyst", sql, limits=limits).row_count == rows


@pytest.mark.parametrize(
    "sql",
    [
        f"select repeat('x', 1000)::enum('{'x' * 1000}') from range(2000)",  # noqa: S608
        "select [s, s, s, s] from (select repeat('x', 500) as s), range(1000)",
        "select {'a': s, 'b': {'c': [s]}} from (select repeat('x', 1000) as s), range(1000)",
        "select map {s: s} from (select repeat('x', 1000) as s), range(1000)",
        "select * from (select repeat('x', 1000) as a, a as b), range(1000)",
    ],
)
def test_a_result_is_counted_as_the_caller_holds_it(settings, layout, sql):
    with pytest.raises(QueryRefusedError, match="more than 1 MB"):
        query(layout, settings, "analyst", sql, limits=QueryLimits(maximum_mb=1))


def test_a_message_that_spells_out_a_type_is_cut_in_the_answer_and_in_the_record(settings, layout):
    doubled = ", ".join(f"{{'a': a{n}, 'b': a{n}}} as a{n + 1}" for n in range(10))
    sql = f"select a10 + 'x'::blob from (select 1 as a0, {doubled})"  # noqa: S608
    with pytest.raises(QueryRefusedError, match="No function matches") as refused:
        query(layout, settings, "analyst", sql)
    assert len(str(refused.value)) < 2_000
    assert len(last_line(layout)["reason"]) < 2_000
    with pytest.raises(QueryRefusedError) as refused:
        query(layout, settings, "analyst", f"select {'x' * 15_000}(1)")
    assert len(str(refused.value)) < 2_000


@pytest.mark.parametrize(
    "limits",
    [
        QueryLimits(seconds=5_000_000_000),
        QueryLimits(seconds=0),
        QueryLimits(seconds=-1),
        QueryLimits(maximum_rows=10**30),
        QueryLimits(maximum_rows=0),
    ],
)
def test_limits_that_cannot_be_are_told_and_recorded(settings, layout, limits):
    with pytest.raises(WrongLimitError, match="a statement may"):
        query(layout, settings, "analyst", "select 1", limits=limits)
    line = last_line(layout)
    assert (line["sql"], line["admitted"]) == ("select 1", False)


def test_a_role_has_so_many_places_and_a_busy_door_says_what_to_do(settings, layout):
    one_place = settings.model_copy(update={"queries_per_role": 1})
    # Waiting for a place counts, so the second waits one second of its two.
    with statements_without_end() as pool:
        first = pool.submit(ask_endless, layout, one_place)
        wait_for(lambda: last_line(layout).get("sql") == ENDLESS, "the first statement")
        with pytest.raises(BusyDoorError, match=r"1 statements of analyst .* ask again"):
            query(layout, one_place, "analyst", "select 2", limits=QueryLimits(seconds=2))
        assert last_line(layout)["admitted"] is False
    assert "was stopped" in first.result()
    assert query(layout, one_place, "analyst", "select 3").rows == [(3,)]


def ask_endless(layout, settings):
    with pytest.raises(QueryRefusedError) as refused:
        query(layout, settings, "analyst", ENDLESS, limits=WITHOUT_END)
    return str(refused.value)


@contextmanager
def statements_without_end():
    """Give threads to ask from; at the end the processes of what they ask are killed."""
    with ThreadPoolExecutor(2) as pool:
        try:
            yield pool
        finally:
            for listed in Path("/proc/self/task").glob("*/children"):
                # A thread that has ended meanwhile asked for nothing.
                with suppress(FileNotFoundError):
                    for child in listed.read_text().split():
                        command = Path(f"/proc/{child}/cmdline").read_bytes()
                        if b"warehouse.query_process" in command:
                            os.kill(int(child), signal.SIGKILL)


def test_a_place_is_free_again_when_its_statement_has_ended(settings, layout):
    one_place = settings.model_copy(update={"queries_per_role": 1})
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(query, layout, one_place, "analyst", f"select {n}") for n in range(6)]
        assert [one.result().rows for one in asked] == [[(n,)] for n in range(6)]


def test_one_user_leaves_a_place_to_those_who_share_and_others_have_their_own(layout):
    release = (layout.published("analyst") / "current").resolve()

    def door(user, sharing):
        shared = {"queries_per_role": 2, "sharing": sharing, "asker": {"user": user}}
        places = {"log": AuditLog.of(layout), "locks": layout.locks, "threads": 1}
        return Door(role="analyst", release=release, **places, **shared)

    def ask_without_end(user):
        with pytest.raises(QueryRefusedError, match="was stopped"):
            door(user, "readers").ask(ENDLESS, WITHOUT_END)

    def last_asked():
        line = last_line(layout)
        return line.get("sql"), line["user"]

    short = QueryLimits(seconds=2)
    with statements_without_end() as pool:
        running = [pool.submit(ask_without_end, "first")]
        wait_for(lambda: last_asked() == (ENDLESS, "first"), "the first's statement")
        with pytest.raises(BusyDoorError, match=r"1 statements of yours .* ask again"):
            door("first", "readers").judge("select 1", short)
        running.append(pool.submit(ask_without_end, "second"))
        wait_for(lambda: last_asked() == (ENDLESS, "second"), "the second's statement")
        with pytest.raises(BusyDoorError, match=r"2 statements of readers .* ask again"):
            door("third", "readers").ask("select 1", short)
        assert door("third", "others").ask("select 1", DEFAULT_LIMITS).rows == [(1,)]
    assert [one.result() for one in running] == [None, None]


@pytest.mark.full
def test_who_is_refused_again_and_again_waits_longer_also_in_another_process(settings, layout):
    slow = settings.model_copy(update={"refusal_delay_seconds": 0.5})

    def be_refused():
        with pytest.raises(QueryRefusedError):
            query(layout, slow, "analyst", "drop table marts.fct_duty_tax")

    waits = [seconds_of(be_refused) for _ in range(8)]
    # The record is all that the door remembers by, so who comes next meets the same.
    assert min(waits[-2:]) >= 0.5
    assert AuditLog.of(layout).refusals(last_line(layout)["user"], timedelta(minutes=10)) >= 8
    patient = settings.model_copy(update={"refusal_delay_seconds": 0})
    assert query(layout, patient, "analyst", "select 1").rows == [(1,)]


def test_long_statements_push_no_refusal_out_of_what_is_counted(settings, layout):
    patient = settings.model_copy(update={"refusal_delay_seconds": 0})
    log, filling = AuditLog.of(layout), f"/* {'𝒳' * 19_900} */"
    with pytest.raises(QueryRefusedError):
        query(layout, patient, "analyst", f"drop table marts.fct_duty_tax {filling}")
    line = last_line(layout)
    assert (len(line["sql"]), line["sql_characters"]) == (
        1_000,
        len(f"drop table marts.fct_duty_tax {filling}"),
    )
    user, within = line["user"], timedelta(hours=1)
    counted = log.refusals(user, within)
    for _ in range(4):
        assert query(layout, patient, "analyst", f"select 1 {filling}").rows == [(1,)]
    assert log.refusals(user, within) == counted > 0
