"""What a chart may make of its answers in the one process that serves everybody."""

import pytest

from tests.audit_record import last_line
from tests.browser.conftest import QUERY_SECONDS, ask, chart_data
from tests.real_time import PAST_LIMIT_SECONDS, seconds_of
from warehouse.layout import Layout

pytestmark = pytest.mark.browser

MONTH = {
    "expressionType": "SQL",
    "sqlExpression": "month_date",
    "label": "month_date",
    "columnType": "BASE_AXIS",
    "timeGrain": "P1M",
}
PIVOT = {"index": ["month_date"], "aggregates": {"declarations": {"operator": "mean"}}}
# Never done in time on any machine, in a few bytes.
ENDLESS = (
    "sum(list_sum(list_transform(range(1000), lambda x:"
    " len(list_filter(range(100000), lambda y: hash(x, y, item_count) = 0)))))"
)


def step(operation, **options):
    return {"operation": operation, "options": options}


def by_month(*steps, **more):
    return {"columns": [MONTH], "metrics": ["declarations"], "post_processing": steps} | more


def test_the_steps_that_charts_take_are_taken(manager, dataset):
    rolled = step("rolling", rolling_type="mean", window=2, columns={"declarations": "mean"})
    query = by_month(step("pivot", **PIVOT, columns=[]), rolled, step("flatten"))
    (result,) = chart_data(manager, dataset, query).json()["result"]
    assert {"month_date", "declarations", "mean"} <= set(result["colnames"])


def test_no_chart_is_drawn_past_a_dataset(analyst, databases):
    ask(analyst, databases["management"], client_id="drawn_past")
    newest = "(order_column:changed_on,order_direction:desc,page_size:1)"
    (asked,) = analyst.get(f"/api/v1/query/?q={newest}").json()["result"]
    chart = {"datasource": {"id": asked["id"], "type": "query"}}
    queries = [{"columns": ["n"], "metrics": [], "row_limit": 1}]
    answer = analyst.post("/api/v1/chart/data", json=chart | {"queries": queries})
    assert answer.status_code in {400, 422}
    assert "drawn from a dataset" in answer.text


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        # Each made gigabytes of a few hundred cells, or hours of work.
        ([step("resample", rule="12h", method="asfreq", fill_value=0)], "'resample' is not taken"),
        ([step("histogram", column="declarations", groupby=[], bins=3)], "'histogram' is not"),
        ([step("sort", by=["declarations"])] * 2, "each step once"),
        ([step("sort", by=["declarations"] * 2)], "each column once"),
        (
            [step("compare", source_columns=["a"] * 2, compare_columns=["b"] * 2)],
            "each column once",
        ),
        (
            [step("rolling", rolling_type="sum", window=2, win_type="boxcar", columns={})],
            "without weights",
        ),
        ([step("rolling", rolling_type="cov", window=2, columns={})], "a rolling step takes"),
    ],
)
def test_a_step_that_makes_much_of_little_is_refused_to_everybody(
    admin, analyst, manager, dataset, steps, reason
):
    query = by_month(step("pivot", **PIVOT, columns=[]), *steps)
    for client in (admin, analyst, manager):
        answer = chart_data(client, dataset, query)
        assert answer.status_code == 400
        assert reason in answer.json()["message"]


def test_a_table_is_not_turned_into_billions_of_cells(manager, dataset):
    columns = ["office", "source_system", "direction", "control_channel", "item_count"]
    turned = PIVOT | {"columns": columns, "drop_missing_columns": False}
    query = by_month(step("pivot", **turned), row_limit=100_000)
    query["columns"] = ["month_date", *columns]
    answer = chart_data(manager, dataset, query)
    assert answer.status_code == 422
    assert "more than 500,000 points" in answer.json()["message"]


@pytest.fixture
def days_of_offices(analyst, databases, admin):
    new = {"database": databases["analyst"], "schema": "marts", "table_name": "days of offices"}
    new["sql"] = (
        "select date '2025-01-01' + cast(day as integer) as day, 'office ' || office as office "
        "from range(365) as days(day), range(500) as offices(office) where (day + office) % 3 = 0"
    )
    made = {"id": analyst.post("/api/v1/dataset/", json=new).json()["id"]}
    yield made
    admin.delete(f"/api/v1/dataset/{made['id']}").raise_for_status()


