"""Several models, each by its name: none of them is in another one's way."""

import shutil
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
import typer
from typer.testing import CliRunner

from data_contracts.errors import BundleMismatchError, CustomsDataError
from ml import models
from ml.lanes.settings import ServingSettings
from ml.models.risk import MODEL
from ml.targets.expected import TargetRule
from orchestration.assets import keys
from orchestration.cli import score, train
from orchestration.definitions import STREET, build_definitions
from orchestration.operations import lanes, learning, targeting
from orchestration.operations.build import SCORE_MART
from orchestration.settings import OrchestrationSettings
from tests.added_module import add_module
from tests.ml.published_lake import build_scores, publish_again
from tests.ml.test_model_release import garble
from warehouse import lake
from warehouse.layout import Layout
from warehouse.reading import query
from warehouse.release import current_release, read_manifest

# Fewer features, and of them inputs of its own.
GOODS = """
from dataclasses import replace

from ml.features.goods import GOODS_FEATURES
from ml.features.valuation import VALUATION_FEATURES
from ml.inputs import GOODS_ITEM
from ml.model import HyperParameters, Model

COLUMNS = {
    "hs6_code", "country_of_origin_code", "net_mass_kg", "customs_value_vnd",
    "tariff_schedule_code", "foreign_party_country_code", "supplementary_quantity",
}
MODEL = Model(
    name="goods",
    features=(*GOODS_FEATURES, VALUATION_FEATURES[2]),
    inputs=replace(GOODS_ITEM, schema=GOODS_ITEM.of(COLUMNS), lookups=(("hs6_code",),)),
    target="finding_in_goods",
    source_systems=("vcis_extract",),
    parameters=HyperParameters(max_rounds=40),
)
"""
SCORES = "select * from marts.fct_risk_score where model_name = '{}' order by all"


@pytest.fixture
def settings(scored, tmp_path):
    """A home of its own, with the risk model trained, scored and published."""
    shutil.copytree(scored[0].home, tmp_path / "lake", symlinks=True)
    return scored[0].model_copy(update={"home": tmp_path / "lake"})


def add_goods_model(monkeypatch, folder: Path, text: str = GOODS) -> None:
    folder.mkdir()
    (folder / "goods.py").write_text(text)
    add_module(monkeypatch, models, folder / "goods.py")


def scores_of(settings, name):
    return query(Layout(settings.home), settings, "analyst", SCORES.format(name)).rows


def model_ids_in_lake(settings):
    layout = Layout(settings.home)
    with learning._lake(layout, settings) as reading:
        found = reading.execute("select distinct model_id from scores.risk_score").fetchall()
    return {model_id for (model_id,) in found}


def test_a_second_model_is_one_file_and_leaves_the_first_as_it_was(settings, monkeypatch, tmp_path):
    add_goods_model(monkeypatch, tmp_path / "models")
    first = scores_of(settings, "risk")
    app = typer.Typer()
    for module in (train, score):
        module.register(app)
    for command in ("train", "score"):
        done = CliRunner().invoke(app, [command, "goods", "--home", str(settings.home), "--json"])
        assert done.exit_code == 0, done.output
    build_scores(settings)
    publish_again(settings)
    assert len(first) > 1000
    assert scores_of(settings, "risk") == first
    assert len(scores_of(settings, "goods")) == len(first)
    named = read_manifest(current_release(Layout(settings.home), "analyst")).model_ids
    assert [model_id.split("-")[0] for model_id in named] == ["goods", "risk"]
    # Each is asked for by name.
    for name in ("goods", "risk"):
        rule = TargetRule(model=name, top=2)
        listed = targeting.make_target_list(settings, tmp_path / "t.xlsx", rule=rule)
        assert listed.model_id in named
        assert listed.model_id.startswith(f"{name}-")
        assert learning.score_items(settings, name).scored_count == 0
    made = lanes.make_snapshot(settings, ServingSettings(golden_items=5))
    assert made.bundle.model.name == "risk"
    with pytest.raises(BundleMismatchError, match="the lanes can give"):
        lanes.make_snapshot(settings, ServingSettings(golden_items=5, model="goods"))


