"""Who may open what in Superset: by every way that an administrator has, and without a login."""

import io
import json
import uuid
import zipfile

import httpx
import pytest
import yaml

from tests.browser.conftest import FILES, ask, chart_data
from tests.patience import PATIENCE_SECONDS
from warehouse.layout import Layout

pytestmark = pytest.mark.browser

RESTRICTED = [
    "duckdb:////customs/restricted",
    "duckdb:////customs/restricted?access_mode=read_only",
    "duckdb:///restricted",
    "duckdb+release:////customs/restricted",
    "duckdb+release:///restricted",
    "duckdb://analyst@/customs/restricted",
    "duckdb:///{releases}/restricted/current/hub.duckdb",
    "duckdb+release:///{releases}/restricted/current/hub.duckdb",
    "duckdb:////customs/management/../restricted",
    "duckdb:////customs/RESTRICTED",
    "postgresql://analyst:x@127.0.0.1/restricted",
    "sqlite:///{releases}/restricted",
]


def restricted_uris(nation_home):
    releases = Layout(nation_home).published("restricted").parent
    return [uri.format(releases=releases) for uri in RESTRICTED]


def looks(client, number):
    """Every look at a database that Superset offers, with its answer."""
    yield "query", ask(client, number)
    yield "query of a restricted table", ask(client, number, "select * from marts.dim_trader")
    yield "schemas", client.get(f"/api/v1/database/{number}/schemas/?q=(force:!t)")
    yield "tables", client.get(f"/api/v1/database/{number}/tables/?q=(force:!t,schema_name:marts)")
    yield (
        "columns",
        client.get(f"/api/v1/database/{number}/table_metadata/?name=dim_trader&schema=marts"),
    )
    dataset = {"database": number, "schema": "marts", "table_name": "dim_trader"}
    yield "dataset", client.post("/api/v1/dataset/", json=dataset)


def test_the_restricted_release_is_opened_by_no_new_database(admin, nation_home):
    for number, uri in enumerate(restricted_uris(nation_home)):
        written = {"database_name": f"new {number}", "sqlalchemy_uri": uri}
        tried = admin.post("/api/v1/database/test_connection/", json=written)
        made = admin.post("/api/v1/database/", json=written | {"expose_in_sqllab": True})
        assert tried.status_code >= 400, uri
        assert made.status_code >= 400, uri


def test_the_restricted_release_is_opened_by_no_edited_address(admin, databases, nation_home):
    number = databases["management"]
    kept = admin.get(f"/api/v1/database/{number}/connection").json()["result"]["sqlalchemy_uri"]
    try:
        for uri in restricted_uris(nation_home):
            admin.put(f"/api/v1/database/{number}", json={"sqlalchemy_uri": uri})
            held = admin.get(f"/api/v1/database/{number}/connection").json()["result"]
            opened = [
                name
                for name, answer in looks(admin, number)
                if held["sqlalchemy_uri"] != kept and answer.is_success
            ]
            assert opened == [], uri
            admin.put(f"/api/v1/database/{number}", json={"sqlalchemy_uri": kept})
    finally:
        admin.put(f"/api/v1/database/{number}", json={"sqlalchemy_uri": kept})
    assert ask(admin, number).status_code == 200


