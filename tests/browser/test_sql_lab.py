"""SQL Lab goes through the same door: attacks leave the release as it was, bombs end in time."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from data_contracts.loading import contracts_of
from tests.audit_record import last_line
from tests.browser.conftest import QUERY_SECONDS, ask
from tests.data.sql_attack_kinds import attack_kinds
from tests.data.sql_attacks import ATTACKS
from tests.data.sql_bombs import BOMBS, ENDLESS
from tests.data.sql_questions import FIGURES
from tests.patience import PATIENCE_SECONDS
from tests.real_time import PAST_LIMIT_SECONDS, seconds_of
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.browser

MARTS = {mart.name for mart in contracts_of("mart") if "analyst" in mart.roles}


@pytest.fixture(scope="module")
def database(databases):
    """Number of the database of the analyst release."""
    return databases["analyst"]


@pytest.fixture(scope="module")
def sql_lab(analyst, database):
    """A function that runs one statement in SQL Lab."""

    def run(sql: str, **more) -> httpx.Response:
        return ask(analyst, database, sql, **more)

    return run


@pytest.fixture(scope="module")
def layout(nation_home):
    return Layout(nation_home)


def hashes(release):
    files = sorted(path for path in release.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_plain_select_is_answered_and_recorded_with_who_asked(sql_lab, superset, layout):
    answer = sql_lab("select count(*) as months from agg_clearance_month")
    assert answer.status_code == 200
    assert answer.json()["data"][0]["months"] > 0
    lines = AuditLog.of(layout).path.read_text(encoding="utf-8").splitlines()[-2:]
    statement, outcome = map(json.loads, lines)
    assert statement["sql"] == "select count(*) as months from agg_clearance_month"
    assert (statement["door"], statement["user"]) == ("superset", superset.account("Analyst").user)
    assert (outcome["event"], outcome["done"], outcome["user"]) == (
        "outcome",
        True,
        superset.account("Analyst").user,
    )


def test_no_attack_passes_and_the_files_stay_as_they_were(sql_lab, layout):
    # The gate judges all of them in tests/unit.
    made = [attack for kind in attack_kinds().values() for attack in kind[::30]]
    attacks = [*ATTACKS[::2], *made]
    release = (layout.published("analyst") / "current").resolve()
    before = hashes(release)

    def passes(attack):
        return sql_lab(attack.replace("{file}", str(release / "hub.duckdb"))).status_code == 200

    with ThreadPoolExecutor(2) as pool:
        passed = list(pool.map(passes, attacks))
    assert [attack for attack, through in zip(attacks, passed, strict=True) if through] == []
    assert hashes(release) == before
    assert len(attacks) > 300
    AuditLog.of(layout).verify()


def test_every_bomb_ends_in_time_and_the_server_answers_on(sql_lab, layout):
    release = (layout.published("analyst") / "current").resolve()
    before = hashes(release)

    def explode(bomb):
        return seconds_of(lambda: sql_lab(bomb, queryLimit=1000))

    with ThreadPoolExecutor(2) as pool:
        seconds = list(pool.map(explode, BOMBS))
    most = QUERY_SECONDS + PAST_LIMIT_SECONDS
    late = [bomb[:80] for bomb, took in zip(BOMBS, seconds, strict=True) if took > most]
    assert late == []
    assert hashes(release) == before
    assert sql_lab("select 1 as n").json()["data"] == [{"n": 1}]


def test_a_statement_of_5_mb_is_refused_and_recorded_by_hash_and_head(sql_lab, layout):
    sql = "select '" + "x" * 5_000_000 + "'"
    assert sql_lab(sql).status_code == 400
    assert last_line(layout)["sql_sha256"] == hashlib.sha256(sql.encode()).hexdigest()


@pytest.mark.parametrize(
    "path", ["sqllab/format_sql/", "chart/data", "dataset/", "database/1/validate_sql/"]
)
def test_nothing_long_is_taken_apart_before_it_comes_to_the_door(analyst, path):
    # Of 1 MB in a chart's filter Superset made minutes of work and a gigabyte.
    asked = {"url": f"{analyst.base_url}/api/v1/{path}", "headers": analyst.headers}
    asked["cookies"] = analyst.cookies
    # Each on a connection of its own, since the server does not read it to its end.
    long = {"sql": "select " + "1," * 50_000 + "1"}
    assert httpx.post(**asked, json=long, timeout=PATIENCE_SECONDS).status_code == 413
    pieces = iter([b'{"sql": "select 1"}'])
    assert httpx.post(**asked, content=pieces, timeout=PATIENCE_SECONDS).status_code == 413


def test_an_answer_that_superset_would_unpack_for_minutes_is_refused(sql_lab):
    nulls = ",".join(["null"] * 999)
    wide = f"select {nulls} from range(4000)"  # noqa: S608
    answer = sql_lab(wide, queryLimit=100_000)
    assert "more than 2,000,000 cells" in answer.text
    long_name = f'select 1 as "{"n" * 15_000}" from range(1000)'  # noqa: S608
    named = sql_lab(long_name, queryLimit=1000)
    assert len(named.content) < 1_000_000


def test_nobody_who_is_not_logged_in_starts_anything(superset, database, layout):
    before = AuditLog.of(layout).verify()
    asked = {"database_id": database, "sql": "drop table t", "schema": "marts"}
    answer = httpx.post(
        superset.url + "/api/v1/sqllab/execute/", json=asked, timeout=PATIENCE_SECONDS
    )
    assert answer.status_code in {400, 401, 302}
    assert "DROP" not in answer.text
    assert AuditLog.of(layout).verify() == before


@pytest.mark.parametrize(
    ("sql", "control", "rows"),
    [
        ("select * from agg_clearance_month limit 5", 10, 5),
        ("select * from agg_clearance_month limit 50", 10, 10),
        ("select * from agg_clearance_month", 10, 10),
        ("select * from agg_clearance_month limit 5", None, 5),
        ("with a as (from agg_clearance_month) from a limit 3 offset 2", 10, 3),
        ("select 1 union all select 2 limit 1", 10, 1),
        ("from agg_clearance_month limit 1 + 1", 10, 2),
        ("select * from range(1000) limit 7 -- these", 10, 7),
    ],
)
def test_the_limit_that_was_typed_holds_and_so_does_the_control(sql_lab, sql, control, rows):
    answer = sql_lab(sql, **({"queryLimit": control} if control else {}))
    assert len(answer.json()["data"]) == rows


def test_what_was_typed_runs_as_it_was_typed(sql_lab):
    # Superset would make `INTERVAL '1' DAY` of it.
    answer = sql_lab("select interval '1 day 01:02:03' as waited").json()
    assert answer["data"] == [{"waited": "1 day 01:02:03"}]
    assert answer["query"]["executedSql"] == "select interval '1 day 01:02:03' as waited"


def test_the_questions_about_tables_are_answered(sql_lab):
    assert {row["name"] for row in sql_lab("show tables").json()["data"]} == MARTS
    described = sql_lab("describe agg_clearance_month").json()["data"]
    assert {"column_name": "month_date", "column_type": "DATE"}.items() <= {
        key: value
        for row in described
        if row["column_name"] == "month_date"
        for key, value in row.items()
    }.items()
    assert len(sql_lab("summarize agg_clearance_month").json()["data"]) == len(described)
    assert "physical_plan" in sql_lab("explain from dim_customs_office").text
    assert "did you mean agg_clearance_month" in sql_lab("from agg_clearance_months").text
    assert "write strftime" in sql_lab("select to_char(now(), 'x')").text
    assert "try_cast" in sql_lab("select office_name::date from dim_customs_office").text


def test_every_honest_question_is_answered(sql_lab):
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(sql_lab, FIGURES))
    failed = {sql: one.text for sql, one in zip(FIGURES, answers, strict=True) if one.is_error}
    assert failed == {}


def test_what_is_refused_is_no_fault_of_the_server(analyst, sql_lab, databases):
    """Each was answered 500: by the dialogue of datasets, for want of workers, after the time."""
    new = {"database": databases["management"], "schema": "marts", "table_name": "read"}
    dataset = analyst.post("/api/v1/dataset/", json=new | {"sql": "from read_csv('/etc/passwd')"})
    range_ = analyst.get("/api/v1/time_range/?q='nonsense : nonsense'")
    for answer, reason in (
        (dataset, "'read_csv' is not on the list"),
        (sql_lab("select 1", runAsync=True), "there are no workers"),
        (sql_lab(ENDLESS), "longer than the door allows"),
        (range_, "Cannot parse time string"),
    ):
        assert 400 <= answer.status_code < 500, answer.text
        assert reason in answer.text


def test_superset_sees_every_table_and_column_through_the_door(analyst, database, sql_lab):
    api = f"/api/v1/database/{database}"
    assert analyst.get(f"{api}/schemas/").json()["result"] == ["marts"]
    tables = analyst.get(f"{api}/tables/?q=(schema_name:marts)").json()["result"]
    assert {table["value"] for table in tables} == MARTS
    seen = analyst.get(f"{api}/table_metadata/?name=agg_clearance_month&schema=marts").json()
    described = sql_lab("describe agg_clearance_month").json()["data"]
    assert [one["name"] for one in seen["columns"]] == [one["column_name"] for one in described]
    unknown = analyst.get(f"{api}/table_metadata/?name=duckdb_settings&schema=marts")
    assert unknown.status_code != 200


def test_a_chart_asks_the_door_and_gets_the_figures_of_the_release(analyst, nation_home, layout):
    (dataset,) = [
        one["id"]
        for one in analyst.get("/api/v1/dataset/").json()["result"]
        if one["table_name"] == "agg_clearance_month"
    ]
    metric = {
        "expressionType": "SQL",
        "sqlExpression": "sum(declaration_count)",
        "label": "n",
    }
    asked = {
        "datasource": {"id": dataset, "type": "table"},
        "force": True,
        "queries": [{"columns": [], "metrics": [metric], "row_limit": 10}],
        "result_format": "json",
        "result_type": "full",
    }
    (result,) = analyst.post("/api/v1/chart/data", json=asked).json()["result"]
    sql = "select sum(declaration_count) from agg_clearance_month"
    settings = LakeSettings(home=nation_home)
    ((total,),) = query(layout, settings, "management", sql).rows
    assert result["data"] == [{"n": int(total)}]
    asked["queries"][0]["metrics"][0]["sqlExpression"] = "max(getenv('HOME'))"
    assert analyst.post("/api/v1/chart/data", json=asked).status_code != 200
    assert last_line(layout)["event"] in {"statement", "outcome"}
