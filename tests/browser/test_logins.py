"""Wrong logins are slowed down, and lock nobody out who knows the password."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count

import httpx
import pytest
from playwright.sync_api import expect

from tests.patience import PATIENCE_SECONDS, wait_for
from tests.real_time import seconds_of

pytestmark = pytest.mark.browser

FREE = 5
FREE_BY_ADDRESS = 30
_addresses = count(1)
PASSWORD = "right and long enough 1"
NEW = "another and long enough 2"


@pytest.fixture
def tried(request, admin):
    """The name of an account of this test alone."""
    name = request.node.name.replace("test_", "")[:40]
    roles = admin.get("/api/v1/security/roles/?q=(page_size:100)").json()["result"]
    role = next(entry["id"] for entry in roles if entry["name"] == "Management")
    account = {"username": name, "password": PASSWORD, "email": f"{name}@localhost"}
    account |= {"first_name": "T", "last_name": "T", "active": True, "roles": [role]}
    assert admin.post("/api/v1/security/users/", json=account).is_success
    return name


@pytest.fixture
def address():
    """An address of this machine from which nobody has tried yet."""
    return f"127.0.1.{next(_addresses)}"


def statuses(doors, names, address):
    return [
        doors.try_to_log_in(name, f"wrong {number}", address).status_code
        for number, name in enumerate(names)
    ]


def test_a_name_that_failed_too_often_is_slowed_down_at_both_doors(doors, browser, address):
    assert statuses(doors, ["guessed"] * (FREE + 2), address) == [401] * FREE + [429, 429]
    refused = doors.try_to_log_in("guessed", "wrong", address)
    assert int(refused.headers["retry-after"]) > 0
    assert seconds_of(lambda: doors.try_to_log_in("guessed", "wrong", address)) >= 1
    page = browser.new_page()
    doors.fill_in(page, "Guessed ", "wrong")
    expect(page.locator("body")).to_contain_text("Too many wrong logins")
    page.close()


def test_the_right_password_is_let_in_whoever_tried_wrong_ones(doors, tried, address):
    assert statuses(doors, [tried] * (FREE + 3), address)[-1] == 429
    assert doors.try_to_log_in(tried, PASSWORD, address).status_code == 200
    manager = doors.server.account("Management").user
    assert doors.try_to_log_in(manager, doors.password("Management"), address).status_code == 200


def test_name_and_e_mail_are_one_count(doors, tried, address):
    found = statuses(doors, [tried, f"{tried}@localhost"] * FREE, address)
    assert found == [401] * FREE + [429] * FREE


def test_the_guesses_of_many_at_once_take_their_turns_and_the_server_answers(doors, tried, address):
    statuses(doors, [tried] * FREE, address)
    with ThreadPoolExecutor(40) as pool:
        guesses = [
            pool.submit(doors.try_to_log_in, tried, f"wrong {n}", address) for n in range(40)
        ]
        health = httpx.get(f"{doors.server.url}/health", timeout=PATIENCE_SECONDS)
        found = [guess.result() for guess in guesses]
    assert health.text == "OK"
    assert {answer.status_code for answer in found} == {429}
    # Few wait for their turn, the others are not even tried.
    told = [answer.text.partition(":")[0] for answer in found]
    assert 1 <= told.count("Too many wrong logins") < len(told)
    wait_for(
        lambda: doors.try_to_log_in(tried, PASSWORD, address).status_code == 200,
        "the right password",
    )


def test_right_logins_are_not_counted(doors, superset):
    manager = superset.account("Management").user
    password = doors.password("Management")
    answers = [doors.try_to_log_in(manager, password).status_code for _ in range(FREE + 3)]
    assert answers == [200] * (FREE + 3)


def test_one_address_may_not_try_any_number_of_names(doors, superset, address):
    found = statuses(doors, [f"name {n}" for n in range(FREE_BY_ADDRESS + 1)], address)
    assert found[-1] == 429
    manager = superset.account("Management").user
    assert doors.try_to_log_in(manager, doors.password("Management"), address).status_code == 200


def send_form(session, place, **fields):
    """Send a form of a page as a browser does, and return the page that comes of it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', session.get(place).text)[1]
    return session.post(place, data={"csrf_token": token} | fields, headers={"Referer": place})