def test_the_restricted_release_is_opened_by_no_imported_database(admin, nation_home):
    template = FILES["databases/customs_management.yaml"]
    for number, uri in enumerate(restricted_uris(nation_home)):
        name = f"imported {number}"
        database = template | {
            "database_name": name,
            "sqlalchemy_uri": uri,
            "uuid": f"00000000-0000-4000-8000-{number:012}",
            "extra": {"engine_params": {"connect_args": {"role": "restricted"}}},
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            metadata = {"version": "1.0.0", "type": "Database", "timestamp": "2026-01-01T00:00:00"}
            file.writestr("x/metadata.yaml", yaml.safe_dump(metadata))
            file.writestr("x/databases/x.yaml", yaml.safe_dump(database))
        admin.post(
            "/api/v1/database/import/",
            files={"formData": ("x.zip", packed.getvalue(), "application/zip")},
            data={"overwrite": "true", "passwords": json.dumps({"databases/x.yaml": "x"})},
        )
        held = {e["database_name"]: e["id"] for e in databases(admin)}
        if name in held:
            opened = [look for look, answer in looks(admin, held[name]) if answer.is_success]
            admin.delete(f"/api/v1/database/{held[name]}")
            assert opened == [], uri


def test_a_name_in_the_address_is_not_who_is_logged_in(admin, databases):
    number = databases["management"]
    kept = admin.get(f"/api/v1/database/{number}/connection").json()["result"]["sqlalchemy_uri"]
    written = {"sqlalchemy_uri": "duckdb://analyst@/customs/analyst", "impersonate_user": True}
    try:
        admin.put(f"/api/v1/database/{number}", json=written)
        held = admin.get(f"/api/v1/database/{number}/connection").json()["result"]
        assert held["sqlalchemy_uri"] == kept or not ask(admin, number).is_success
    finally:
        back = {"sqlalchemy_uri": kept, "impersonate_user": False}
        admin.put(f"/api/v1/database/{number}", json=back)
    assert ask(admin, number).status_code == 200


def test_an_administrator_opens_the_figures_and_not_the_release_of_analysts(admin, databases):
    assert ask(admin, databases["management"]).status_code == 200
    refused = ask(admin, databases["analyst"])
    assert not refused.is_success
    assert "does not open the release 'analyst'" in refused.text


def test_an_analyst_asks_both_releases_and_changes_no_database(analyst, databases):
    assert ask(analyst, databases["management"]).status_code == 200
    assert ask(analyst, databases["analyst"]).status_code == 200
    assert ask(analyst, databases["analyst"], "select * from marts.dim_trader").status_code == 200
    new = {"database_name": "mine", "sqlalchemy_uri": "duckdb:////customs/analyst"}
    assert analyst.post("/api/v1/database/", json=new).status_code == 403
    edit = {"sqlalchemy_uri": "duckdb:////customs/restricted"}
    number = databases["management"]
    assert analyst.put(f"/api/v1/database/{number}", json=edit).status_code == 403
    assert analyst.get("/api/v1/security/users/").status_code == 403


def test_a_manager_looks_and_neither_asks_nor_writes(manager, databases):
    titles = [d["dashboard_title"] for d in manager.get("/api/v1/dashboard/").json()["result"]]
    assert titles == ["Thông quan và số thu / Clearance and revenue"]
    assert ask(manager, databases["management"]).status_code == 403
    assert manager.get("/api/v1/database/").status_code == 403
    assert manager.post("/api/v1/dashboard/", json={"dashboard_title": "x"}).status_code == 403
    chart = manager.get("/api/v1/chart/").json()["result"][0]
    assert manager.put(f"/api/v1/chart/{chart['id']}", json={}).status_code == 403
    assert manager.get("/api/v1/security/users/").status_code == 403


def figures(dataset, **query):
    asked = {"columns": [], "metrics": ["declarations"], "row_limit": 1} | query
    return {"datasource": {"id": dataset["id"], "type": "table"}, "queries": [asked]}


def written(sql):
    return {"expressionType": "SQL", "sqlExpression": sql, "label": "x"}


def test_a_manager_asks_the_saved_figures_and_writes_no_sql(manager, analyst, dataset):
    month = written("month_date") | {"columnType": "BASE_AXIS", "timeGrain": "P1M"}
    for saved in ({}, {"columns": [month]}):
        assert manager.post("/api/v1/chart/data", json=figures(dataset, **saved)).is_success
    free = written("sum(item_count) + 1")
    for query in (
        {"metrics": [free]},
        {"columns": [written("upper(source_system)")]},
        {"orderby": [[free, True]]},
        {"filters": [{"col": written("1 + 1"), "op": "==", "val": 2}]},
        {"extras": {"where": "1 = 1"}},
        {"extras": {"having": "count(*) > 1"}},
    ):
        answer = manager.post("/api/v1/chart/data", json=figures(dataset, **query))
        assert answer.status_code == 403, query
        assert "writes no SQL" in answer.text
    assert analyst.post("/api/v1/chart/data", json=figures(dataset, metrics=[free])).is_success


def test_an_administrator_tries_the_address_of_a_release(admin):
    for release, status in (("management", 200), ("restricted", 403)):
        uri = {"database_name": "tried", "sqlalchemy_uri": f"duckdb:////customs/{release}"}
        tried = admin.post("/api/v1/database/test_connection/", json=uri)
        assert tried.status_code == status, tried.text


def test_nobody_changes_name_or_password_past_the_pages_for_it(admin, manager, analyst):
    for client in (admin, manager, analyst):
        before = client.get("/api/v1/me/").json()
        for change in ({"last_name": "Administrator"}, {"password": "another, and long enough"}):
            assert client.put("/api/v1/me/", json=change).status_code == 403
        assert client.get("/api/v1/me/").json() == before


@pytest.mark.parametrize("place", ["chart/related/owners", "dashboard/related/changed_by"])
def test_who_else_there_is_is_shown_to_administrators_alone(admin, manager, analyst, place):
    everybody = {one["value"] for one in admin.get(f"/api/v1/{place}").json()["result"]}
    assert len(everybody) >= 3
    named = f"q=(include_ids:!({','.join(map(str, everybody))}))"
    for client in (manager, analyst):
        oneself = client.get("/api/v1/me/").json()["result"]["id"]
        for asked in ("", named):
            found = client.get(f"/api/v1/{place}?{asked}").json()["result"]
            assert [one["value"] for one in found] == [oneself]


def test_what_others_asked_is_neither_read_nor_stopped(admin, analyst, databases):
    for asker, other in ((admin, analyst), (analyst, admin)):
        key = f"q{uuid.uuid4().hex[:9]}"
        assert ask(asker, databases["management"], client_id=key).is_success
        for client, status in ((other, 403), (asker, 200)):
            read = client.get(f"/api/v1/sqllab/export/{key}/")
            stopped = client.post("/api/v1/query/stop", json={"client_id": key})
            assert (read.status_code, stopped.status_code) == (status, status)


def test_what_is_kept_of_an_answer_is_given_to_who_may_open_its_release(admin, analyst, databases):
    new = {"database": databases["analyst"], "schema": "marts", "table_name": "dim_trader"}
    made = {"id": analyst.post("/api/v1/dataset/", json=new).json()["id"]}
    try:
        count = {"columns": [], "metrics": [written("count(*)")], "row_limit": 1}
        assert chart_data(analyst, made, count, force=False).is_success
        (kept,) = chart_data(analyst, made, count, force=False).json()["result"]
        assert kept["is_cached"]
        samples = f"/datasource/samples?datasource_id={made['id']}&datasource_type=table"
        assert analyst.post(samples, json={}).is_success
        for answer in (
            chart_data(admin, made, count, force=False),
            admin.post(samples, json={}),
            admin.get(f"/api/v1/chart/data/{kept['cache_key']}"),
        ):
            assert not answer.is_success
            assert "rowcount" not in answer.text
        assert "does not open the release" in chart_data(admin, made, count, force=False).text
    finally:
        admin.delete(f"/api/v1/dataset/{made['id']}").raise_for_status()


def test_nobody_but_an_administrator_gives_work_to_others(admin, analyst):
    def owners(number):
        found = admin.get(f"/api/v1/dashboard/{number}").json()["result"]
        return sorted(owner["last_name"] for owner in found["owners"])

    new = {"dashboard_title": "for others", "published": True, "owners": [1]}
    number = analyst.post("/api/v1/dashboard/", json=new).json()["id"]
    try:
        assert owners(number) == ["Analyst"]
        assert analyst.put(f"/api/v1/dashboard/{number}", json={"owners": [1]}).is_success
        assert owners(number) == ["Analyst"]
        people = admin.get("/api/v1/security/users/?q=(page_size:100)").json()["result"]
        both = [one["id"] for one in people if one["username"] in {"admin", "analyst"}]
        admin.put(f"/api/v1/dashboard/{number}", json={"owners": both}).raise_for_status()
        analyst.put(f"/api/v1/dashboard/{number}", json={"owners": both}).raise_for_status()
        assert owners(number) == ["Administrator", "Analyst"]
    finally:
        admin.delete(f"/api/v1/dashboard/{number}")


@pytest.mark.parametrize("kind", ["assets", "chart", "dashboard", "database", "dataset"])
def test_administrators_alone_import_and_a_refusal_is_told_in_json(admin, analyst, kind):
    place = f"/api/v1/{kind}/import/"
    refused = analyst.post(place, files={"formData": ("x.zip", b"x", "application/zip")})
    assert refused.status_code == 403
    assert refused.json()["message"] == "only an administrator imports files"
    wrong = admin.post(place, files={"formData": ("x.zip", b"x", "application/zip")})
    assert wrong.status_code == 422
    assert wrong.json()["message"] == "an import is a ZIP file"


def test_an_upload_and_a_release_of_others_are_refused_in_json(admin, databases):
    given = {"type": "csv", "table_name": "x", "schema": "marts"}
    place = f"/api/v1/database/{databases['management']}/upload/"
    upload = admin.post(place, files={"file": ("x.csv", b"a\n1\n", "text/csv")}, data=given)
    new = {"database": databases["analyst"], "schema": "marts", "table_name": "dim_trader"}
    dataset = admin.post("/api/v1/dataset/", json=new)
    for answer, reason in ((upload, "not allowed"), (dataset, "does not open the release")):
        assert answer.status_code == 403
        assert reason in json.dumps(answer.json())


def test_without_a_login_there_is_nothing(superset, databases):
    with httpx.Client(base_url=superset.url, timeout=PATIENCE_SECONDS) as nobody:
        for place in ("dashboard", "chart", "dataset", "database", "security/users", "query"):
            found = nobody.get(f"/api/v1/{place}/")
            assert found.status_code in {401, 403} or found.json()["result"] == [], place
        assert ask(nobody, databases["management"]).status_code in {400, 401, 403}
        page = nobody.get("/superset/dashboard/clearance-and-revenue/")
        assert page.is_redirect
        assert "/login" in page.headers["location"]
        for header in ({"Authorization": "Bearer sst_0"}, {"X-GuestToken": "x"}):
            answer = nobody.get("/api/v1/me/", headers=header)
            assert not answer.is_success
        account = {"username": "x", "password": "x", "email": "x@x", "first_name": "x"}
        assert not nobody.post("/register/", data=account).is_success


def databases(client):
    return client.get("/api/v1/database/?q=(page_size:100)").json()["result"]
