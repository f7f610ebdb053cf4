"""`customs bench play` with what a round or an outsider says, as they call it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from benchmark.rounds import digest, read_round
from orchestration.cli import bench
from tests.unit.benchmark.test_lived_nation import GREEDY

SMALL = {"scale": "0.0005", "days": 14, "warmup_days": 28, "mechanisms": ["greedy", "mistake"]}
QUICK = ("--scale", 0.0005, "--days", 14, "--warmup", 28, "--capacity", 5, "--policy", "value")


def call(*words):
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["bench", *map(str, words)])


def told(*words):
    done = call(*words, "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("round")
    (folder / "private").mkdir()
    (folder / "private" / "greedy.py").write_text(GREEDY)
    (folder / "args.json").write_text(json.dumps(SMALL))
    words = ("--parameters", folder / "args.json", "--mechanisms", folder / "private")
    words += ("--capacity", 5, "--audits", 1)
    told("commit", "--out", folder / "round", "--seed", 71, 12, *words)
    return folder / "round", folder / "private"


def test_a_round_is_played_as_it_was_committed_to(opened):
    folder, private = opened
    secret = folder / "secret.json"
    words = ("--secret", secret, "--mechanism-folder", private)
    report = told("play", *words, "--policy", "value", "random")
    assert report["round"] == digest(read_round(secret))
    assert report["round"] == json.loads((folder / "commitment.json").read_text())["sha256"]
    assert [(one["seed"], one["weeks"]) for one in report["nations"]] == [(71, 2), (12, 2)]
    assert report["scale"] == 0.0005
    assert report["capacity"] == {"checks": 5, "audits": 1}
    assert report["unseen"] == ["greedy"]
    assert set(report["policies"]["value"]["mechanisms"]) <= {"greedy", "mistake"}
    (compared,) = report["comparisons"]
    assert (compared["a"], compared["b"]) == ("value", "random")


def test_a_round_is_not_played_by_another_version(opened, tmp_path):
    folder, private = opened
    secret = json.loads((folder / "secret.json").read_text())
    secret["parameters"]["version"] = "0.0.1"
    other = tmp_path / "secret.json"
    other.write_text(json.dumps(secret))
    done = call("play", "--secret", other, "--mechanism-folder", private)
    assert done.exit_code != 0
    assert "version" in str(done.exception)
    assert "0.0.1" in str(done.exception)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--seed", 1), "leave out --seed"),
        (("--nations", 2, "--scale", 0.004), "leave out --scale, --nations"),
        (("--from", "2024-07-01", "--warmup", 7), "leave out --from, --warmup"),
        (("--capacity", 9, "--audits", 0), "leave out --capacity, --audits"),
        (("--mechanisms", "none", "--random-arm", 0), "leave out --mechanisms, --random-arm"),
    ],
)
def test_what_a_round_says_itself_is_not_said_again(opened, words, why):
    folder, private = opened
    given = ("--secret", folder / "secret.json", "--mechanism-folder", private)
    done = call("play", *given, *words)
    assert done.exit_code == 1
    assert why in str(done.exception)


def test_a_round_is_not_played_without_its_mechanisms(opened):
    done = call("play", "--secret", opened[0] / "secret.json")
    assert "give --mechanism-folder the folder" in str(done.exception)


def test_a_nation_has_the_mechanisms_asked_for():
    report = told("play", *QUICK, "--mechanisms", "undervaluation", "mistake")
    found = report["policies"]["value"]["mechanisms"]
    assert found
    assert set(found) <= {"undervaluation", "mistake"}
    empty = told("play", *QUICK, "--mechanisms", "none")["policies"]["value"]
    assert (empty["mechanisms"], empty["true_loss_vnd"]) == ({}, 0)


def test_a_policy_reads_as_many_weeks_as_asked_for(tmp_path):
    path = tmp_path / "counting.py"
    path.write_text(
        "from benchmark.play.policies import Lot\n"
        "class POLICY(Lot):\n"
        "    name = 'counting'\n"
        "    def __init__(self, history, seed):\n"
        "        super().__init__(seed)\n"
        "        days = sorted(history.registered['tk']['NGAY_DK'].to_pylist())\n"
        "        print(f'read {days[0][:10]} {days[-1][:10]}')\n"
    )
    for weeks, first in ((1, "2024-06-24"), (3, "2024-06-10"), (9, "2024-06-03")):
        done = call("play", *QUICK, "--policy-file", path, "--history-weeks", weeks)
        assert done.exit_code == 0, done.exception
        assert f"read {first} 2024-06-30" in done.stdout, weeks


def test_own_policies_come_first_unless_they_are_named_elsewhere(tmp_path):
    path = tmp_path / "own.py"
    path.write_text("from benchmark.play.policies import Lot\nPOLICY = lambda _, seed: Lot(seed)\n")
    words = ("play", *QUICK, "--policy-file", path)
    assert list(told(*words)["policies"]) == ["own", "value"]
    assert list(told(*words, "--policy", "own")["policies"]) == ["value", "own"]
