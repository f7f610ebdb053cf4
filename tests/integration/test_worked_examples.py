"""The worked examples of the run book do what they say, typed as they stand there."""

import json

import pytest

from tests.integration import record_orders
from tests.worked_examples import Tree, example
from warehouse.engine import build_connection
from warehouse.layout import Layout
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.full

# What a reader of these examples has landed before: two months of a small nation.
LANDED = {
    "reference": ("reference/hq_*",),
    "vcis_extract": ("vcis/**/tk_20250[12]*", "vcis/**/kiemtra_20250[12]*"),
}
TITLES = ["A new table", "A new mart"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copied = Tree(tmp_path_factory.mktemp("examples"))
    for title in TITLES:
        copied.write(example(title))
    record_orders.write_into(copied)
    sent = copied.root / "INBOX" / "weighbridge" / "weighbridge_20250301.csv"
    sent.parent.mkdir(parents=True)
    sent.write_text(example("A new table").sent, encoding="utf-8")
    return copied


@pytest.fixture(scope="module")
def home(tree, nation_home, tmp_path_factory):
    """A lake that every example was typed into, one after the other."""
    folder = tmp_path_factory.mktemp("lake")
    sent = {
        source: [
            path for pattern in patterns for path in sorted((nation_home / "nation").glob(pattern))
        ]
        for source, patterns in LANDED.items()
    }
    sent["barriers"] = record_orders.files(tree.root / "INBOX" / "barriers")
    for source, files in sent.items():
        done = tree.customs(folder, "land", source, *map(str, files))
        assert done.returncode in {0, 3}, done.stderr
    return folder


@pytest.fixture(scope="module")
def typed(tree, home):
    """What the last command of each example said; what several type is typed once."""
    commands = dict.fromkeys(words for title in TITLES for words in example(title).commands)
    said = {}
    # What reads comes after all that makes.
    for words in sorted(commands, key=lambda words: words[0] == "sql"):
        done = tree.customs(home, "--json", *words)
        assert done.returncode == (3 if words[0] == "land" else 0), (words, done.stderr)
        said[words] = json.loads(done.stdout)
    return {title: said[example(title).commands[-1]] for title in TITLES}


def test_a_new_table_is_read_by_analysts(typed, tree, home):
    assert typed["A new table"]["rows"] == [["HN-1", "0001", 17020]]
    listed = json.loads(tree.customs(home, "--json", "quarantine", "list").stdout)
    reasons = {(group["reason_code"], group["field"]) for group in listed["groups"]}
    assert ("E_RANGE", "weighed_gross_mass_kg") in reasons
    shown = {
        role: json.loads(
            tree.customs(home, "--json", "sql", "--role", role, "from fct_weighing").stdout
        )["columns"]
        for role in ("analyst", "restricted")
    }
    assert set(shown["restricted"]) - set(shown["analyst"]) == {"vehicle_plate"}


@pytest.mark.usefixtures("typed")
def test_what_a_contract_orders_by_says_which_record_is_the_latest(home):
    current = {}
    with build_connection(Layout(home), LakeSettings(home=home), read_only=True) as build:
        for word in record_orders.ORDERS:
            mart = build.table(f"marts.fct_barrier_{word}")
            current[word] = mart.project("barrier_state_code").fetchall()
        records = build.table("intermediate.int_barrier_revisions_clocked")
        told = "barrier_state_code, recorded_from, recorded_to, recorded_to_at is null"
        known = records.order("receipt_number, record_number").project(told).fetchall()
    assert current == {word: [(state,)] for word, state in record_orders.CURRENT.items()}
    # What was said anew of one revision stands as well: it was known until then.
    assert known == [
        ("a", 1, 2, False),
        ("b", 10, 10, False),
        ("c", 2, 9, False),
        ("d", 9, 10, False),
        ("e", 10, None, True),
    ]


@pytest.mark.usefixtures("typed")
def test_a_model_on_the_latest_records_sees_none_that_its_source_withdrew(home):
    with build_connection(Layout(home), LakeSettings(home=home), read_only=True) as build:
        standing = build.table("intermediate.int_barriers_standing")
        assert (
            standing.project("site_code, barrier_state_code").fetchall() == record_orders.STANDING
        )


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