def test_a_model_that_cannot_be_trained_or_read_stops_no_other_one(
    settings, monkeypatch, tmp_path, caplog
):
    # The small release knows nothing of this system.
    text = GOODS.replace("vcis_extract", "wco_dec_xml")
    add_goods_model(monkeypatch, tmp_path / "models", text)
    (tmp_path / "models" / "broken.py").write_text("MODEL = (\n")
    (tmp_path / "models" / "no-name.py").write_text(GOODS)
    street = OrchestrationSettings(max_retries=0)
    definitions = build_definitions(lake=settings, orchestration=street)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("orch")]
    assert len(told) == 2
    assert "broken.py: line 1: SyntaxError" in told[0]
    assert "no-name.py: a model's file is named with small letters" in told[1]
    names = ("broken", "goods", "risk")
    wanted = [make(name) for name in names for make in (keys.model, keys.scores)]
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = definitions.resolve_job_def(STREET).execute_in_process(
            asset_selection=wanted, instance=instance, raise_on_error=False
        )
    assert not result.success
    made = {event.asset_key for event in result.get_asset_materialization_events()}
    assert made == {keys.model("risk"), keys.scores("risk")}
    failed = result.failure_data_for_node("__".join(keys.model("broken").path))
    assert failed.user_failure_data.description == told[0]


@pytest.mark.parametrize(
    ("system", "told"),
    [("vciss", "there is no source 'vciss'; known: .*vcis_extract"), ("reference", "goods items")],
)
def test_a_system_that_declares_no_goods_is_refused_by_name(
    settings, monkeypatch, tmp_path, system, told
):
    text = GOODS.replace('"vcis_extract",', f'"vcis_extract", "{system}",')
    add_goods_model(monkeypatch, tmp_path / "models", text)
    with pytest.raises(CustomsDataError, match=rf"ml/models/goods\.py: source_systems: .*{told}"):
        learning.train_model(settings, "goods")


@pytest.mark.parametrize("lane_model", ["risk", "goods"])
def test_lists_lanes_and_releases_wait_for_the_models_that_they_follow(
    monkeypatch, tmp_path, lane_model
):
    add_goods_model(monkeypatch, tmp_path / "models")
    graph = build_definitions(serving=ServingSettings(model=lane_model)).resolve_asset_graph()
    followed = {"risk", lane_model}
    for key in (keys.mart(SCORE_MART), keys.published("analyst"), keys.TARGETS, keys.SNAPSHOT):
        above = graph.get_ancestor_asset_keys(key)
        assert {name for name in ("goods", "risk") if keys.scores(name) in above} == followed, key
    assert keys.model(lane_model) in graph.get(keys.SNAPSHOT).parent_keys


def add_score_of(settings, model_id: str) -> None:
    """Append one score, as another model of this identity would have given it."""
    layout = Layout(settings.home)
    with learning._lake(layout, settings) as reading:
        given = "select * replace ($model_id as model_id) from scores.risk_score limit 1"
        rows = reading.sql(given, params={"model_id": model_id}).to_arrow_table()
    lake.append(layout, "scores", "risk_score", rows, {})


def test_a_run_after_a_crash_ends_in_the_same_state(settings, monkeypatch):
    # Of another model, though its name begins alike.
    other = f"risk_small-{'0' * 12}"
    add_score_of(settings, other)
    before = model_ids_in_lake(settings)
    garble(settings)
    trained = learning.train_model(settings, must_release=True)
    with monkeypatch.context() as crash:
        # Everything is appended, and nothing of the model before is taken out yet.
        crash.setattr(lake, "delete_where", lambda *_: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):  # noqa: PT011
            learning.score_items(settings)
    assert model_ids_in_lake(settings) == {*before, trained.model_id}
    again = learning.score_items(settings)
    assert again.scored_count == 0
    assert model_ids_in_lake(settings) == {trained.model_id, other}
    version = lake.current_version(Layout(settings.home), "scores", "risk_score")
    learning.score_items(settings)
    assert lake.current_version(Layout(settings.home), "scores", "risk_score") == version


def test_a_module_holds_the_model_that_it_is_named_after(monkeypatch, tmp_path):
    (tmp_path / "other.py").write_text("from ml.models.risk import MODEL\n")
    add_module(monkeypatch, models, tmp_path / "other.py")
    with pytest.raises(CustomsDataError, match="expected the model other, found risk"):
        models.find_model("other")


def test_a_name_that_people_cannot_type_is_refused():
    with pytest.raises(CustomsDataError, match="small letters"):
        replace(MODEL, name="risk-2")
