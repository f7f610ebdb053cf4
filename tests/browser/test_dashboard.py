"""The management dashboard as a manager sees it."""

import pytest
import yaml

from dashboards.server import ASSETS, DASHBOARD_PATH
from tests.architecture.tree import REPOSITORY
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.browser

CHARTS = len(list((ASSETS / "charts").glob("*.yaml")))
PICTURES = REPOSITORY / "test-artifacts"
WAIT_MS = 120_000


@pytest.fixture(scope="module")
def dashboard(superset, browser):
    page = browser.new_page(viewport={"width": 1600, "height": 1750})
    page.goto(superset.url + "/login/", timeout=WAIT_MS)
    page.locator("#username, input[name=username]").first.fill(superset.user)
    page.locator("#password, input[name=password]").first.fill(
        superset.password_path.read_text().strip()
    )
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url, timeout=WAIT_MS)
    page.goto(superset.url + DASHBOARD_PATH, timeout=WAIT_MS)
    page.wait_for_selector(".dashboard-component-chart-holder", timeout=WAIT_MS)
    page.wait_for_function(
        """count => document.querySelectorAll('[data-test-chart-id]').length === count
            && !document.querySelector('.loading, [data-test="loading-indicator"]')""",
        arg=CHARTS,
        timeout=WAIT_MS,
    )
    page.wait_for_timeout(2000)
    yield page
    page.close()


def test_every_chart_is_drawn_without_error(dashboard):
    PICTURES.mkdir(exist_ok=True)
    dashboard.screenshot(path=str(PICTURES / "dashboard.png"), full_page=True)
    assert dashboard.locator("[data-test-chart-id]").count() == CHARTS
    drawn = dashboard.locator(
        ".dashboard-component-chart-holder canvas, "
        ".dashboard-component-chart-holder table, "
        ".dashboard-component-chart-holder .header-line"
    )
    assert drawn.count() >= CHARTS
    assert (
        dashboard.locator("[data-test=chart-error], .ant-alert-error, .alert-danger").count() == 0
    )
    assert dashboard.get_by_text("No results were returned").count() == 0


def test_the_dashboard_shows_the_figures_of_the_release(dashboard, nation_home):
    settings = LakeSettings(home=nation_home)
    total = query(
        Layout(nation_home),
        settings,
        "management",
        "select sum(declaration_count) from marts.agg_clearance_month",
    ).rows[0][0]
    figure = dashboard.locator(".dashboard-component-chart-holder .header-line").first.inner_text()
    assert figure.strip() == f"{int(total):,}"


def test_the_imported_dashboard_is_the_one_in_the_files():
    path = ASSETS / "dashboards" / "clearance_and_revenue.yaml"
    dashboard = yaml.safe_load(path.read_text())
    assert DASHBOARD_PATH.rstrip("/").endswith(dashboard["slug"])
