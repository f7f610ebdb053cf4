"""No text holds Superset's own parser: it is refused by its size, or by the steps it takes."""

import httpx
import pytest

from tests.browser.conftest import QUERY_SECONDS
from tests.patience import PATIENCE_SECONDS
from tests.real_time import PAST_LIMIT_SECONDS, seconds_of

pytestmark = pytest.mark.browser

LIMIT_SECONDS = QUERY_SECONDS + PAST_LIMIT_SECONDS


def nested(before, after, times):
    return before * times + "1" + after * times


TEXTS = {
    "2.7 MB": " + ".join(["sum(item_count)"] * 150_000),
    "400 kB": " + ".join(["1"] * 100_000),
    "longer than a statement": " + ".join(["item_count"] * 2_000),
    # Measured before: each level doubles the time.
    "lists": nested("array[", "]", 22),
    "types": nested("int(", ")", 24),
    "brackets": nested("(", ")", 3_000),
}


def chart(dataset, *metrics):
    written = [
        {"expressionType": "SQL", "sqlExpression": sql, "label": f"m{number}"}
        for number, sql in enumerate(metrics)
    ]
    queries = [{"columns": [], "metrics": written, "row_limit": 1}]
    return {"datasource": {"id": dataset["id"], "type": "table"}, "queries": queries}


def ways(dataset, sql):
    """Return every request by which an analyst brings SQL into Superset, but for SQL Lab's own."""
    number = dataset["database"]["id"]
    new = {"database": number, "schema": "marts", "table_name": "v", "sql": f"select {sql}"}
    where = chart(dataset)
    where["queries"][0] |= {"metrics": ["declarations"], "extras": {"where": f"{sql} > 1"}}
    yield "/api/v1/chart/data", chart(dataset, sql)
    yield "/api/v1/chart/data", where
    yield "/api/v1/dataset/", new
    yield "/api/v1/sqllab/format_sql/", {"sql": f"select {sql}"}
    yield "/api/v1/sqllab/execute/", {"database_id": number, "sql": f"select {sql}"}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_stalls_the_parser_is_refused_in_time(analyst, dataset, name):
    for place, asked in ways(dataset, TEXTS[name]):
        answers = []
        took = seconds_of(lambda: answers.append(analyst.post(place, json=asked)))  # noqa: B023
        assert took < LIMIT_SECONDS, (place, took)
        assert answers[0].status_code in {400, 403, 413, 422}, (place, answers[0].text)
        assert answers[0].json()


def test_many_texts_in_one_request_are_refused_in_time(analyst, dataset):
    asked = chart(dataset, *(f"sum(item_count) + {number}" for number in range(1_500)))
    answers = []
    assert seconds_of(lambda: answers.append(analyst.post("/api/v1/chart/data", json=asked))) < (
        LIMIT_SECONDS
    )
    assert answers[0].status_code in {413, 422}


@pytest.mark.parametrize(
    "sql", [nested("array[", "]", 13), nested("int(", ")", 13)], ids=["lists", "types"]
)
def test_a_text_is_read_in_about_three_times_the_steps_of_the_longest(analyst, sql):
    """These take some 70,000 steps, about half a second in which nobody else is answered."""
    answer = analyst.post("/api/v1/sqllab/format_sql/", json={"sql": f"select {sql}"})
    assert answer.status_code == 422
    assert "takes too long to read" in answer.text
    people = " + ".join(["sum(item_count)"] * 1_100)
    assert analyst.post("/api/v1/sqllab/format_sql/", json={"sql": f"select {people}"}).is_success


def test_what_people_write_is_read(analyst, dataset):
    asked = chart(dataset, "sum(item_count) / nullif(sum(declaration_count), 0)")
    assert analyst.post("/api/v1/chart/data", json=asked).status_code == 200


def test_a_large_body_is_refused_with_its_bound_whoever_sends_it(superset):
    pieces = (b"x" * 10_000 for _ in range(100))
    for sent in (b"x" * 1_000_000, pieces):
        answer = httpx.post(
            f"{superset.url}/api/v1/security/login",
            content=sent,
            headers={"Content-Type": "application/json"},
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == 413
        assert "a request" in answer.json()["message"]
