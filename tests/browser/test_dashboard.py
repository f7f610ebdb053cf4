"""The management dashboard as a manager and as an analyst see it."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from dashboards.server import DASHBOARD_PATH
from data_contracts.finding import FINDING_EN, FINDING_VI
from tests.architecture.tree import REPOSITORY
from tests.browser.conftest import CHARTS, FILES, WAIT_MS, wait_until_drawn
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.browser

PICTURES = REPOSITORY / "test-artifacts"
LANES = {"green": (46, 158, 91), "yellow": (230, 184, 0), "red": (214, 69, 65)}
# What Superset gives a series that has no colour of its own.
OTHER_COLOURS = [(31, 168, 201), (69, 78, 124), (90, 193, 137), (255, 127, 68)]
# Counts the points of each colour in the drawing of the chart whose title is given.
POINTS = """([holder, colours]) => {
    const canvas = holder.querySelector('canvas');
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const counted = colours.map(() => 0);
    for (let at = 0; at < data.length; at += 4)
        colours.forEach(([red, green, blue], index) => {
            if (data[at] === red && data[at + 1] === green && data[at + 2] === blue)
                counted[index] += 1;
        });
    return counted;
}"""


@pytest.fixture(scope="module", params=["Management", "Analyst"])
def dashboard(request, doors, browser):
    page = doors.page(browser, request.param)
    page.set_viewport_size({"width": 1600, "height": 3100})
    page.goto(doors.server.url + DASHBOARD_PATH, timeout=WAIT_MS)
    wait_until_drawn(page, CHARTS)
    take_picture(page, f"dashboard-{request.param.lower()}.png")
    yield page
    page.close()


def take_picture(page, name):
    """Keep a picture of a whole dashboard, and wait until it stands drawn again.

    On a busy machine a page was seen without any chart right after its picture, and whole later.
    """
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=str(PICTURES / name), full_page=True)
    wait_until_drawn(page, CHARTS)


def chart(page, title):
    named = page.locator(".header-title", has_text=title)
    holder = page.locator(".dashboard-component-chart-holder").filter(has=named)
    expect(holder, title).to_have_count(1, timeout=WAIT_MS)
    return holder


def asked(nation_home, sql):
    return query(Layout(nation_home), LakeSettings(home=nation_home), "management", sql).rows


def in_vietnamese(number, decimals=0):
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def test_every_chart_is_drawn_without_error(dashboard):
    expect(dashboard.locator("[data-test-chart-id]")).to_have_count(CHARTS, timeout=WAIT_MS)
    drawn = dashboard.locator(
        ".dashboard-component-chart-holder canvas, "
        ".dashboard-component-chart-holder table, "
        ".dashboard-component-chart-holder .header-line"
    )
    assert drawn.count() >= CHARTS
    wrong = "[data-test=chart-error], .ant-alert-error, .alert-danger, .ant-alert-warning"
    assert dashboard.locator(wrong).count() == 0
    assert dashboard.get_by_text("No results were returned").count() == 0


def test_the_page_says_release_as_of_and_what_is_simulated(dashboard, nation_home):
    ((number, day, sources),) = asked(
        nation_home,
        "select release_number, as_of_date, simulated_sources from marts.dim_release",
    )
    assert sources
    shown = chart(dashboard, "Bản phát hành / Release").locator("tbody tr").inner_text()
    cells = shown.split("\n") if "\t" not in shown else shown.split("\t")
    assert cells[0].strip() == str(number)
    assert f"{day:%d/%m/%Y}" in shown
    assert f"simulated data: {sources}" in shown


def test_the_page_says_what_a_rate_of_findings_tells(dashboard):
    told = dashboard.locator(".dashboard-markdown").inner_text()
    assert f"{FINDING_VI} {FINDING_EN}" in " ".join(told.split())


def test_the_figures_are_those_of_the_release_in_billions(dashboard, nation_home):
    ((declarations, value, revenue, inspected),) = asked(
        nation_home,
        "select sum(living_declaration_count), sum(living_customs_value_vnd), sum(revenue_vnd),"
        " sum(inspected_count) from marts.agg_clearance_month",
    )
    totals = dashboard.locator(".dashboard-component-chart-holder .header-line")
    assert totals.nth(0).inner_text().strip() == in_vietnamese(declarations)
    assert totals.nth(1).inner_text().strip() == in_vietnamese(float(value) / 1e9, 1)
    assert totals.nth(2).inner_text().strip() == in_vietnamese(float(revenue) / 1e9, 1)
    assert totals.nth(3).inner_text().strip() == in_vietnamese(inspected)
    for title in dashboard.locator("[data-test=editable-title]").all_inner_texts():
        assert "VND" not in title or "tỷ đồng" in title


def test_no_figure_is_cut_to_a_letter(dashboard):
    cells = dashboard.locator("td, .header-line").all_inner_texts()
    assert len(cells) > 50
    assert [cell for cell in cells if re.fullmatch(r"[\d.,]+\s?[kKMGBT]", cell.strip())] == []
    assert [cell for cell in cells if re.fullmatch(r"\d+,\d{3}(,\d{3})*", cell.strip())] == []


def test_lanes_have_their_colours(dashboard, nation_home):
    holder = chart(dashboard, "Lane mix by month")
    check_lanes(dashboard, holder, nation_home)


def test_lanes_have_their_colours_in_a_chart_alone(doors, analyst, browser, nation_home):
    page = doors.page(browser, "Analyst")
    charts = analyst.get("/api/v1/chart/?q=(page_size:100)").json()["result"]
    number = next(entry["id"] for entry in charts if "Lane mix" in entry["slice_name"])
    page.goto(f"{doors.server.url}/explore/?slice_id={number}", timeout=WAIT_MS)
    page.wait_for_selector("#chart-container canvas, .chart-container canvas", timeout=WAIT_MS)
    page.wait_for_timeout(3000)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=str(PICTURES / "lanes-alone.png"))
    check_lanes(page, page.locator(".chart-container, #chart-container").first, nation_home)
    page.close()


def check_lanes(page, holder, nation_home):
    """The area of each colour is as large as its lane is, and no other colour is there."""
    lanes = dict(
        asked(
            nation_home,
            "select control_channel, sum(living_declaration_count) from marts.agg_clearance_month"
            " where control_channel != '-' and month_date is not null group by 1",
        )
    )
    colours = [list(colour) for colour in (*LANES.values(), *OTHER_COLOURS)]
    points = page.evaluate(POINTS, [holder.element_handle(), colours])
    assert not any(points[len(LANES) :]), points
    shares = {lane: count / sum(points) for lane, count in zip(LANES, points, strict=False)}
    declared = {lane: float(lanes[lane]) / float(sum(lanes.values())) for lane in LANES}
    assert abs(declared["yellow"] - declared["red"]) > 0.02
    assert shares == pytest.approx(declared, abs=0.01)


def largest_office(nation_home):
    """Return code and name of the office with the most declarations, and how many it has."""
    ((code, name, declarations),) = asked(
        nation_home,
        "select customs_office_code, customs_office_name, sum(living_declaration_count)"
        " from marts.agg_clearance_month"
        " where customs_office_code != '-' group by 1, 2 order by 3 desc limit 1",
    )
    assert name
    return f"{code} {name}", declarations


def test_every_office_can_be_reached(dashboard, nation_home):
    ((offices,),) = asked(
        nation_home,
        "select count(*) from (select distinct source_system, customs_office_code"
        " from marts.agg_clearance_month)",
    )
    holder = chart(dashboard, "Customs offices")
    box = holder.locator("input[placeholder*=records]")
    assert box.get_attribute("placeholder").startswith(f"{offices} records")
    assert largest_office(nation_home)[0] in holder.locator("tbody tr").first.inner_text()
    holder.locator(".dt-pagination li, .ant-pagination-item").last.click()
    dashboard.wait_for_timeout(4000)
    seen = holder.locator("tbody tr").count()
    assert seen == (offices - 1) % 20 + 1


def test_documents_and_goods_stand_apart(dashboard, nation_home):
    ((hits, inspected),) = asked(
        nation_home,
        "select sum(documents_irregular_count), sum(documents_inspected_count)"
        " from marts.agg_clearance_month where direction_code = 'import'",
    )
    sources = "Nguồn dữ liệu / Sources"
    heads = chart(dashboard, sources).locator("thead").inner_text()
    assert "Hit rate of documents" in heads
    assert "Hit rate of goods" in heads
    assert heads.count("(from 30 hits)") == 3
    row = chart(dashboard, sources).locator("tbody tr", has_text="Import").first.inner_text()
    assert in_vietnamese(100 * float(hits) / float(inspected), 1) + "%" in row


def test_charts_of_inspections_say_their_month_and_leave_no_method_out(dashboard):
    for title, methods in {
        "Declarations inspected, by month of registration": "_inspected",
        "Declarations found irregular, by month of registration": "_irregular",
    }.items():
        expect(chart(dashboard, title).locator("canvas")).to_have_count(1, timeout=WAIT_MS)
        (metrics,) = [
            asset["params"]["metrics"]
            for asset in FILES.values()
            if title in asset.get("slice_name", "")
        ]
        assert metrics == [methods.strip("_"), "documents" + methods, "goods" + methods]


def test_the_lane_filter_offers_the_lanes_that_have_declarations(dashboard, nation_home):
    lanes = {"green": "Xanh / Green", "yellow": "Vàng / Yellow", "red": "Đỏ / Red"}
    found = asked(
        nation_home,
        "select control_channel, sum(living_declaration_count) from marts.agg_clearance_month"
        " group by 1",
    )
    # Cancelled before they had a lane: declared, and in no figure of the page.
    assert ("-", 0) in found
    dashboard.locator("[data-test=form-item-value] input[role=combobox]").last.click()
    options = dashboard.locator(".ant-select-item-option[title='Xanh / Green']")
    expect(options).to_have_count(1, timeout=WAIT_MS)
    offered = dashboard.locator(".ant-select-item-option-content").all_inner_texts()
    dashboard.keyboard.press("Escape")
    assert sorted(offered) == sorted(lanes[lane] for lane, count in found if count)


def test_the_office_filter_narrows_the_figures_and_not_the_release(dashboard, nation_home):
    office, declarations = largest_office(nation_home)
    names = dashboard.locator("[data-test=filter-control-name]").all_inner_texts()
    assert [name.strip() for name in names][:2] == ["Thời gian / Time", "Đơn vị hải quan / Office"]
    box = dashboard.locator("[data-test=form-item-value] input[role=combobox]").first
    box.click()
    box.fill(office)
    dashboard.locator(f".ant-select-item-option[title='{office}']").first.click()
    dashboard.keyboard.press("Escape")
    dashboard.locator("[data-test=filter-bar__apply-button]").click()
    total = chart(dashboard, "Tờ khai / Declarations").locator(".header-line")
    expect(total).to_have_text(in_vietnamese(declarations), timeout=WAIT_MS)
    releases = chart(dashboard, "Bản phát hành / Release").locator("tbody tr")
    expect(releases).to_have_count(1, timeout=WAIT_MS)
    wait_until_drawn(dashboard, CHARTS)
    take_picture(dashboard, "dashboard-one-office.png")


def test_the_time_filter_narrows_the_figures_and_not_the_release(doors, browser, nation_home):
    ((declarations,),) = asked(
        nation_home,
        "select sum(living_declaration_count) from marts.agg_clearance_month"
        " where month_date >= date '2025-06-01' and month_date < date '2025-09-01'",
    )
    page = doors.page(browser, "Management")
    time = "NATIVE_FILTER-time"
    span = "'2025-06-01 : 2025-09-01'"
    chosen = f"({time}:(id:{time},extraFormData:(time_range:{span}),filterState:(value:{span})))"
    page.goto(f"{doors.server.dashboard_url}?native_filters={quote(chosen)}", timeout=WAIT_MS)
    wait_until_drawn(page, CHARTS)
    total = chart(page, "Tờ khai / Declarations").locator(".header-line")
    assert total.inner_text().strip() == in_vietnamese(declarations)
    releases = chart(page, "Bản phát hành / Release").locator("tbody tr")
    expect(releases).to_have_count(1, timeout=WAIT_MS)
    page.close()


def test_every_series_is_named_without_turning_pages():
    drawn = [asset["params"] for path, asset in FILES.items() if path.startswith("charts/")]
    legends = [params["legendType"] for params in drawn if "legendType" in params]
    assert legends
    assert set(legends) == {"plain"}


def test_the_imported_dashboard_is_the_one_in_the_files():
    dashboard = FILES["dashboards/clearance_and_revenue.yaml"]
    assert DASHBOARD_PATH.rstrip("/").endswith(dashboard["slug"])
