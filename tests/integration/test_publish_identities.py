"""No identity is anywhere in what analysts and management can read: every cell, every byte."""

import json

import pytest

from tests.integration.built_marts import ROWS, identities, lake_settings, make_build
from warehouse.masking import Pseudonymiser
from warehouse.publish import publish
from warehouse.reading import open_release
from warehouse.release import current_release

EVERY_TABLE = """
    select table_name from information_schema.tables
    where table_catalog = 'hub' and table_schema = 'marts' order by all
"""


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    settings = lake_settings(tmp_path_factory.mktemp("identities"))
    layout = make_build(settings)
    publish(settings)
    return layout


def every_text(layout, role):
    """Return one long text per table: all the values of all its rows."""
    with open_release(layout, role) as reader:
        names = [name for (name,) in reader.execute(EVERY_TABLE).fetchall()]
        return {name: rows_of(reader.table(f"marts.{name}")) for name in names}


def rows_of(relation):
    columns = ", ".join(f'"{name}"' for name in relation.columns)
    return "\n".join(row for (row,) in relation.project(f"concat_ws(' ', {columns})").fetchall())


def found_in(texts, wanted):
    return {
        (table, identity)
        for table, text in texts.items()
        for identity in wanted
        if identity in text
    }


def test_the_search_finds_identities_where_they_are_allowed(layout):
    texts = every_text(layout, "restricted")
    found = {identity for _, identity in found_in(texts, identities())}
    assert found == identities()


@pytest.mark.parametrize("role", ["analyst", "management"])
def test_no_cell_holds_an_identity(layout, role):
    assert found_in(every_text(layout, role), identities()) == set()


@pytest.mark.parametrize("role", ["analyst", "management"])
def test_no_byte_of_the_files_holds_an_identity(layout, role):
    for file in current_release(layout, role).rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert [text for text in identities() if text.encode() in content] == []


def test_bytes_of_the_restricted_release_do_hold_them(layout):
    files = [path for path in current_release(layout, "restricted").rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert any(text.encode() in content for text in identities())


def test_pseudonyms_are_the_same_in_every_table_and_as_many_as_identities(layout):
    with open_release(layout, "analyst") as reader:
        joined = reader.execute(
            "select count(*) from marts.fct_declaration_version join marts.dim_trader "
            "using (trader_id)"
        ).fetchone()
        distinct = reader.execute(
            "select count(distinct trader_id) from marts.profile_trader_day"
        ).fetchone()
    assert joined == (ROWS,)
    assert distinct == (ROWS,)


def test_the_service_can_find_the_pseudonym_of_a_trader(layout):
    wanted = Pseudonymiser.load(layout).pseudonym("trader", "0109000003")
    with open_release(layout, "analyst") as reader:
        found = reader.execute(
            "select count(*) from marts.fct_declaration_version where trader_id = $1", [wanted]
        ).fetchone()
    assert found == (1,)


def test_the_key_is_in_no_release(layout):
    key = next(
        iter(json.loads((layout.secrets / "pseudonym_key.json").read_text())["keys"].values())
    )
    for file in layout.published("analyst").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert key.encode() not in content
            assert bytes.fromhex(key) not in content
