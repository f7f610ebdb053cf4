"""Where each role lands, what it is offered, and what it is told of pages that it does not open."""

import pytest

from dashboards.server import DASHBOARD_PATH
from tests.browser.conftest import CHARTS, WAIT_MS, wait_until_drawn

pytestmark = pytest.mark.browser


def test_a_manager_lands_on_the_dashboard(doors, browser):
    page = doors.page(browser, "Management")
    for place in ("/", "/superset/welcome/", "/sqllab/"):
        page.goto(doors.server.url + place, timeout=WAIT_MS)
        page.wait_for_url(f"**{DASHBOARD_PATH}**", timeout=WAIT_MS)
    page.close()


def test_a_manager_is_offered_no_editor_and_told_what_the_role_does_not_open(doors, browser):
    page = doors.page(browser, "Management")
    page.goto(doors.server.dashboard_url, timeout=WAIT_MS)
    wait_until_drawn(page, CHARTS)
    page.locator("[aria-label='More Options'], [id$='-controls']").first.click()
    menu = page.get_by_role("menu").last
    menu.get_by_text("Force refresh").wait_for(timeout=WAIT_MS)
    assert "Edit" not in menu.inner_text()
    for place in ("/explore/?slice_id=1", "/users/", "/databaseview/list/"):
        answer = page.goto(doors.server.url + place, timeout=WAIT_MS)
        assert answer.status == 403, place
        assert "Your role does not open this page" in page.inner_text("body")
    page.get_by_role("link").click()
    page.wait_for_url(f"**{DASHBOARD_PATH}**", timeout=WAIT_MS)
    page.close()


def test_a_person_is_led_to_the_form_that_changes_the_password(doors, browser):
    page = doors.page(browser, "Management")
    page.get_by_text("Settings").first.hover()
    page.get_by_role("menuitem", name="Info").click()
    page.wait_for_url("**/resetmypassword/form**", timeout=WAIT_MS)
    page.locator("input[name=old_password]").wait_for(timeout=WAIT_MS)
    page.close()


def test_an_analyst_lands_at_home_and_opens_sql_lab(doors, browser):
    page = doors.page(browser, "Analyst")
    page.wait_for_url("**/superset/welcome/", timeout=WAIT_MS)
    page.goto(doors.server.url + "/sqllab/", timeout=WAIT_MS)
    assert page.url.rstrip("/").endswith("/sqllab")
    page.close()
