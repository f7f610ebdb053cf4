"""An export holds its rows, and is done when it is answered."""

import csv

import pytest

from tests.browser.conftest import FILES, chart_data
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.browser

OFFICES = """
    select count(distinct (customs_office_code, customs_office_name, source_system))
    from agg_clearance_month
"""


@pytest.fixture(scope="module")
def offices(nation_home):
    """How many rows the chart of offices has."""
    settings = LakeSettings(home=nation_home)
    ((number,),) = query(Layout(nation_home), settings, "management", OFFICES).rows
    return number


# The second is what nobody draws, but anybody may send.
@pytest.mark.parametrize("row_limit", [None, 10**20])
def test_a_chart_is_exported_with_its_rows(manager, dataset, offices, row_limit):
    drawn = FILES["charts/offices.yaml"]["params"]
    asked = {"columns": drawn["groupby"], "metrics": drawn["metrics"]}
    asked["row_limit"] = drawn["row_limit"]
    drawn = drawn | ({"row_limit": row_limit} if row_limit else {})
    answer = chart_data(manager, dataset, asked, result_format="csv", form_data=drawn)
    assert answer.status_code == 200
    rows = list(csv.DictReader(answer.text.lstrip("\ufeff").splitlines()))
    assert len(rows) == offices
    assert all(int(float(row["Số tờ khai / Declarations"])) >= 0 for row in rows)


def test_no_export_of_sql_lab_goes_on_after_its_turn(admin, analyst):
    for client in (admin, analyst):
        answer = client.post("/api/v1/sqllab/export_streaming/", data={"client_id": "x"})
        assert answer.status_code == 403
        assert "/api/v1/sqllab/export/" in answer.json()["message"]
