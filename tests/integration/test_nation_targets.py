"""The audit list and the model of a small nation that went the whole way."""

import json
import re
import shutil
from contextlib import closing
from datetime import date

import numpy as np
import openpyxl
import pytest

from data_contracts.finding import FINDING_EN, FINDING_VI
from ml import bundle as bundles
from ml import extraction
from ml.learning import last_known_date
from ml.targets.expected import COLLECTABLE_RATIO, TargetRule, list_targets
from orchestration.operations.learning import train_model
from simulator.arguments import SimulationArguments
from simulator.world import run as simulate
from tests.benchmarks.target_truth import figures, hold
from tests.conftest import NATION
from warehouse.layout import Layout
from warehouse.reading import open_release
from warehouse.settings import LakeSettings

SOURCES = ("reference", "trader_registry", "vcis_extract")


def sheets(home):
    book = openpyxl.load_workbook(home / "reports" / "audit_targets.xlsx")
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def column(table, words):
    place = next(at for at, head in enumerate(table[2]) if words in head)
    return [row[place] for row in table[3:]]


def test_the_list_says_on_every_sheet_that_its_sources_are_simulated(nation_home):
    for name, rows in sheets(nation_home).items():
        words = " ".join(str(cell) for row in rows[:4] for cell in row)
        assert f"SIMULATED DATA ({', '.join(SOURCES)})" in words, name


def test_the_demo_says_what_its_rates_and_margins_tell(nation_home):
    told = json.loads((nation_home.parent / "nation.json").read_bytes())
    for part in ("evaluation", "lane"):
        assert told[part]["finding_vi"] == FINDING_VI
        assert told[part]["finding_en"] == FINDING_EN


def test_the_parts_of_each_amount_add_up_to_it_to_the_dong(nation_home):
    book = sheets(nation_home)
    listed = dict(zip(
        column(book["Danh sách"], "Tax code"), column(book["Danh sách"], "Expected (VND)"),
        strict=True,
    ))  # fmt: skip
    parts = dict.fromkeys(listed, 0)
    table = book["Cơ cấu số tiền"]
    for trader, amount in zip(
        column(table, "Tax code"), column(table, "Amount (VND)"), strict=True
    ):
        parts[trader] += amount
    assert listed
    assert parts == listed


def test_the_reasons_count_the_findings_with_duty_as_the_list_does(nation_home):
    book = sheets(nation_home)
    table = book["Danh sách"]
    findings, paying = column(table, "\nFindings"), column(table, "Findings with duty")
    counted = [
        sum(map(int, re.findall(r"with additional duty ([0-9]+),", cell)))
        for cell in column(table, "theo tiền (en)")
    ]
    assert sum(counted) > 0
    assert counted == paying
    assert all(few <= many for few, many in zip(paying, findings, strict=True))
    # Where they differ a finding brought nothing, and the reasons in money leave it out.
    assert paying != findings


def test_no_reason_is_a_time_a_missing_figure_or_newness_of_who_is_not_new(nation_home):
    book = sheets(nation_home)
    told = "\n".join(
        cell
        for sheet in ("Danh sách", "Bằng chứng")
        for words in ("Reasons in money (vi)", "theo tiền (en)")
        for cell in column(book[sheet], words)
    )
    assert told.count(" VND: ") > 100
    for never in (" giờ", "h local time", "ngày trong tuần", "day of the week", "no figure",
                  "không có số liệu", ": 0 of ", ": 0 irregular of "):  # fmt: skip
        assert never not in told
    days = re.findall(r"Doanh nghiệp mới: tờ khai đầu tiên cách đây ([0-9.]+) ngày", told)
    counts = re.findall(r"Doanh nghiệp mới: ([0-9.]+) tờ khai trước đây", told)
    assert len(days) + len(counts) == told.count("Doanh nghiệp mới")
    assert all(int(number.replace(".", "")) < 365 for number in days)
    assert all(int(number.replace(".", "")) < 50 for number in counts)


@pytest.mark.full
def test_training_again_on_the_same_release_changes_no_file(nation_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(nation_home, home, symlinks=True)
    models = Layout(home).models
    before = {path: path.read_bytes() for path in models.rglob("*") if path.is_file()}
    report = train_model(LakeSettings(home=home))
    assert report.is_released
    assert {path: path.read_bytes() for path in models.rglob("*") if path.is_file()} == before
    described = json.loads((models / "risk" / report.folder / "bundle.json").read_text())
    assert described["simulated_sources"] == list(SOURCES)


def test_the_list_is_nearer_to_the_truth_than_to_size(nation_home, tmp_path):
    simulate(
        SimulationArguments(
            out=tmp_path / "world",
            truth=tmp_path / "truth",
            first_date=date.fromisoformat(NATION["from"]),
            days=NATION["days"],
            scale=NATION["scale"],
            seed=NATION["seed"],
            random_arm=NATION["random-arm"],
            only=("reference",),
            processes=1,
        )
    )
    layout = Layout(nation_home)
    bundle = bundles.load(bundles.current_folder(layout.models, "risk"))
    systems = bundle.model.source_systems
    with closing(open_release(layout, "analyst")) as connection:
        as_of = last_known_date(connection, systems)
        extraction.label_items(connection, bundle.model.labels.without_delay(), systems, as_of)
        everybody = TargetRule(top=1_000_000, items_per_trader=1)
        targets = list_targets(connection, bundle, as_of, everybody)
        held = hold(connection, targets, tmp_path / "truth", COLLECTABLE_RATIO)
    found = figures(held)
    listed, by_size = (found["rankings"][name] for name in ("list", "declared_value"))
    assert found["list_with_declared_value"][0] < 0.6
    assert listed["with_open_loss"][1] > by_size["with_open_loss"][2]
    recovered = [ranking["recovered_of_the_best"]["10"] for ranking in (listed, by_size)]
    assert recovered[0] > 3 * recovered[1]
    # About as good as what was found so far (docs/decisions/0009), and it orders the others too.
    so_far = found["rankings"]["found_so_far"]["recovered_of_the_best"]
    for k, share in listed["recovered_of_the_best"].items():
        assert share > 0.8 * so_far[k]
    unfound = found["where_nothing_was_found"]
    assert unfound["list"][1] > unfound["declared_value"][2]
    assert unfound["list"][0] > 0.1
    # Of five nations 0.88 to 0.98, 0.95 in the mean: a nation has a luck of its own (sd 0.04), and
    # three of these below is none any more. The benchmark holds the mean to more than that.
    assert found["coverage_findable"] > 0.95 - 3 * 0.04
    assert np.isfinite(held.expected).all()
