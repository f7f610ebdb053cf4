"""Whoever asks much keeps nobody else waiting."""

import fcntl
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from tests.audit_record import last_line
from tests.browser.conftest import QUERY_SECONDS, ask, chart_data
from tests.data.sql_bombs import ENDLESS
from tests.patience import wait_for
from warehouse.door import QUERIES_PER_ROLE
from warehouse.layout import Layout

pytestmark = pytest.mark.browser

ANALYSTS = "analyst+management"
MANY = 32
ONE = {"columns": [], "metrics": ["declarations"], "row_limit": 1}


@contextmanager
def held_places(nation_home, kind):
    """Hold every place of a kind, as statements that run do."""
    with ExitStack() as held:
        for number in range(1, QUERIES_PER_ROLE + 1):
            path = Layout(nation_home).locks / f"sql_{kind}_{number}.lock"
            fcntl.flock(held.enter_context(path.open("w")), fcntl.LOCK_EX)
        yield


def test_analysts_take_no_place_of_managers_whatever_they_read(
    analyst, manager, dataset, databases, nation_home
):
    with held_places(nation_home, ANALYSTS):
        for release in ("analyst", "management"):
            refused = ask(analyst, databases[release])
            assert refused.status_code == 429
            assert f"statements of {ANALYSTS} are running" in refused.text
        chart = chart_data(analyst, dataset, ONE)
        assert chart.status_code == 429
        assert "ask again when one has ended" in chart.json()["message"]
        # It is no user's to set.
        assert "CUSTOMS_" not in chart.text
        assert chart_data(manager, dataset, ONE).is_success
    assert ask(analyst, databases["management"]).is_success


def test_a_manager_is_answered_while_an_analyst_asks_without_end(
    analyst, manager, dataset, databases
):
    with ThreadPoolExecutor(MANY) as pool:
        asked = [pool.submit(ask, analyst, databases["management"], ENDLESS) for _ in range(MANY)]
        answers = []
        while not all(one.done() for one in asked):
            answers.append(chart_data(manager, dataset, ONE).status_code)
        assert set(answers) == {200}
        assert {one.result().status_code for one in asked} <= {422, 429}


def test_a_statement_that_took_its_time_to_come_is_no_fault(analyst, databases, nation_home):
    asked = json.dumps({"database_id": databases["analyst"], "sql": "select 1"}).encode()

    def slowly():
        yield asked[:10]
        time.sleep(QUERY_SECONDS + 1)
        yield asked[10:]

    headers = {"Content-Type": "application/json", "Content-Length": str(len(asked))}
    late = analyst.post("/api/v1/sqllab/execute/", content=slowly(), headers=headers)
    assert late.status_code == 429
    assert f"have {QUERY_SECONDS} s in all" in late.text
    assert last_line(Layout(nation_home))["fault"] is False


def test_judging_takes_a_place_as_well(analyst, databases, nation_home):
    with held_places(nation_home, ANALYSTS):
        refused = ask(analyst, databases["analyst"], "drop table t")
    assert refused.status_code == 429
    assert ask(analyst, databases["analyst"], "drop table t").status_code == 400


def test_one_user_has_few_requests_at_a_time_and_hears_so_at_once(
    analyst, manager, databases, nation_home
):
    def told_to_ask_again():
        with held_places(nation_home, ANALYSTS), ThreadPoolExecutor(MANY) as pool:
            asked = [
                pool.submit(ask, analyst, databases["analyst"], f"drop table t{number}")
                for number in range(MANY)
            ]
            assert manager.get("/api/v1/me/").status_code == 200
            answers = [one.result() for one in asked]
        assert {answer.status_code for answer in answers} == {429}
        return any("requests of yours are being answered" in answer.text for answer in answers)

    wait_for(told_to_ask_again, "an answer that so many are at work")
    assert ask(analyst, databases["analyst"]).is_success