def turned_by_office(analyst, made, *names):
    figures = [
        {"expressionType": "SQL", "sqlExpression": "count(*)", "label": name} for name in names
    ]
    aggregates = {name: {"operator": "mean"} for name in names}
    turned = step("pivot", index=["day"], columns=["office"], aggregates=aggregates)
    query = {"columns": ["day", "office"], "metrics": figures, "row_limit": 100_000}
    return chart_data(analyst, made, query | {"post_processing": [turned, step("flatten")]})


def test_the_days_of_a_year_and_every_office_are_turned(analyst, days_of_offices):
    (result,) = turned_by_office(analyst, days_of_offices, "n").json()["result"]
    assert (result["rowcount"], len(result["colnames"])) == (365, 501)


def test_what_is_worked_out_of_many_rows_has_a_bound(analyst, days_of_offices):
    answer = turned_by_office(analyst, days_of_offices, "n", "again")
    assert answer.status_code == 422
    assert "more than 100,000 figures" in answer.json()["message"]


def test_two_times_are_compared_with_the_same_figure(analyst, dataset):
    earlier = [f"declarations__{offset}" for offset in ("1 month ago", "1 year ago")]
    aggregates = {name: {"operator": "mean"} for name in ("declarations", *earlier)}
    steps = (
        step("pivot", index=["month_date"], columns=[], aggregates=aggregates),
        step(
            "compare",
            source_columns=["declarations"] * 2,
            compare_columns=earlier,
            compare_type="difference",
            drop_original_columns=True,
        ),
        step("flatten"),
    )
    span = {"col": "month_date", "op": "TEMPORAL_RANGE", "val": "2000-01-01 : 2100-01-01"}
    query = by_month(*steps, time_offsets=["1 month ago", "1 year ago"], filters=[span])
    query["extras"] = {"time_grain_sqla": "P1M"}
    answer = chart_data(analyst, dataset, query)
    assert answer.is_success, answer.text
    (result,) = answer.json()["result"]
    names = {f"difference__declarations__{name}" for name in earlier}
    assert names | {"month_date"} == set(result["colnames"])


def test_a_time_is_compared_by_its_groups_and_not_each_row_with_each(analyst, dataset):
    span = {"col": "month_date", "op": "TEMPORAL_RANGE", "val": "2000-01-01 : 2100-01-01"}
    compared = {"time_offsets": ["1 year ago"], "filters": [span], "row_limit": 100_000}
    compared["extras"] = {"time_grain_sqla": "P1M"}
    (result,) = chart_data(analyst, dataset, by_month(**compared)).json()["result"]
    assert "declarations__1 year ago" in result["colnames"]
    answer = chart_data(analyst, dataset, {"columns": ["direction"]} | compared)
    assert answer.status_code == 422
    assert "more than 2,000,000 cells" in answer.json()["message"]


def test_a_request_has_a_handful_of_queries(manager, dataset):
    one = {"columns": [], "metrics": ["declarations"], "row_limit": 1}
    assert chart_data(manager, dataset, *[one] * 3).is_success
    compared = by_month(time_offsets=[f"{months} months ago" for months in range(1, 6)])
    for queries in ([one] * 6, [compared]):
        answer = chart_data(manager, dataset, *queries)
        assert answer.status_code == 400
        assert "at most 5 queries" in answer.json()["message"]


def test_a_table_is_not_turned_for_a_report(manager, dataset):
    one = {"columns": [], "metrics": ["declarations"], "row_limit": 1}
    answer = chart_data(manager, dataset, one, result_type="post_processed")
    assert answer.status_code == 400
    assert "not turned on the server" in answer.json()["message"]


def test_all_queries_of_a_request_have_their_seconds_together(analyst, dataset, nation_home):
    endless = {"expressionType": "SQL", "sqlExpression": ENDLESS, "label": "endless"}
    queries = [{"columns": [], "metrics": [endless], "row_limit": n} for n in range(1, 5)]
    answers = []
    took = seconds_of(lambda: answers.append(chart_data(analyst, dataset, *queries)))
    assert took < QUERY_SECONDS + PAST_LIMIT_SECONDS
    assert answers[0].status_code == 422
    assert "longer than the door allows" in answers[0].json()["message"]
    # They might have passed alone, and slow nobody down.
    late = last_line(Layout(nation_home))
    assert late["reason"].startswith(f"the statements of a request have {QUERY_SECONDS} s in all")
    assert late["fault"] is False
