"""The worked examples of the run book do what they say, typed as they stand there."""

import json

import pytest

from tests.worked_examples import Tree, example
from warehouse.engine import build_connection
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

# What a reader of these examples has landed before: a few days of a small nation.
LANDED = {"reference": ("reference/*",), "vcis_extract": ("vcis/**/*20250[12]*",)}
TITLES = ["A new mart"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copied = Tree(tmp_path_factory.mktemp("examples"))
    for title in TITLES:
        copied.write(example(title))
    return copied


@pytest.fixture(scope="module")
def home(tree, nation_home, tmp_path_factory):
    """A lake that every example was typed into, one after the other."""
    folder = tmp_path_factory.mktemp("lake")
    for source, patterns in LANDED.items():
        files = [path for pattern in patterns for path in (nation_home / "nation").glob(pattern)]
        done = tree.customs(folder, "land", source, *map(str, files))
        assert done.returncode in {0, 3}, done.stderr
    return folder


@pytest.fixture(scope="module")
def typed(tree, home):
    """What the last command of each example said; repeated ones are typed once."""
    said, known = {}, set()
    for title in TITLES:
        for words in example(title).commands:
            if words not in known:
                known.add(words)
                done = tree.customs(home, "--json", *words)
                assert done.returncode == 0, (title, words, done.stderr, done.stdout)
                said[title] = json.loads(done.stdout)
    return said


def test_a_new_mart_is_read_by_the_roles_that_its_contract_names(typed, home):
    with build_connection(Layout(home), LakeSettings(home=home), read_only=True) as build:
        counted = build.execute(
            "select cast(date_trunc('month', ended_date) as date), count(*)"
            " from marts.fct_inspection"
            " where ended_date is not null and method_code is not null group by 1"
        ).fetchall()
    assert len(counted) == 2
    found = {tuple(row) for row in typed["A new mart"]["rows"]}
    assert found == {(month.isoformat(), number) for month, number in counted}


@pytest.mark.usefixtures("typed")
def test_a_required_column_that_is_empty_fails_the_build_by_its_mart(tree, home):
    model = tree.root / "dbt_project/models/marts/control/agg_inspection_month.sql"
    text = model.read_text(encoding="utf-8")
    spoiled = "nullif(count(*), count(*)) as inspected_count"
    model.write_text(text.replace("count(*) as inspected_count", spoiled), encoding="utf-8")
    try:
        done = tree.customs(home, "build", "--select", "agg_inspection_month")
    finally:
        model.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "agg_inspection_month__required_columns_are_filled" in done.stderr
