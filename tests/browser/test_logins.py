"""Wrong logins are slowed down, for the name that is tried and for nobody else."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TRIES = 5


def test_a_name_that_failed_too_often_has_to_wait_at_both_doors(doors, browser):
    answers = [doors.try_to_log_in("guessed", f"wrong {n}") for n in range(TRIES + 2)]
    assert [answer.status_code for answer in answers] == [401] * TRIES + [429, 429]
    assert int(answers[-1].headers["retry-after"]) == 60
    page = browser.new_page()
    doors.fill_in(page, "Guessed ", "wrong")
    expect(page.locator("body")).to_contain_text("Wait 60 s, then try again")
    page.close()


def test_even_the_right_password_waits_and_nobody_else_does(doors, superset):
    user, password = "tried", "right and long enough 1"
    with doors.client("Admin") as admin:
        roles = admin.get("/api/v1/security/roles/?q=(page_size:100)").json()["result"]
        role = next(entry["id"] for entry in roles if entry["name"] == "Management")
        account = {"username": user, "password": password, "email": "tried@localhost"}
        account |= {"first_name": "T", "last_name": "T", "active": True, "roles": [role]}
        assert admin.post("/api/v1/security/users/", json=account).is_success
    assert doors.try_to_log_in(user, password).status_code == 200
    for number in range(TRIES):
        assert doors.try_to_log_in(user, f"wrong {number}").status_code == 401
    assert doors.try_to_log_in(user, password).status_code == 429
    manager = superset.account("Management").user
    assert doors.try_to_log_in(manager, doors.password("Management")).status_code == 200


def test_right_logins_are_not_counted(doors, superset):
    manager = superset.account("Management").user
    password = doors.password("Management")
    answers = [doors.try_to_log_in(manager, password).status_code for _ in range(TRIES + 3)]
    assert answers == [200] * (TRIES + 3)
