"""What Superset imports is made of pages, metrics and contracts; what names nothing is an error."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from dashboards.datasets import DATASETS, read_datasets
from dashboards.page_spec import PAGES
from dashboards.superset_files import superset_files
from dashboards.validate import broken_references
from data_contracts.errors import ContractViolationError
from data_contracts.loading import load_contract
from tests.worked_examples import example

PAGE = "clearance_and_revenue.yaml"
MART = "agg_clearance_month"
# What installed Supersets know: under another id an object would be there twice.
IDS = {
    "databases/customs_analyst.yaml": "6f0d7a52-3f6e-5d0b-9d7e-2c1f54f0b6a1",
    "databases/customs_management.yaml": "71da6550-e8d7-5a36-8a6d-17fa4a9d5896",
    "datasets/customs_management/agg_clearance_month.yaml": "3a558f88-5d2e-5c8b-a20f-fb8ee7025c95",
    "datasets/customs_management/dim_release.yaml": "4aab2f1b-e60a-5709-8bb3-f7dba98a1e2e",
    "charts/customs_value_total.yaml": "1b1cd47f-0ead-5b57-b087-c1ff45743972",
    "charts/declarations_by_month.yaml": "9670f1c1-8208-5095-ba7b-be86ebc8e0bf",
    "charts/declarations_total.yaml": "9eedc850-7816-5b77-bc81-8dec569626db",
    "charts/inspected_total.yaml": "c7aac69e-8138-5794-83ee-34f125d78c45",
    "charts/inspections_by_month.yaml": "2d40af37-6be0-52a8-a700-474ed2ddea08",
    "charts/irregularities_by_month.yaml": "8ffbf6e6-28d5-54d3-b6b1-8a2ed7ed396f",
    "charts/lane_mix_by_month.yaml": "e75375d0-648d-5ccc-bf9c-ffe02cbe81c6",
    "charts/offices.yaml": "e736f262-1eb7-5c2f-a7fe-c8759c437b6d",
    "charts/release.yaml": "0c2bb018-638f-5201-9abf-8924a54ba3ae",
    "charts/revenue_by_month.yaml": "1461c91b-c8de-5bdb-b159-5705ca22aa14",
    "charts/revenue_total.yaml": "1cd8b2ce-81ac-5d44-8f53-a3e18493e762",
    "charts/sources.yaml": "7c642ca9-0cdb-51dc-8206-474e36b19e41",
    "dashboards/clearance_and_revenue.yaml": "1c68bf87-914d-5103-a370-6490fbf172a2",
}
TOTAL = {"kind": "total", "metric": "declarations"}
BARS = {"kind": "bars", "metric": "declarations"}
RECORDS = {"kind": "records", "by": "source_system"}


@pytest.fixture(scope="module")
def files():
    return superset_files()


def with_rows(folder: Path, text: str) -> Path:
    """Return a copy of the pages; the text stands at the end of one of them."""
    pages = Path(shutil.copytree(PAGES, folder / "pages"))
    page = pages / PAGE
    page.write_text(page.read_text(encoding="utf-8") + text, encoding="utf-8")
    return pages


def test_an_object_of_before_has_the_id_of_before(files):
    assert {path: asset["uuid"] for path, asset in files.items() if "uuid" in asset} == IDS


def test_the_chart_of_the_run_book_is_added_by_a_few_lines_on_one_page(files, tmp_path):
    row = example("A new chart").texts[f"dashboards/pages/{PAGE}"]
    assert len(row.splitlines()) <= 10
    pages = with_rows(tmp_path, row)
    assert broken_references(pages) == []
    made = superset_files(pages)
    (path,) = made.keys() - files.keys()
    chart = made[path]
    title = "Thuế trước miễn giảm theo luồng, tỷ đồng / Duties and taxes before exemption by lane"
    assert chart["slice_name"] == f"{title}, billion VND"
    assert chart["viz_type"] == "echarts_timeseries_bar"
    assert chart["params"]["stack"] == "Stack"
    assert chart["params"]["groupby"] == ["lane"]
    dataset = made["datasets/customs_management/agg_clearance_month.yaml"]
    (metric,) = [m for m in dataset["metrics"] if m["metric_name"] in chart["params"]["metrics"]]
    field = load_contract(MART).field("duty_tax_vnd")
    assert metric["expression"] == "SUM(duty_tax_vnd) / 1e9"
    assert metric["verbose_name"].startswith(f"{field.label_vi}, tỷ đồng")
    assert metric["description"] == chart["description"] == field.description
    place = made["dashboards/clearance_and_revenue.yaml"]["position"]
    last_row = place[place["GRID_ID"]["children"][-1]]
    assert [place[name]["meta"]["uuid"] for name in last_row["children"]] == [chart["uuid"]]
    changed = {name for name, asset in files.items() if made[name] != asset}
    assert changed == {
        "dashboards/clearance_and_revenue.yaml",
        "datasets/customs_management/agg_clearance_month.yaml",
    }


@pytest.mark.parametrize(
    ("chart", "problem"),
    [
        (TOTAL | {"metric": "sum_vnd"}, "metric: expected a metric or number of .*, found sum_vnd"),
        (TOTAL | {"metric": "month_code"}, "metric: expected a metric or number .* month_code"),
        (TOTAL | {"unit": "VND"}, "unit: expected none, as the metric declarations has its own"),
        (TOTAL | {"metric": "revenue_vnd", "unit": "million VND"},
         r"unit: expected a unit for VND \(VND, billion VND\), found million VND"),
        (TOTAL | {"mart": "fct_none"}, "mart: expected a mart of the management.*, found fct_none"),
        (TOTAL | {"mart": "dim_trader"}, "mart: expected a mart of the management.* dim_trader"),
        (BARS | {"by": "no_code"}, "by: expected a column of agg_clearance.*, found no_code"),
        (BARS | {"without": {"no_code": "-"}}, "without: expected a column .*, found no_code"),
        (BARS | {"mart": "dim_release", "metric": "releases"}, "mart: expected a mart .* time"),
        (BARS | {"metric": []}, "metric: expected a metric, found none"),
        (BARS | {"metric": ["declarations", "revenue"]}, "title: expected a title, .*, found none"),
        (RECORDS | {"title": {"vi": "a", "en": "b"}, "width": {"office": 9}},
         r"width: expected a column of the table \(source_system\), found office"),
    ],
)  # fmt: skip
def test_a_chart_that_names_what_is_not_there_is_refused(tmp_path, chart, problem):
    pages = with_rows(tmp_path, f"- {{height: 20, charts: {{new: {chart}}}}}\n")
    (told,) = broken_references(pages)
    assert re.match(rf"{PAGE}: rows\[9\]\.new\.{problem}", told), told


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{height: 20}", r"rows\[9\]: expected charts, or what it says, found neither"),
        ("{height: 20, charts: {new: {kind: total, metric: revenue, by: office}}}",
         "new: expected one metric in total, found 1 metrics by 1 columns"),
        ("{height: 20, charts: {new: {kind: records, metric: revenue, by: office}}}",
         "new: expected records by columns, without metrics, found 1 metrics"),
        ("{height: 20, charts: {sources: {kind: total, metric: revenue}}}",
         "expected a name that no other chart has, found sources"),
        ("{height: 20, charts: {new: {kind: pie, metric: revenue}}}",
         r"'pie' at rows\.9\.charts\.new\.kind, expected one of .*total"),
        ("{height: 20, charts: {../../evil: {kind: total, metric: revenue}}}",
         r"Expected `str` matching .* as key at rows\.9\.charts, found '../../evil'"),
        ("{height: 20, charts: {'{{ 1 }} <script>': {kind: total, metric: revenue}}}",
         r"as key at rows\.9\.charts, found '{{ 1 }} <script>'"),
        ("{height: 20, charts: {new: {kind: total, metric: revenue, uuid: ../../x}}}",
         r"Invalid UUID at rows\.9\.charts\.new\.uuid, found '../../x'"),
        ("{height: 20, charts: {new: {kind: total, metric: revenue}, new: {kind: table}}}",
         "the key new is in line"),
        ("{height: 20, charts: {new: {kind: total, metrics: revenue}}}", "unknown field `metrics`"),
        ("{height: 9, charts: {new: {kind: table, width: {a: 0}}}}", "`int` >= 1 at rows.9.charts"),
        ("{height: -5, says: finding}", "`int` >= 1 at rows.9.height"),
    ],
)  # fmt: skip
def test_a_row_of_another_form_is_refused(tmp_path, row, problem):
    (told,) = broken_references(with_rows(tmp_path, f"- {row}\n"))
    assert told.startswith(PAGE)
    assert re.search(problem, told)


def test_two_charts_have_two_ids(tmp_path):
    given = IDS["charts/revenue_total.yaml"]
    row = f"- {{height: 20, charts: {{new: {{kind: total, metric: revenue, uuid: {given}}}}}}}\n"
    (told,) = broken_references(with_rows(tmp_path, row))
    expected = "another one than that of charts/revenue_total.yaml"
    assert told == f"charts/new.yaml: uuid: expected {expected}, found {given}"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("<script>", "Expected `str` matching .* as key at filters.columns, found '<script>'"),
        ("time", r"filters\.columns: expected a name that the filter of time has not, found time"),
    ],
)
def test_a_filter_has_a_name_of_its_own(tmp_path, name, problem):
    page = with_rows(tmp_path, "") / PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("{office: office,", f"{{{name}: office,"), encoding="utf-8")
    (told,) = broken_references(page.parent)
    assert re.fullmatch(f"{PAGE}: {problem}", told)


def test_a_page_has_a_name(tmp_path):
    pages = with_rows(tmp_path, "")
    (pages / PAGE).rename(pages / "{{ 1 }}.yaml")
    (told,) = broken_references(pages)
    assert told.startswith("{{ 1 }}.yaml: name of the page: Expected `str` matching")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("releases:", "../x:", r"as key at marts\.dim_release\.metrics, found '../x'"),
        ("as_of:", "../x:", r"as key at marts\.dim_release\.columns, found '../x'"),
        ("uuid: 3a", "uuid: ../", r"Invalid UUID at marts\.agg_.*\.uuid, found '../558f88"),
        ("management:", "managers:", "databases: expected one of management, found managers, an"),
        ("management:", "../x:", "as key at databases, found '../x'"),
        (
            "management: 7",
            "management: ../",
            r"Invalid UUID at databases\.management, found '../1da",
        ),
    ],
)
def test_what_becomes_a_path_or_an_id_is_a_name_or_an_id(tmp_path, old, new, problem):
    path = tmp_path / DATASETS.name
    text = DATASETS.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractViolationError, match=problem):
        read_datasets(path)


@pytest.mark.parametrize(
    ("metric", "problem"),
    [
        ("{sum: month_code}", "expected a number of agg_clearance_month (.*), found month_code"),
        ("{sum: revenue_vnd, unit: kg}", "unit: expected a unit for VND (.*), found kg"),
        ("{sum: revenue_vnd, sql: COUNT(*)}", "expected one of sum, share and sql, found sum and"),
        ("{sum: revenue_vnd, each: office}", "each: expected a column made of codes, found office"),
        ("{sql: COUNT(*)}", "label: expected a name in both languages, found none"),
        (
            "{label: {vi: a, en: b}, sql: COUNT(nothing)}",
            "sql: expected a column .*, found nothing",
        ),
        ("{label: {vi: a, en: b}, sql: COUNT((}", "sql: not SQL"),
        ("{label: {vi: a, en: b}, share: revenue_vnd}", "in: expected a number .*, found none"),
    ],
)
def test_a_metric_of_what_is_not_there_is_refused(tmp_path, metric, problem):
    path = tmp_path / DATASETS.name
    written = DATASETS.read_text(encoding="utf-8")
    path.write_text(written + f"      new: {metric}\n", encoding="utf-8")
    with pytest.raises(ContractViolationError, match=problem) as refused:
        read_datasets(path)
    assert str(refused.value).startswith("datasets.yaml: agg_clearance_month.metrics.new")


def test_columns_and_metrics_are_right_over_the_mart(files):
    dataset = files["datasets/customs_management/agg_clearance_month.yaml"]
    columns = ", ".join(f"{field.name} {field.sql_type}" for field in load_contract(MART).fields)
    with duckdb.connect() as connection:
        connection.execute(f"create table mart ({columns})")
        connection.execute(
            "insert into mart by name select 'green' as control_channel,"
            " 'import' as direction_code, '02CI' as customs_office_code,"
            " 7 as living_declaration_count, 2500000000 as revenue_vnd,"
            " 60 as documents_inspected_count, 30 as documents_irregular_count,"
            " 40 as physical_inspected_count,"
            " 29 as physical_irregular_count, 59 as irregular_count, 80 as inspected_count"
            " union all by name select '-' as control_channel, 5 as living_declaration_count"
        )
        mart = connection.table("mart")
        found = {
            one.get("metric_name") or one["column_name"]: mart.project(one["expression"]).fetchall()
            for one in (*dataset["metrics"], *dataset["columns"])
            if one["expression"] is not None
        }
    assert found["declarations"] == [(12,)]
    assert found["lane_green"] == [(7,)]
    assert found["lane_red"] == [(0,)]
    assert found["revenue"] == [(2.5,)]
    assert found["documents_hit_rate"] == [(0.5,)]
    assert found["goods_hit_rate"] == [(None,)]
    assert found["untold_hit_rate"] == [(None,)]
    assert found["lane"] == [("Xanh / Green",), ("Không phân luồng / None",)]
    assert found["direction"] == [("Nhập khẩu / Import",), (None,)]
    assert found["office"] == [("02CI",), (None,)]


def test_lanes_are_drawn_in_the_colours_of_their_code_list(files):
    page = files["dashboards/clearance_and_revenue.yaml"]
    green = {page["metadata"]["label_colors"][name] for name in (
        "green", "lane_green", "Xanh / Green"
    )}  # fmt: skip
    assert green == {"#2e9e5b"}
