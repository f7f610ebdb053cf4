"""What the file of roles may say, and that a wrong one is named."""

import re

import pytest
import yaml

from dashboards.superset.security import SECURITY, SecurityFileError, load_security
from dashboards.validate import broken_references
from warehouse.publish import ROLES


def changed(tmp_path, change):
    written = yaml.safe_load(SECURITY.read_text(encoding="utf-8"))
    change(written)
    path = tmp_path / "security.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    return path


def test_managers_open_the_figures_and_analysts_their_release_too():
    security = load_security()
    assert security.opened_by(["Management"]) == {"management"}
    assert security.opened_by(["Analyst"]) == {"analyst", "management"}
    assert {user.role for user in security.users.values()} >= {"Management", "Analyst"}


def test_nobody_opens_the_restricted_release_whatever_roles_are_put_together():
    security = load_security()
    assert security.opened_by(security.roles) == set(ROLES) - {"restricted"}


def test_a_role_that_the_file_does_not_know_opens_nothing():
    assert load_security().opened_by(["Alpha", "Gamma", "sql_lab"]) == set()


def test_a_file_that_opens_the_restricted_release_is_refused(tmp_path):
    path = changed(tmp_path, lambda file: file["roles"]["Admin"]["opens"].append("restricted"))
    with pytest.raises(SecurityFileError, match=r"roles\.Admin\.opens: 'restricted' is none of"):
        load_security(path)


def test_a_user_of_an_unknown_role_is_refused(tmp_path):
    path = changed(tmp_path, lambda file: file["users"]["manager"].update(role="Manager"))
    with pytest.raises(SecurityFileError, match=r"users\.manager\.role: 'Manager' is none of"):
        load_security(path)


def test_a_role_that_is_said_twice_is_refused(tmp_path):
    path = tmp_path / "security.yaml"
    text = SECURITY.read_text(encoding="utf-8")
    path.write_text(text.replace("\nroles:\n", "\nroles: {}\nroles:\n"), encoding="utf-8")
    (told,) = broken_references(security=path)
    assert re.fullmatch(r"security\.yaml: line \d+: the key roles is in line \d+ already", told)


def test_a_right_that_is_not_defined_is_refused(tmp_path):
    path = changed(tmp_path, lambda file: file["roles"]["Analyst"]["may"].append("write"))
    with pytest.raises(SecurityFileError, match=r"roles\.Analyst\.may: 'write' is none of"):
        load_security(path)


def test_no_role_formats_sql_or_asks_by_the_old_way():
    for role in load_security().roles.values():
        assert not {"can_format_sql", "can_explore_json"} & {
            right for right, _ in role.rights or ()
        }


def test_who_only_looks_writes_no_dashboard_and_asks_no_sql():
    rights = load_security().roles["Management"].rights
    own = {"DashboardFilterStateRestApi", "DashboardPermalinkRestApi"}
    assert {view for right, view in rights if right == "can_write"} == own
    assert not {view for _, view in rights} & {"SQLLab", "SQL Lab", "Database", "Query"}
