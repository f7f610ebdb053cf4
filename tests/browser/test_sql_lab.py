"""SQL Lab goes through the same door: attacks leave the release as it was."""

import hashlib

import httpx
import pytest

from tests.data.sql_attacks import ATTACKS
from warehouse.layout import Layout

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sql_lab(doors):
    """A function that runs one statement in SQL Lab as an analyst."""
    with doors.client("Analyst") as client:
        databases = client.get("/api/v1/database/").json()["result"]
        (database,) = (entry for entry in databases if "management" in entry["database_name"])

        def run(sql: str) -> httpx.Response:
            return client.post(
                "/api/v1/sqllab/execute/",
                json={"database_id": database["id"], "sql": sql, "schema": "marts"},
            )

        yield run


def hashes(release):
    files = sorted(path for path in release.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_plain_select_is_answered(sql_lab):
    answer = sql_lab("select count(*) as months from marts.agg_clearance_month")
    assert answer.status_code == 200
    assert answer.json()["data"][0]["months"] > 0


def test_no_attack_passes_and_the_files_stay_as_they_were(sql_lab, nation_home):
    release = (Layout(nation_home).published("management") / "current").resolve()
    before = hashes(release)
    passed = [
        attack
        for attack in ATTACKS
        if sql_lab(attack.replace("{file}", str(release / "hub.duckdb"))).status_code == 200
    ]
    assert passed == []
    assert hashes(release) == before
    assert len(ATTACKS) > 30
