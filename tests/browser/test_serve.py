"""`customs dashboards serve`: three times over one home, and killed at each stage."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dashboards.server import Account, RunningSuperset
from tests.browser.conftest import CHARTS, Doors, wait_until_drawn
from tests.patience import PATIENCE_SECONDS, wait_for
from tests.ports import free_port

pytestmark = pytest.mark.browser

CUSTOMS = Path(sys.executable).parent / "customs"
NOT_NEEDED = ("build", "lake", "landing", "lanes", "models", "nation", "reports", "scratch")
BY_HAND = "Tờ khai, sửa tay"
TITLE = "Tờ khai / Declarations"


@pytest.fixture(scope="module")
def home(request, nation_home, tmp_path_factory):
    """A home of its own, with a Superset that was prepared once."""
    request.getfixturevalue("superset")
    copy = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(nation_home, copy, symlinks=True, ignore=shutil.ignore_patterns(*NOT_NEEDED))
    return copy


class Serving:
    """One run of the command."""

    def __init__(self, home, *options):
        self.folder = home / "superset"
        self.port = free_port()
        command = [CUSTOMS, "dashboards", "serve", "--home", home, "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--json", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.told = ""

    def wait_until_up(self):
        """Wait for the object on standard output; return the ways in."""
        payload = json.loads(self.process.stdout.readline())
        accounts = [
            Account(a["user"], a["role"], Path(a["password_path"]), holds=True)
            for a in payload["accounts"]
        ]
        url = payload["dashboard_url"].split("/superset/")[0]
        return Doors(RunningSuperset(url, accounts, self.process, self.folder))

    def wait_until_ended(self):
        """Wait for the end of the command and of whatever it started; return the exit status."""
        _, self.told = self.process.communicate(timeout=PATIENCE_SECONDS)
        wait_for(lambda: not running_in(self.folder), "the end of all that was started")
        return self.process.returncode


def running_in(folder):
    """Return the processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:
            continue  # gone meanwhile, or of another account
    return found


def chart(client, title):
    charts = client.get("/api/v1/chart/?q=(page_size:100)").json()["result"]
    return next(entry["id"] for entry in charts if entry["slice_name"] == title)


def declarations(client):
    """Return a figure as the page asks for it: from the cache, if it is there."""
    datasets = client.get("/api/v1/dataset/?q=(page_size:100)").json()["result"]
    number = next(d["id"] for d in datasets if d["table_name"] == "agg_clearance_month")
    asked = {
        "datasource": {"id": number, "type": "table"},
        "queries": [{"columns": [], "metrics": ["declarations"], "row_limit": 1}],
    }
    result = client.post("/api/v1/chart/data", json=asked).json()["result"][0]
    return result["data"][0]["declarations"], bool(result["is_cached"])


def publish_doubled(home):
    """Make a release with twice the declarations, and make it current as publishing does."""
    releases = home / "published" / "management" / "releases"
    current = releases.parent / "current"
    new = releases / str(int(current.resolve().name) + 1)
    shutil.copytree(current.resolve(), new)
    hub = new / "hub.duckdb"
    hub.chmod(0o600)
    with duckdb.connect(hub) as connection:
        connection.execute(
            "update marts.agg_clearance_month"
            " set living_declaration_count = 2 * living_declaration_count"
        )
    link = releases.parent / "next"
    link.symlink_to(new.relative_to(releases.parent))
    link.replace(current)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_superset_is_prepared_leaves_nothing_behind(home, number):
    serving = Serving(home)
    wait_for(lambda: running_in(serving.folder), "Superset at work")
    serving.process.send_signal(number)
    status = serving.wait_until_ended()
    assert running_in(serving.folder) == []
    if number != signal.SIGKILL:
        assert status == 0
        assert serving.told.splitlines()[-1] == "stopped"


@pytest.fixture(scope="module")
def lives(home, browser):
    """What was seen while the command ran three times."""
    seen = {}
    first = Serving(home)
    doors = first.wait_until_up()
    # An owner's look makes Superset write into the dashboard: that is no edit.
    page = doors.page(browser, "Admin")
    page.goto(doors.server.dashboard_url)
    wait_until_drawn(page, CHARTS)
    page.close()
    with doors.client("Admin") as admin:
        seen["before"] = declarations(admin)
        seen["again"] = declarations(admin)
        publish_doubled(home)
        seen["after a release"] = declarations(admin)
        title = {"slice_name": BY_HAND}
        admin.put(f"/api/v1/chart/{chart(admin, TITLE)}", json=title).raise_for_status()
    lost = doors.server.account("Management").password_path
    seen["old password"] = lost.read_text()
    lost.unlink()
    first.process.send_signal(signal.SIGKILL)
    first.wait_until_ended()
    seen["left after SIGKILL"] = running_in(first.folder)

    second = Serving(home)
    doors = second.wait_until_up()
    with doors.client("Admin") as admin:
        seen["kept"] = chart(admin, BY_HAND)
    user = doors.server.account("Management").user
    seen["mode"] = lost.stat().st_mode & 0o777
    seen["new login"] = doors.try_to_log_in(user, lost.read_text().strip()).status_code
    seen["old login"] = doors.try_to_log_in(user, seen["old password"].strip()).status_code
    second.process.send_signal(signal.SIGHUP)
    second.wait_until_ended()
    seen["left after SIGHUP"] = running_in(second.folder)
    seen["told second"] = second.told

    third = Serving(home, "--overwrite-edits")
    doors = third.wait_until_up()
    with doors.client("Admin") as admin:
        seen["set back"] = chart(admin, TITLE)
    server = min(process for process in running_in(third.folder))
    os.kill(server, signal.SIGKILL)
    seen["status"] = third.wait_until_ended()
    seen["told third"] = third.told
    return seen


def test_a_new_release_is_shown_at_once(lives):
    (figure, _), (again, is_cached) = lives["before"], lives["again"]
    assert again == figure
    assert is_cached
    assert lives["after a release"] == (2 * figure, False)


def test_a_signal_while_superset_runs_leaves_nothing_behind(lives):
    assert lives["left after SIGKILL"] == []
    assert lives["left after SIGHUP"] == []


def test_what_a_person_changed_stays_and_is_named(lives):
    assert lives["kept"]
    assert (
        f"changed in Superset and kept (--overwrite-edits replaces it): {TITLE}"
        in lives["told second"]
    )
    assert lives["told second"].count("changed in Superset") == 1


def test_what_a_person_changed_is_overwritten_when_told(lives):
    assert lives["set back"] == lives["kept"]
    assert f"changed in Superset and overwritten: {TITLE}" in lives["told third"]


def test_a_lost_password_file_makes_a_password_that_works(lives):
    assert lives["mode"] == 0o600
    assert lives["new login"] == 200
    assert lives["old login"] == 401
    assert "user manager: a new password is in" in lives["told second"]


def test_a_server_that_ends_by_itself_ends_the_command_with_a_message(lives):
    assert lives["status"] == 1
    assert "Superset ended by itself" in lives["told third"]
