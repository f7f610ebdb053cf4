"""Train, score and list targets over a published lake, by the operations the commands call."""

import io
import json
import os
from datetime import date

import dagster as dg
import openpyxl
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from data_contracts.errors import CustomsDataError
from data_contracts.finding import FINDING_EN, FINDING_VI
from ml import bundle as bundles
from ml.lanes.settings import ServingSettings
from ml.targets.expected import TargetRule, window_start
from orchestration.assets import keys
from orchestration.assets.serving import serving_assets
from orchestration.cli import score, targets, train
from orchestration.cli.model_quality import quality_lines, quality_table
from orchestration.operations import learning, targeting
from orchestration.resources import resources
from orchestration.settings import OrchestrationSettings
from tests.answers import assert_answers
from tests.ml.published_lake import build_scores, publish_again, published_lake
from warehouse import lake
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.reading import query


def test_a_model_is_learned_from_pseudonyms_and_names_its_cut(trained):
    settings, report = trained
    folder = Layout(settings.home).models / "risk"
    assert (folder / "CURRENT").read_text().strip() == os.path.basename(report.folder)  # noqa: PTH119
    assert report.metrics["label_counts"]["irregular"] > 200
    text = (folder / os.path.basename(report.folder) / "bundle.json").read_text()  # noqa: PTH119
    assert '"bronze/declaration": 7' in text
    assert "tr_0" not in text


def test_targets_without_published_scores_are_refused_with_what_to_do(trained, tmp_path):
    settings, _ = trained
    with pytest.raises(CustomsDataError, match="customs score"):
        targeting.make_target_list(settings, tmp_path / "t.xlsx")


def test_every_current_item_is_scored_once_however_often_scoring_runs(scored):
    settings, first = scored
    counted = "select count(*) as items from marts.fct_goods_item"
    items = query(Layout(settings.home), settings, "analyst", counted).rows[0][0]
    assert first.scored_count == items
    assert first.present_count == 0
    version = lake.current_version(Layout(settings.home), "scores", "risk_score")
    again = learning.score_items(settings)
    assert (again.scored_count, again.present_count) == (0, items)
    assert lake.current_version(Layout(settings.home), "scores", "risk_score") == version


def test_an_interrupted_scoring_goes_on_where_it_stopped(scored):
    settings, first = scored
    layout = Layout(settings.home)
    lake.delete_where(layout, "scores", "risk_score", "declaration_number >= '10000003000'", {})
    again = learning.score_items(settings)
    assert 0 < again.scored_count < first.scored_count
    assert again.scored_count + again.present_count == first.scored_count


def test_targets_name_traders_and_say_what_they_rest_on(scored, tmp_path):
    settings, _ = scored
    file = tmp_path / "targets.xlsx"
    report = targeting.make_target_list(settings, file, rule=TargetRule(top=7))
    assert [trader["rank"] for trader in report.traders] == list(range(1, 8))
    amounts = [trader["expected_vnd"] for trader in report.traders]
    assert amounts == sorted(amounts, reverse=True)
    for trader in report.traders:
        assert_answers("audit_target", trader)
        # The names of the restricted release; trader_id there is tr_000 … tr_059.
        assert trader["trader_name"] == f"CTY {trader['trader_id']}"
        assert trader["low_vnd"] < trader["expected_vnd"] < trader["high_vnd"]
        assert 0 < len(trader["evidence"]) <= 5
        assert sum(reason["amount_vnd"] for reason in trader["reasons"]) == trader["expected_vnd"]
        for item in trader["evidence"]:
            assert sum(reason["amount_vnd"] for reason in item["reasons"]) == item["expected_vnd"]
    texts = {cell.value for row in openpyxl.load_workbook(file)["Giới thiệu"] for cell in row}
    assert report.model_id in texts
    assert any("bronze/declaration 7" in str(text) for text in texts)
    log = AuditLog.of(Layout(settings.home))
    assert "target_list" in log.path.read_text()
    assert log.verify().lines > 0


def test_the_irregular_fifth_of_the_traders_leads_the_list(scored, tmp_path):
    settings, _ = scored
    report = targeting.make_target_list(settings, tmp_path / "t.xlsx", rule=TargetRule(top=12))
    bad = [int(trader["trader_id"].removeprefix("tr_")) % 5 == 0 for trader in report.traders]
    assert sum(bad) >= 9


def test_half_the_collectable_share_halves_the_amount(scored, tmp_path):
    settings, _ = scored
    whole, half = (
        targeting.make_target_list(
            settings, tmp_path / "t.xlsx", rule=TargetRule(top=1, collectable_ratio=ratio)
        )
        for ratio in (1.0, 0.5)
    )
    assert half.traders[0]["expected_vnd"] == pytest.approx(
        whole.traders[0]["expected_vnd"] / 2, rel=1e-6
    )


