"""A real Superset beside a small nation, and a real browser."""

import shutil
import socket

import pytest
from playwright.sync_api import sync_playwright

from dashboards.server import ENVIRONMENT, superset_server
from warehouse.layout import Layout

QUERY_SECONDS = 5
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def superset(nation_home):
    """The address of a running Superset over the management release."""
    if not (ENVIRONMENT / "bin" / "superset").exists():
        pytest.fail("Superset's environment is missing; type: make test-browser")
    layout = Layout(nation_home)
    with pytest.MonkeyPatch.context() as environment:
        # Attacks by the hundred are refused at once, and bombs end soon.
        environment.setenv("CUSTOMS_REFUSAL_DELAY_SECONDS", "0")
        environment.setenv("CUSTOMS_QUERY_SECONDS", str(QUERY_SECONDS))
        with superset_server(layout, port=free_port(), progress=lambda _line: None) as address:
            yield address


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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
