"""How much of the release a training and a list of targets read, seen in the plans of DuckDB."""

import json
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np

from ml import extraction, models
from ml import learning as ml_learning
from ml.extraction import KEYS
from ml.inputs import GOODS_ITEM
from ml.learning import learn
from ml.targets import expected
from ml.targets.evidence import evidence_items
from ml.targets.expected import TargetRule
from ml.training_set import read_labelled_items
from orchestration.operations import learning, targeting
from tests.ml.learned_model import assignment
from tests.ml.test_models_side_by_side import add_goods_model
from warehouse.layout import Layout


def test_small_months_in_a_row_are_read_at_once():
    january, march, april, may = (date(2025, month, 1) for month in (1, 3, 4, 5))
    found = extraction._spans(
        [(january, 10), (march, 20_000), (april, 40_000), (may, 1), (date(2025, 6, 1), 900_000)]
    )
    ends = [(span["first_date"], span["end_date"]) for span in found]
    july = date(2025, 7, 1)
    june = date(2025, 6, 1)
    assert ends == [(january, date(2025, 2, 1)), (march, may), (may, june), (june, july)]


class Probe:
    """A connection that notes which tables of the release each query scans, and which columns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.scans = connection, {}
        self.register, self.unregister = connection.register, connection.unregister

    def execute(self, query, parameters=None):
        self._note(query, parameters)
        return self.connection.execute(query, parameters)

    def sql(self, query, *, params=None):
        self._note(query, params)
        return self.connection.sql(query, params=params)

    def _note(self, query, parameters):
        explained = self.connection.execute(f"explain (format json) {query}", parameters)
        [(_, plan)] = explained.fetchall()
        self._note_scans(json.loads(plan))

    def _note_scans(self, operators):
        for operator in operators:
            info = operator["extra_info"]
            table = info.get("Table", "temp")
            if not table.startswith("temp"):
                columns = info.get("Projections", [])
                named = [columns] if isinstance(columns, str) else columns
                self.scans.setdefault(table, set()).update(named)
            self._note_scans(operator["children"])


def test_a_few_items_are_explained_from_their_months_alone(scored, monkeypatch, tmp_path):
    settings, _ = scored
    probes = []

    def watched(connection, *asked):
        probes.append(Probe(connection))
        return evidence_items(probes[-1], *asked)

    monkeypatch.setattr(expected, "evidence_items", watched)
    rule = TargetRule(top=1, items_per_trader=3)
    report = targeting.make_target_list(settings, tmp_path / "t.xlsx", rule=rule)
    items = report.traders[0]["evidence"]
    assert len(items) == 3
    days = [date.fromisoformat(str(item["registered_date"])) for item in items]
    [probe] = probes
    read = {name.split(".")[0] for name in probe.scans}
    months = {name for name in read if name.startswith("month_")}
    assert months == {f"month_{day:%Y_%m}" for day in days}
    with learning.analyst_release(Layout(settings.home), settings) as (connection, _):
        everything = Probe(connection)
        everything.sql("select sum(customs_value_vnd) from marts.fct_goods_item_version")
    assert len(everything.scans) == 9


def test_a_training_reads_the_columns_of_its_features_alone(trained, monkeypatch, tmp_path):
    settings, _ = trained
    add_goods_model(monkeypatch, tmp_path / "models")
    goods, trainings = models.find_model("goods"), []
    # Its inputs hold many more columns than its features read.
    model = replace(goods, inputs=replace(GOODS_ITEM, lookups=goods.inputs.lookups))

    def watched(*asked):
        trainings.append(read_labelled_items(*asked))
        return trainings[-1]

    monkeypatch.setattr(ml_learning, "read_labelled_items", watched)
    with learning.analyst_release(Layout(settings.home), settings) as (connection, _):
        probe = Probe(connection)
        learn(probe, assignment(model=model), progress=lambda _line: None)
    [training] = trainings
    assert training.items.values.dtype == np.float32
    assert not np.isnan(training.items.values[:, 0]).all()
    read = {}
    for name, columns in probe.scans.items():
        read.setdefault(name.split(".")[-1], set()).update(columns)
    of_keys = {*KEYS, "registered_date", "recorded_to", "is_withdrawn"}
    assert read["fct_goods_item_version"] <= of_keys | set(model.columns.names)
    assert read["fct_declaration_version"] <= of_keys | {"trader_id", "foreign_party_country_code"}
    # Where a column is not asked for, its profile is not carried along either.
    assert not any("sum" in column for columns in read.values() for column in columns)
