"""The commands as an outsider calls them: one object with --json, one line when it goes wrong."""

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from benchmark.judgement import Capacity
from data_contracts.errors import CustomsDataError
from orchestration.cli import bench
from tests.unit.benchmark.nations import many, write_truth, write_world


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    rows, losses = many(6, 1200)
    write_world(folder / "world", rows)
    write_truth(folder / "truth", losses)
    return folder


def call(*words):
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["bench", *map(str, words)])


def told(*words):
    done = call(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def scored(folders, name, capacity):
    """Select, score, and keep the score in a file of its own."""
    out = folders / f"{name}.parquet"
    places = ("--world", folders / "world", "--truth", folders / "truth")
    told("select", name, "--out", out, "--capacity", capacity, *places)
    report = told("score", "--selection", out, "--capacity", capacity, *places)
    kept = folders / f"{name}.json"
    kept.write_text(json.dumps(report))
    return report, kept


def test_a_selection_is_made_scored_and_compared(folders):
    best, best_file = scored(folders, "oracle", 50)
    lot, lot_file = scored(folders, "random", 50)
    assert best["money"]["share_of_oracle"]["value"] == pytest.approx(1.0)
    assert lot["money"]["recovered_vnd"]["value"] < best["money"]["recovered_vnd"]["value"]
    found = told("compare", "--a", best_file, "--b", lot_file, "--unseen", "m2")
    assert found["unseen"] == ["m2"]
    assert found["measures"]["share_of_oracle_unseen"]["wins"] == 1
    assert best["nation"] == lot["nation"]
    twice = call("compare", "--a", best_file, best_file, "--b", lot_file, lot_file)
    assert "expected each nation once" in str(twice.exception)
    same = call("compare", "--a", best_file, "--b", best_file)
    assert "expected scores of two policies, found" in str(same.exception)
    words = call("compare", "--a", best_file, "--b", lot_file)
    assert "A above in 1 of 1" in words.stdout
    assert "  recovered, published mechanisms: A " in words.stdout
    assert "_" not in words.stdout
    assert words.stderr == "comparing 1 pair of scores\n"


def test_a_score_is_told_in_words_and_too_few_hits_give_no_rate(folders):
    scored(folders, "random", 5)
    places = ("--world", folders / "world", "--truth", folders / "truth")
    done = call("score", "--selection", folders / "random.parquet", *places)
    assert done.exit_code == 0
    assert "hit rate of checks: too few" in done.stdout


def test_a_choice_that_stands_twice_in_the_file_is_called_so(folders):
    scored(folders, "random", 5)
    table = pq.read_table(folders / "random.parquet")
    pq.write_table(pa.concat_tables([table, table.slice(0, 2)]), folders / "twice.parquet")
    places = ("--world", folders / "world", "--truth", folders / "truth")
    done = call("score", "--selection", folders / "twice.parquet", *places)
    assert "(0 impossible, 2 standing twice in the file, 0 checks" in done.stdout
    assert done.stderr == f"judging {folders / 'twice.parquet'}\n"


def test_audits_after_the_last_week_of_the_nation_are_told_and_earn_nothing(folders):
    late = folders / "late.csv"
    lines = [
        f"1,T{trader:02d},2025-03-03,2025-03-30,audit,2026-01-{trader + 1:02d} 09:00:00"
        for trader in range(20)
    ]
    header = "rank,trader,period_from,period_to,kind_of_check,selected_at"
    late.write_text("\n".join([header, *lines]) + "\n")
    places = ("--world", folders / "world", "--truth", folders / "truth", "--audit-capacity", 1)
    done = call("score", "--selection", late, *places)
    assert "0 of 20 choices count (20 impossible," in done.stdout
    assert "  impossible: 20 selected_at after the last week of the nation\n" in done.stdout
    assert "\nrecovered 0 VND" in done.stdout


def test_days_outside_the_nation_leave_no_empty_selection(folders):
    out = folders / "none.csv"
    words = ("--world", folders / "world", "--out", out, "--capacity", 1, "--from", "2030-01-01")
    done = call("select", "random", *words)
    assert "expected days with something to choose" in str(done.exception)
    assert not out.exists()


def test_the_folder_of_the_truth_is_no_world(folders, tmp_path):
    truth = folders / "truth"
    done = call("select", "random", "--world", truth, "--out", tmp_path / "x.csv", "--capacity", 1)
    assert "expected the folder of the outside files, found that of the" in str(done.exception)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2025-02-30", "expected a day that exists, found '2025-02-30': there is no such day"),
        ("30.2.2025", "expected a day YYYY-MM-DD, found '30.2.2025'"),
    ],
)
def test_a_day_that_is_none_is_told(tmp_path, day, told):
    words = ("--world", tmp_path, "--out", tmp_path / "x.csv", "--capacity", 1, "--from", day)
    done = call("select", "random", *words)
    assert done.exit_code == 2
    assert told in " ".join(done.output.replace("│", " ").split())