def test_what_the_login_page_sends_late_ends_no_login(doors, tried):
    url = doors.server.url
    with httpx.Client(base_url=url, follow_redirects=True, timeout=PATIENCE_SECONDS) as mine:
        mine.get("/login/")
        before = dict(mine.cookies)
        send_form(mine, f"{url}/login/", username=tried, password=PASSWORD)
        assert dict(mine.cookies) != before
        assert mine.get("/api/v1/me/").status_code == 200
        late = httpx.post(
            f"{url}/superset/log/?explode=events", cookies=before, data={"events": "[]"}
        )
        assert (late.status_code, late.headers.get("set-cookie")) == (204, None)


def test_a_changed_password_ends_whatever_else_knew_the_old_one(doors, tried, address):
    url = doors.server.url
    settings = {"base_url": url, "follow_redirects": True, "timeout": PATIENCE_SECONDS}
    with httpx.Client(**settings) as mine, httpx.Client(**settings) as other:
        for session in (mine, other):
            send_form(session, f"{url}/login/", username=tried, password=PASSWORD)
        tokens = doors.try_to_log_in(tried, PASSWORD, address).json()
        access, refresh = (
            {"Authorization": f"Bearer {tokens[kind]}"}
            for kind in ("access_token", "refresh_token")
        )

        def opened():
            yield mine.get("/api/v1/me/")
            yield other.get("/api/v1/me/")
            yield httpx.get(f"{url}/api/v1/me/", headers=access, timeout=PATIENCE_SECONDS)

        def change(old):
            new = {"password": NEW, "conf_password": NEW, "old_password": old}
            return send_form(mine, f"{url}/resetmypassword/form", **new).text

        assert "not your current password" in change(f"not {PASSWORD}")
        assert [answer.status_code for answer in opened()] == [200, 200, 200]
        change(PASSWORD)
        assert [answer.status_code for answer in opened()] == [200, 401, 401]
        renewed = httpx.post(
            f"{url}/api/v1/security/refresh", headers=refresh, timeout=PATIENCE_SECONDS
        )
        assert renewed.status_code == 401
    assert doors.try_to_log_in(tried, NEW, address).status_code == 200


def test_logging_out_ends_the_session(doors, browser):
    page = doors.page(browser, "Management")
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    with ExitStack() as stack:
        kept = stack.enter_context(
            httpx.Client(base_url=doors.server.url, cookies=cookies, timeout=PATIENCE_SECONDS)
        )
        assert kept.get("/api/v1/me/").status_code == 200
        page.goto(f"{doors.server.url}/logout/")
        assert kept.get("/api/v1/me/").status_code == 401
    page.close()


def test_a_session_that_was_planted_before_the_login_is_worth_nothing(doors, browser):
    page = browser.new_page()
    page.goto(f"{doors.server.url}/login/")
    planted = {one["name"]: one["value"] for one in page.context.cookies()}
    assert planted
    doors.fill_in(page, doors.server.account("Management").user, doors.password("Management"))
    page.wait_for_url(lambda url: "/login" not in url)
    answer = httpx.get(f"{doors.server.url}/api/v1/me/", cookies=planted, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 401
    page.close()


def test_sessions_are_read_by_nobody_else(nation_home, doors, browser):
    doors.page(browser, "Management").close()
    folder = nation_home / "superset" / "sessions"
    files = list(folder.iterdir())
    assert files
    assert folder.parent.stat().st_mode & 0o077 == 0
    assert [path for path in files if path.stat().st_mode & 0o077] == []
