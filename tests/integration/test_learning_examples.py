"""The run book's examples of a new feature and a new model, typed as they stand there."""

import json
import shutil

import pytest

from ml.lanes.settings import ServingSettings
from orchestration.operations.lanes import make_snapshot
from tests.worked_examples import Tree, example
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.settings import LakeSettings

pytestmark = pytest.mark.full

# Every score, in whole parts of 10⁹: sums of these do not depend on their order.
FIRST = """
    select registered_date, model_id, count(*), sum(cast(round(1e9 * margin) as bigint)),
        sum(cast(round(1e9 * probability) as bigint))
    from marts.fct_risk_score where model_name = 'risk' group by all order by all
"""


@pytest.fixture(scope="module")
def home(nation_home, tmp_path_factory):
    """A nation with the risk model, which can be written to."""
    copy = tmp_path_factory.mktemp("learned") / "lake"
    shutil.copytree(nation_home, copy, symlinks=True, ignore=shutil.ignore_patterns("nation"))
    return copy


def rows(home, sql):
    return query(Layout(home), LakeSettings(home=home), "analyst", sql).rows


def test_a_new_feature_and_a_new_model_stand_beside_what_was_there(home, tmp_path):
    tree, before = Tree(tmp_path), rows(home, FIRST)
    for title in ("A new feature", "A new model"):
        tree.write(example(title))
    said = {}
    for words in example("A new model").commands:
        done = tree.customs(home, "--json", *words)
        assert done.returncode == 0, (words, done.stderr, done.stdout)
        said[words[0]] = json.loads(done.stdout)
    assert said["train"]["is_released"]
    assert "trader_usual_value_vnd_log" in said["train"]["gains"]
    scored = sum(row[2] for row in before)
    assert said["score"]["scored_count"] == scored > 1000
    assert said["sql"]["rows"] == [["risk", scored], ["turnover", scored]]
    assert rows(home, FIRST) == before
    # What was there goes on with its own model.
    snapshot = make_snapshot(LakeSettings(home=home), ServingSettings(golden_items=5))
    assert snapshot.bundle.model_id == before[0][1]
    state = json.loads(tree.customs(home, "status", "--json").stdout)
    assert set(state["models"]) == {"risk", "turnover"}
    assert state["behind"] == []
