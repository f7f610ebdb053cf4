"""What comes later changes nothing that came before: not the inputs, not the features."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from ml import extraction
from ml.features.matrix import matrix
from ml.inputs import GOODS_ITEM
from ml.labels import LabelRule
from ml.learning import learn
from ml.models.risk import MODEL
from tests.ml.learned_model import assignment, example
from tests.ml.small_release import FIRST_DAY, SYSTEM, make_release
from tests.unit.ml.feature_rows import columns_of

pytestmark = pytest.mark.xdist_group("learning")

CUT_OFF = FIRST_DAY + timedelta(days=300)
LOOKING_BACK_ONLY = "items.registered_date > {table}.as_of_date"


def inputs_until(connection, last: date) -> pa.Table:
    """Return the inputs of all items registered up to a day, in a fixed order."""
    connection.execute(
        "create or replace temp table item_key as select source_system, declaration_number,"
        " declaration_version, item_number, registered_date from marts.fct_goods_item"
        " where registered_date <= ?",
        [last],
    )
    names = [*extraction.KEYS, *GOODS_ITEM.schema.names]
    found = pa.concat_tables(extraction.inputs_of_keys(connection, GOODS_ITEM, names))
    return found.sort_by([("declaration_number", "ascending"), ("item_number", "ascending")])


def features_until(connection, last: date) -> np.ndarray:
    columns = columns_of(inputs_until(connection, last))
    return matrix(columns, MODEL.features, example().learned.bundle.facts.categories)


@cache
def truncated_release():
    return make_release(until=CUT_OFF)


def is_truncation_invariant() -> bool:
    whole = inputs_until(example().connection, CUT_OFF)
    truncated = inputs_until(truncated_release(), CUT_OFF)
    assert len(whole) > 5000
    return whole.select(GOODS_ITEM.schema.names).equals(truncated.select(GOODS_ITEM.schema.names))


def test_dropping_all_later_days_leaves_earlier_inputs_as_they_were():
    assert is_truncation_invariant()


@pytest.mark.parametrize("table", ["traders", "unit_values"])
def test_a_planted_look_at_later_days_is_caught(table, monkeypatch):
    plant(monkeypatch, table, "<")
    assert not is_truncation_invariant()


def test_the_first_declaration_of_a_trader_has_no_history():
    assert not has_history_on_the_first_day()


def test_a_planted_look_at_the_day_itself_is_caught(monkeypatch):
    plant(monkeypatch, "traders", ">=")
    assert has_history_on_the_first_day()


def has_history_on_the_first_day() -> bool:
    inputs = inputs_until(example().connection, FIRST_DAY)
    assert len(inputs) > 0
    return inputs.column("trader_declaration_count").null_count < len(inputs)


def plant(monkeypatch, table: str, comparison: str) -> None:
    """Compare the days of one profile in another way than strictly before.

    Only the inputs leak: the shared example is learned before, whichever test comes first.
    """
    example()
    rule = LOOKING_BACK_ONLY.format(table=table)
    assert rule in GOODS_ITEM.statement
    leaky = GOODS_ITEM.statement.replace(rule, rule.replace(">", comparison))
    monkeypatch.setitem(globals(), "GOODS_ITEM", replace(GOODS_ITEM, statement=leaky))


def test_later_outcomes_change_no_feature_of_earlier_items():
    # Registered up to the cut-off: findings after it may not show in their history.
    as_is = features_until(example().connection, CUT_OFF)
    flipped = features_until(make_release(flipped_after=CUT_OFF), CUT_OFF)
    assert as_is.tobytes() == flipped.tobytes()


def test_earlier_outcomes_do_show_in_the_history_of_later_items():
    as_is = features_until(example().connection, CUT_OFF)
    flipped = features_until(make_release(flipped_after=FIRST_DAY), CUT_OFF)
    assert as_is.tobytes() != flipped.tobytes()


def test_a_model_of_shuffled_outcomes_ranks_like_chance():
    connection = make_release(declarations=9000)
    connection.execute("select setseed(0.5)")
    connection.execute(
        "create or replace table marts.fct_inspection as select * replace (shuffled as outcome)"
        " from (select *, case when random() < 0.15 then 'irregular' else 'as_declared' end"
        " as shuffled from marts.fct_inspection)"
    )
    learned = learn(connection, assignment(), progress=lambda _line: None)
    assert learned.bundle.facts.metrics["auc"] == pytest.approx(0.5, abs=0.07)


def test_labels_of_the_test_quarter_do_not_touch_the_model():
    facts = example().learned.bundle.facts
    test_start = date.fromisoformat(facts.metrics["test_period"][0])
    connection = make_release(flipped_after=test_start + timedelta(days=LabelRule().delay_days))
    flipped = learn(connection, assignment(), progress=lambda _line: None)
    assert flipped.bundle.facts.source_systems == (SYSTEM,)
    assert flipped.bundle.fingerprint == example().learned.bundle.fingerprint
    assert flipped.bundle.facts.metrics["auc"] != facts.metrics["auc"]
