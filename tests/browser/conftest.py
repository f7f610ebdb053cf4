"""A real Superset beside a small nation, and a real browser."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import sync_playwright

from dashboards.server import ENVIRONMENT, RunningSuperset, superset_server
from dashboards.superset_files import superset_files
from tests.patience import PATIENCE_SECONDS
from tests.ports import free_port
from warehouse.layout import Layout

QUERY_SECONDS = 5
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FILES = superset_files()
CHARTS = sum(path.startswith("charts/") for path in FILES)
WAIT_MS = 1000 * PATIENCE_SECONDS
COUNT = "select count(*) as n from marts.dim_customs_office"


@dataclass(frozen=True)
class Doors:
    """The ways into one running Superset."""

    server: RunningSuperset

    def password(self, role):
        """Return the password of the first user of a role."""
        return self.server.account(role).password_path.read_text().strip()

    def try_to_log_in(self, user, password, address="127.0.0.1"):
        """Return the API's answer to a login that comes from an address of this machine."""
        login = {"username": user, "password": password, "provider": "db", "refresh": True}
        transport = httpx.HTTPTransport(local_address=address)
        with httpx.Client(transport=transport, timeout=PATIENCE_SECONDS) as client:
            return client.post(f"{self.server.url}/api/v1/security/login", json=login)

    @contextmanager
    def client(self, role):
        """Give a client of the API, logged in."""
        user = self.server.account(role).user
        token = self.try_to_log_in(user, self.password(role)).json()["access_token"]
        with httpx.Client(base_url=self.server.url, timeout=PATIENCE_SECONDS) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            csrf = client.get("/api/v1/security/csrf_token/").json()["result"]
            client.headers.update({"X-CSRFToken": csrf, "Referer": self.server.url})
            yield client

    def page(self, browser, role):
        """Return a page of the browser, logged in."""
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        self.fill_in(page, self.server.account(role).user, self.password(role))
        page.wait_for_url(lambda url: "/login" not in url, timeout=WAIT_MS)
        return page

    def fill_in(self, page, user, password):
        """Send the login form."""
        page.goto(self.server.url + "/login/", timeout=WAIT_MS)
        page.locator("#username, input[name=username]").first.fill(user)
        page.locator("#password, input[name=password]").first.fill(password)
        page.locator("button[type=submit], input[type=submit]").first.click()


@pytest.fixture(scope="session")
def superset(nation_home):
    """A running Superset over the releases of the nation."""
    if not (ENVIRONMENT / "bin" / "superset").exists():
        pytest.fail("Superset's environment is missing; type: make test-browser")
    with pytest.MonkeyPatch.context() as environment:
        # Attacks by the hundred are refused at once, and bombs end soon.
        environment.setenv("CUSTOMS_REFUSAL_DELAY_SECONDS", "0")
        environment.setenv("CUSTOMS_QUERY_SECONDS", str(QUERY_SECONDS))
        with superset_server(
            Layout(nation_home), port=free_port(), progress=lambda _line: None
        ) as server:
            yield server


@pytest.fixture(scope="session")
def doors(superset):
    """The ways into it."""
    return Doors(superset)


@pytest.fixture(scope="session")
def admin(doors):
    """Superset's API as an administrator uses it."""
    with doors.client("Admin") as client:
        yield client


@pytest.fixture(scope="session")
def manager(doors):
    """Superset's API as a manager uses it."""
    with doors.client("Management") as client:
        yield client


@pytest.fixture(scope="session")
def analyst(doors):
    """Superset's API as an analyst uses it."""
    with doors.client("Analyst") as client:
        yield client


@pytest.fixture(scope="session")
def databases(admin):
    """The number of each database by the release that it is for."""
    found = admin.get("/api/v1/database/").json()["result"]
    return {
        release: entry["id"]
        for entry in found
        for release in ("analyst", "management")
        if entry["database_name"] == f"Customs: {release} release"
    }


@pytest.fixture(scope="session")
def dataset(admin):
    """What the API says of the dataset of the page."""
    found = admin.get("/api/v1/dataset/?q=(page_size:100)").json()["result"]
    return next(one for one in found if one["table_name"] == "agg_clearance_month")


def ask(client, database, sql=COUNT, **more):
    """Run one statement in SQL Lab and return the answer."""
    asked = {"database_id": database, "sql": sql, "schema": "marts", **more}
    return client.post("/api/v1/sqllab/execute/", json=asked)


def chart_data(client, dataset, *queries, **more):
    """Ask for a chart's data anew and return the answer."""
    asked = {"datasource": {"id": dataset["id"], "type": "table"}, "queries": queries}
    return client.post("/api/v1/chart/data", json=asked | {"force": True} | more)


@pytest.fixture(scope="session")
def browser():
    """Chromium, headless."""
    if CHROMIUM is None:
        pytest.fail("no Chromium on this machine; type: apt-get install -y chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield opened
        opened.close()


def wait_until_drawn(page, charts):
    """Wait until a dashboard's charts have stood drawn for three seconds: their bars have grown."""
    page.evaluate("window.drawnSince = null")
    page.wait_for_function(
        """count => {
            const drawn = document.querySelectorAll('[data-test-chart-id]').length === count
                && !document.querySelector('.loading, [data-test="loading-indicator"]');
            window.drawnSince = drawn ? window.drawnSince ?? performance.now() : null;
            return drawn && performance.now() - window.drawnSince > 3000;
        }""",
        arg=charts,
        timeout=WAIT_MS,
    )