def test_the_capacity_is_enforced(folders):
    places = ("--world", folders / "world", "--truth", folders / "truth")
    told("select", "random", "--out", folders / "many.csv", "--capacity", 20, *places)
    report = told("score", "--selection", folders / "many.csv", "--capacity", 8, *places)
    assert (report["rows"]["counted"], report["rows"]["surplus_checks"]) == (32, 48)
    assert Capacity(checks=8).audits is None


def test_a_round_is_opened_and_told(folders):
    out = folders / "round"
    parameters = folders / "parameters.json"
    parameters.write_text('{"scale": "0.01"}')
    seeds = [word for seed in range(10) for word in ("--seed", 2**60 + seed)]
    opened = told("commit", "--out", out, "--parameters", parameters, *seeds)
    files = ("--commitment", out / "commitment.json", "--secret", out / "secret.json")
    assert told("reveal", *files)["sha256"] == opened["sha256"]
    secret = json.loads((out / "secret.json").read_text())
    (out / "secret.json").write_text(json.dumps(secret | {"seeds": [1]}))
    assert call("reveal", *files).exit_code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("guess", "--world", "."), "policy: expected one of oracle, .*; found guess"),
        (("value",), "value: expected --world, found none; give it"),
        (("oracle",), "oracle: expected --truth, found none; give it"),
        (("value", "--world", ".", "--kind", "audit"), "--kind: expected one of .*; found audit"),
        (("value", "--world", ".", "--audit-capacity", 3), "value: --audit-capacity would change"),
        (("legacy", "--world", ".", "--kind", "scanner"), "legacy: --kind would change nothing"),
        (("oracle", "--truth", ".", "--from", "2025-01-01"), "oracle: --from would change nothing"),
    ],
)
def test_what_a_policy_needs_is_told_apart(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("select", *words, "--out", "x.csv", "--capacity", 1)
    assert done.exit_code == 1
    assert re.match(told, str(done.exception))
    assert len(str(done.exception)) < 150
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("keys", "value", "place"),
    [
        (("nation",), 7, "$.nation"),
        (("money",), [], "$.money"),
        (("money", "mechanisms", "m1"), None, "$.money.mechanisms[...]"),
        (("money", "mechanisms", "m1", "recovered_vnd"), {}, "$.money.mechanisms[...].recovered"),
        (("money", "oracle_losses"), "many", "$.money.oracle_losses"),
        (("hit_rate", "checks"), 0.5, "$.hit_rate.checks"),
        (("early_warning", "median_days"), "3", "$.early_warning.median_days"),
        (("recall", "checks"), [{}], "$.recall.checks[0]"),
        (("capacity",), 50, "$.capacity"),
    ],
)
def test_a_damaged_score_is_told_by_file_and_place(folders, tmp_path, keys, value, place):
    score, whole = scored(folders, "random", 5)
    inner = score
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path = tmp_path / "damaged.json"
    path.write_text(json.dumps(score))
    for pair in (("--a", whole, "--b", path), ("--a", path, "--b", path)):
        error = call("compare", *pair).exception
        assert isinstance(error, CustomsDataError)
        assert str(error).startswith(f"{path}, at {place}")
        assert str(error).endswith("; give the output of customs bench score --json")


def test_what_is_no_score_is_told(tmp_path):
    path = tmp_path / "score.json"
    path.write_text("{}")
    done = call("compare", "--a", path, "--b", path)
    told = str(done.exception)
    assert told.startswith(f"{path}, at $: object missing required field")
    assert told.endswith("give the output of customs bench score --json")
