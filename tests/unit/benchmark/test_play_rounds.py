"""`customs bench play` with what a round or an outsider says, as they call it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from benchmark.rounds import digest
from benchmark.told_rounds import read_round
from orchestration.cli import bench
from tests.unit.benchmark.test_lived_nation import GREEDY

SEEDS = [2**60 + 71, 2**63 - 1]
SMALL = {"scale": "0.0005", "days": 14, "warmup_days": 28, "mechanisms": ["greedy", "mistake"]}
SMALL |= {"history_weeks": 2, "policy_seconds": "30", "policy_memory": 8}
QUICK = ("--scale", 0.0005, "--days", 14, "--warmup", 28, "--capacity", 5, "--policy", "value")

# Files are written where others play: a week of them will do.
SHORT = (*QUICK, "--days", 7, "--warmup", 14)


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
    words = ("--parameters", folder / "args.json", "--mechanism-folder", folder / "private")
    words += ("--capacity", 5, "--audits", 1)
    told("commit", "--out", folder / "round", "--seed", *SEEDS, *words)
    return folder / "round", folder / "private"


def test_a_round_is_not_written_among_what_it_commits_to(opened):
    _, private = opened
    words = ("--seed", *SEEDS, "--mechanism-folder", private)
    done = call("commit", "--out", private / "round", *words)
    assert "--out: expected a folder apart from the private mechanisms" in str(done.exception)
    assert [path.name for path in private.iterdir() if path.suffix] == ["greedy.py"]
    assert "expected the name of a round" in str(
        call("commit", "--out", "x", *words, "--name", " ").exception
    )


def test_a_round_is_played_as_it_was_committed_to(opened):
    folder, private = opened
    secret = folder / "secret.json"
    words = ("--secret", secret, "--mechanism-folder", private)
    report = told("play", *words, "--policy", "value", "random")
    assert report["round"] == digest(read_round(secret))
    assert report["round"] == json.loads((folder / "commitment.json").read_text())["sha256"]
    assert [(one["seed"], one["weeks"]) for one in report["nations"]] == [
        (seed, 2) for seed in SEEDS
    ]
    assert report["scale"] == 0.0005
    assert report["capacity"] == {"checks": 5, "audits": 1}
    assert report["unseen"] == ["greedy"]
    assert set(report["policies"]["value"]["mechanisms"]) <= {"greedy", "mistake"}
    (compared,) = report["comparisons"]
    assert (compared["a"], compared["b"]) == ("value", "random")


def test_policies_of_a_round_may_read_and_use_what_it_says(opened, tmp_path):
    folder, private = opened
    own = command(
        tmp_path,
        "#!/usr/bin/env python3\nimport resource, sys\nimport pyarrow.parquet as pq\n"
        "table = pq.read_table(sys.argv[1] + '/../history/registered/tk.parquet')\n"
        "first = min(table['NGAY_DK'].to_pylist())\n"
        "sys.exit(f'read {first[:10]} with {resource.getrlimit(resource.RLIMIT_AS)[0] >> 30}')\n",
    )
    words = ("--secret", folder / "secret.json", "--mechanism-folder", private)
    done = call("play", *words, "--policy-folder", own)
    assert "read 2024-06-17 with 8" in str(done.exception)


def test_seeds_of_many_nations_lie_within_bounds():
    done = call("play", *QUICK, "--seed", 2**63 - 2, "--nations", 3)
    assert done.exit_code == 2
    shown = " ".join(done.stderr.replace("│", " ").split())
    assert "seeds of 3 nations up to 9223372036854775807, found 9223372036854775806" in shown


def test_a_round_is_not_played_by_another_version(opened, tmp_path):
    folder, private = opened
    secret = json.loads((folder / "secret.json").read_text())
    secret["parameters"]["version"] = "0.0.1"
    other = tmp_path / "secret.json"
    other.write_text(json.dumps(secret))
    done = call("play", "--secret", other, "--mechanism-folder", private)
    assert done.exit_code != 0
    assert "version of this simulator, " in str(done.exception)
    assert "0.0.1" not in str(done.exception)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--seed", 1), "leave out --seed"),
        (("--nations", 2, "--scale", 0.004), "leave out --scale, --nations"),
        (("--from", "2024-07-01", "--warmup", 7), "leave out --from, --warmup"),
        (("--capacity", 9, "--audits", 0), "leave out --capacity, --audits"),
        (("--mechanisms", "none", "--random-arm", 0), "leave out --mechanisms, --random-arm"),
        (("--history-weeks", 26, "--policy-memory", 1), "out --history-weeks, --policy-memory"),
        (("--policy-seconds", 10), "leave out --policy-seconds"),
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


def test_a_mechanism_that_never_begins_is_told_when_it_is_committed_and_played(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    days = "nation.written_from * one, (nation.last_day + 1) * one"
    late = GREEDY.replace(days, "(nation.last_day + 1) * one, (nation.last_day + 9) * one")
    (private / "late.py").write_text(late)
    (tmp_path / "args.json").write_text(json.dumps(SMALL))
    words = ("--parameters", tmp_path / "args.json", "--mechanism-folder", private, "--capacity", 5)
    done = call("commit", "--out", tmp_path / "round", "--seed", *SEEDS, *words)
    nations = f"{len(SEEDS)} of {len(SEEDS)} nations"
    assert f"no scheme begins by the last day in {nations}" in done.stdout
    done = call("play", *QUICK, "--mechanism-folder", private)
    assert "no scheme begins by the last day in 1 of 1 nation" in done.stdout
    assert "no scheme begins by the last day\n" in done.stderr


def test_a_nation_has_the_mechanisms_asked_for():
    report = told("play", *QUICK, "--mechanisms", "undervaluation", "mistake")
    found = report["policies"]["value"]["mechanisms"]
    assert found
    assert set(found) <= {"undervaluation", "mistake"}
    done = call("play", *QUICK, "--mechanisms", "none", "--json")
    # Where no terminal shows what is being done, each step is a line.
    weeks = json.loads(done.stdout)["nations"][0]["weeks"]
    assert done.stderr.splitlines() == [
        "nation 1 of 1: warm-up",
        *(f"nation 1 of 1: value, week {place} of {weeks}" for place in range(1, weeks + 1)),
    ]
    empty = json.loads(done.stdout)["policies"]["value"]
    assert (empty["mechanisms"], empty["true_loss_vnd"]) == ({}, 0)


def command(tmp_path, text):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "run").write_text(text)
    (folder / "run").chmod(0o755)
    return folder


@pytest.mark.full
def test_a_policy_reads_as_many_weeks_as_asked_for(tmp_path):
    own = command(
        tmp_path,
        "#!/usr/bin/env python3\nimport sys\nimport pyarrow.parquet as pq\n"
        "table = pq.read_table(sys.argv[1] + '/../history/registered/tk.parquet')\n"
        "days = sorted(table['NGAY_DK'].to_pylist())\n"
        "sys.exit(f'read {days[0][:10]} {days[-1][:10]}')\n",
    )
    for weeks, first in ((1, "2024-06-24"), (2, "2024-06-17")):
        done = call("play", *SHORT, "--policy-folder", own, "--history-weeks", weeks)
        assert f"read {first} 2024-06-30" in str(done.exception), weeks


def test_own_policies_come_first_unless_they_are_named_elsewhere(tmp_path):
    own = command(tmp_path, "#!/bin/sh\necho rank,kind_of_check,selected_at > $2\n")
    words = ("play", *SHORT, "--policy-folder", own, "--history-weeks", 1)
    assert list(told(*words)["policies"]) == ["own", "value"]
    assert list(told(*words, "--policy", "own")["policies"]) == ["value", "own"]


def test_a_secret_that_a_policy_could_read_is_refused(opened, tmp_path):
    folder, private = opened
    own = command(tmp_path, "#!/bin/sh\n")
    secret = own / "secret.json"
    secret.write_bytes((folder / "secret.json").read_bytes())
    words = ("--secret", secret, "--mechanism-folder", private, "--policy-folder", own)
    assert "a place that no policy can read" in str(call("play", *words).exception)
