"""Train, score and list targets over a published lake, by the operations the commands call."""

import io
import json
import os
import shutil
from datetime import date

import openpyxl
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from data_contracts.errors import CustomsDataError
from ml.targets.expected import TargetRule, window_start
from orchestration.cli import score, targets, train
from orchestration.cli.model_quality import quality_lines, quality_table
from orchestration.operations import learning, targeting
from tests.ml.published_lake import build_scores, publish_again, published_lake
from warehouse import lake
from warehouse.audit import AuditLog
from warehouse.layout import Layout
from warehouse.reading import query

pytestmark = pytest.mark.xdist_group("learning")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    settings = published_lake(tmp_path_factory.mktemp("lake"), declarations=5000, days=260)
    report = learning.train_model(settings, is_simulated=True)
    return settings, report


@pytest.fixture(scope="module")
def scored(trained, tmp_path_factory):
    """A copy of the trained home, scored: the home of `trained` itself stays without scores."""
    settings, _ = trained
    home = tmp_path_factory.mktemp("scored") / "lake"
    shutil.copytree(settings.home, home, symlinks=True)
    settings = settings.model_copy(update={"home": home})
    first = learning.score_items(settings)
    build_scores(settings)
    publish_again(settings)
    return settings, first


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
    assert [trader.rank for trader in report.traders] == list(range(1, 8))
    amounts = [trader.expected_vnd for trader in report.traders]
    assert amounts == sorted(amounts, reverse=True)
    assert report.is_simulated
    for trader in report.traders:
        # The names of the restricted release; trader_id there is tr_000 … tr_059.
        assert trader.trader_name == f"CTY {trader.trader_id}"
        assert trader.low_vnd < trader.expected_vnd < trader.high_vnd
        assert 0 < len(trader.evidence) <= 5
        assert all(len(item.reasons) == 3 for item in trader.evidence)
    texts = {cell.value for row in openpyxl.load_workbook(file)["Giới thiệu"] for cell in row}
    assert report.model_id in texts
    assert any("bronze/declaration 7" in str(text) for text in texts)
    log = AuditLog.of(Layout(settings.home))
    assert "target_list" in log.path.read_text()
    assert log.verify().lines > 0


def test_the_irregular_fifth_of_the_traders_leads_the_list(scored, tmp_path):
    settings, _ = scored
    report = targeting.make_target_list(settings, tmp_path / "t.xlsx", rule=TargetRule(top=12))
    bad = [int(trader.trader_id.removeprefix("tr_")) % 5 == 0 for trader in report.traders]
    assert sum(bad) >= 9


def test_half_the_collectable_share_halves_the_amount(scored, tmp_path):
    settings, _ = scored
    whole, half = (
        targeting.make_target_list(
            settings, tmp_path / "t.xlsx", rule=TargetRule(top=1, collectable_ratio=ratio)
        )
        for ratio in (1.0, 0.5)
    )
    assert half.traders[0].expected_vnd == pytest.approx(
        whole.traders[0].expected_vnd / 2, rel=1e-6
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
    said = run(app, ["targets", *out, *home]).stdout
    assert "Simulated data" in said
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


def test_an_unknown_model_is_refused(trained):
    settings, _ = trained
    with pytest.raises(CustomsDataError, match="no model is named"):
        learning.train_model(settings, "other")


def test_the_window_is_five_years_to_the_day():
    assert window_start(date(2024, 6, 1)) == date(2019, 6, 1)
    assert window_start(date(2024, 2, 29)) == date(2019, 2, 28)