def test_the_commands_give_one_json_object_each_and_words_without_it(scored, tmp_path):
    settings, _ = scored
    app = typer.Typer()
    for module in (train, score, targets):
        module.register(app)
    home = ["--home", str(settings.home)]
    out = ["--out", str(tmp_path / "t.xlsx"), "--top", "3"]
    run = CliRunner().invoke
    listed = run(app, ["targets", *out, *home, "--json"])
    assert listed.exit_code == 0, listed.output
    assert len(json.loads(listed.stdout)["traders"]) == 3
    assert json.loads(run(app, ["score", *home, "--json"]).stdout)["scored_count"] == 0
    said = run(app, ["targets", *out, *home], env={"COLUMNS": "200"}).stdout
    assert "95 % interval of what inspections would bring" in said
    assert "Found so far (VND)" in said
    assert "simulated data (vcis_extract)" in said
    assert "t.xlsx" in said
    wrong = run(app, ["targets", "--out", str(tmp_path / "t.csv"), *home])
    assert wrong.exit_code == 2


def test_the_table_of_quality_tells_rates_with_intervals(trained):
    _, report = trained
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(quality_table(report.metrics))
    for line in quality_lines(report.metrics):
        console.print(line)
    text = console.export_text()
    assert "past rates" in text
    assert "no rate is told under 30 hits" in text
    assert "selected for inspection" in text
    # What an inspection finds is not what is irregular.
    assert "found irregular" in text
    assert FINDING_VI in text
    assert FINDING_EN in text


def test_whatever_carries_a_probability_says_what_it_tells(trained, scored, tmp_path):
    _settings, report = trained
    training = learning.as_payload(report)
    assert training["metrics"]["finding_vi"] == FINDING_VI
    assert training["metrics"]["finding_en"] == FINDING_EN
    file = tmp_path / "t.xlsx"
    listed = targeting.make_target_list(scored[0], file, rule=TargetRule(top=3))
    told = json.dumps(targeting.as_payload(listed), default=str, ensure_ascii=False)
    assert FINDING_VI in told
    assert FINDING_EN in told
    sheets = openpyxl.load_workbook(file).worksheets
    about = " ".join(str(cell.value) for row in sheets[-1] for cell in row)
    assert FINDING_VI in about
    assert FINDING_EN in about
    # And where the column is: the note of its header.
    notes = [cell.comment.text for cell in sheets[2][3] if cell.comment]
    assert [note for note in notes if FINDING_VI in note and FINDING_EN in note]


def test_the_graph_says_what_is_simulated_as_the_commands_do(scored):
    settings, _ = scored
    lists = [asset for asset in serving_assets("risk") if keys.TARGETS in asset.keys]
    street = OrchestrationSettings(max_retries=0)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = dg.materialize(
            lists, instance=instance, resources=resources(settings, ServingSettings(), street)
        )
    [made] = result.asset_materializations_for_node(lists[0].node_def.name)
    assert made.metadata["simulated_sources"].value == ["vcis_extract"]
    book = openpyxl.load_workbook(made.metadata["file"].value)
    for sheet in book:
        words = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row)
        assert "SIMULATED DATA (vcis_extract)" in words


def test_simulated_comes_with_the_release_and_goes_into_model_and_list(scored, tmp_path):
    settings, _ = scored
    file = tmp_path / "t.xlsx"
    report = targeting.make_target_list(settings, file, rule=TargetRule(top=3))
    assert report.simulated_sources == ("vcis_extract",)
    book = openpyxl.load_workbook(file)
    for sheet in book:
        words = " ".join(str(cell.value) for row in sheet for cell in row)
        assert "SIMULATED DATA (vcis_extract)" in words
    bundle = bundles.load(bundles.current_folder(Layout(settings.home).models, "risk"))
    assert bundle.facts.simulated_sources == ("vcis_extract",)


def test_a_lake_of_real_data_says_nothing_of_simulation(tmp_path):
    settings = published_lake(tmp_path / "lake", simulated_sources=(), declarations=5000, days=260)
    assert learning.train_model(settings).simulated_sources == ()
    learning.score_items(settings)
    build_scores(settings)
    publish_again(settings)
    app = typer.Typer()
    for module in (targets, score):
        module.register(app)
    out = ["--out", str(tmp_path / "t.xlsx"), "--home", str(settings.home)]
    for result in (
        CliRunner().invoke(app, ["targets", *out]),
        CliRunner().invoke(app, ["targets", *out, "--json"]),
    ):
        assert result.exit_code == 0, result.output
        assert "not for real cases" not in result.stdout
    assert json.loads(result.stdout)["simulated_sources"] == []
    for sheet in openpyxl.load_workbook(tmp_path / "t.xlsx"):
        words = " ".join(str(cell.value) for row in sheet for cell in row)
        assert "SIMULATED" not in words


def test_an_unknown_model_is_refused(trained):
    settings, _ = trained
    with pytest.raises(CustomsDataError, match="no model is named"):
        learning.train_model(settings, "other")


def test_the_window_is_five_years_to_the_day():
    assert window_start(date(2024, 6, 1)) == date(2019, 6, 1)
    assert window_start(date(2024, 2, 29)) == date(2019, 2, 28)
