"""Whoever asks much keeps nobody else waiting."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from tests.browser.conftest import ask, chart_data
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
