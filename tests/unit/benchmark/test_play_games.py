"""Reference policies in closed loop, and what a contest tells."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import typer
from typer.testing import CliRunner

from benchmark.judgement import Capacity
from benchmark.play.contest import POLICIES, Contest, hold
from benchmark.play.game import OUTCOMES, play
from benchmark.play.learning import Desk, keys_of
from benchmark.play.nation import LivedNation
from benchmark.play.opening import open_nation
from benchmark.wording import game_lines
from data_contracts.errors import CustomsDataError
from orchestration.cli import bench
from simulator.arguments import VERSION, SimulationArguments
from tests.unit.benchmark.test_lived_nation import GREEDY
from tests.unit.simulator.nation import many_schemes

CAPACITY = Capacity(12, 2)


def arguments(**changes):
    values = {
        "out": Path(), "first_date": date(2025, 3, 3), "days": 28, "scale": 0.001, "seed": 5,
        "warmup_days": 70,
    }  # fmt: skip
    return SimulationArguments(**(values | changes))


@pytest.fixture(scope="module")
def start():
    return open_nation(arguments())


@pytest.fixture(scope="module")
def contest():
    with many_schemes(share=6.0, item_share=(0.6, 1.0)):
        return hold(Contest(arguments(), ("xgboost", "random", "oracle"), CAPACITY, seeds=(5, 6)))


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_chooses_within_its_capacity(start, name):
    nation = LivedNation(start)
    game = play(nation, POLICIES[name](nation, 1), CAPACITY)
    looks, audits = (~game.selection.is_audit).sum(), game.selection.is_audit.sum()
    assert (game.invalid, game.surplus) == (0, 0)
    assert audits == 2 * start.weeks
    assert looks == 12 * start.weeks if name != "oracle" else 0 < looks <= 12 * start.weeks


@pytest.mark.parametrize("name", ["random", "past_rate", "xgboost"])
def test_policies_are_seeded(start, name):
    games = []
    for _ in range(2):
        nation = LivedNation(start)
        games.append(play(nation, POLICIES[name](nation, 3), CAPACITY))
    assert np.array_equal(games[0].selection.number, games[1].selection.number)


def test_the_oracle_is_above_the_lot(contest):
    best, lot = (contest["policies"][name] for name in ("oracle", "random"))
    assert best["recovered_vnd"] > 2 * lot["recovered_vnd"]
    assert best["share_of_played_oracle"] == 1.0
    assert best["hit_rate"]["checks"]["hits"] > lot["hit_rate"]["checks"]["hits"]
    assert best["told"]["irregular_items"] > lot["told"]["irregular_items"]


def test_no_rate_is_told_under_thirty(contest):
    lot = contest["policies"]["random"]
    assert lot["hit_rate"]["audits"]["value"] is None
    few = [one for one in lot["mechanisms"].values() if one["oracle_losses"] < 30]
    assert few
    assert all(one["share_of_oracle"] is None for one in few)


def test_nations_are_compared_in_pairs(contest):
    assert [(one["a"], one["b"]) for one in contest["comparisons"]] == [
        ("xgboost", "random"),
        ("xgboost", "oracle"),
    ]
    assert [one["seed"] for one in contest["nations"]] == [5, 6]
    measure = contest["comparisons"][1]["measures"]["recovered_million_vnd"]
    assert measure["wins"] == 0
    json.dumps(contest)
    assert any("A xgboost, B random" in line for line in game_lines(contest))


def test_what_was_left_out_is_told(contest):
    assert contest["policies"]["random"]["not_counted"] == {
        "invalid": 0,
        "twice": 0,
        "surplus": 0,
        "invalid_by_reason": {},
    }
    assert not any("left out" in line for line in game_lines(contest))
    of_others = contest["policies"]["random"] | {"not_counted": {"invalid": 1, "surplus": 2}}
    lines = game_lines(contest | {"policies": {"random": of_others}})
    assert "  not counted: 1 impossible choice, 2 over capacity" in lines
    by_reason = {"declaration is not of the week": 1, "stands twice in the selection": 1}
    counts = {"invalid": 2, "twice": 1, "surplus": 0, "invalid_by_reason": by_reason}
    again = of_others | {"not_counted": counts}
    told = "\n".join(game_lines(contest | {"policies": {"random": again}}))
    assert "1 impossible choice, 1 standing twice in the file of a week, 0 over capacity" in told
    assert "  impossible: 1 declaration is not of the week" in told
    assert "impossible: 1 stands twice" not in told


def test_a_contest_says_what_was_played(contest):
    assert contest["nation"] == {
        "version": VERSION,
        "first_date": arguments().first_date.isoformat(),
        "days": arguments().days,
        "warmup_days": arguments().warmup_days,
        "random_arm": arguments().random_arm,
        "mechanisms": [],
    }
    used = [nation["policies"]["random"]["used"] for nation in contest["nations"]]
    whole = contest["policies"]["random"]["used"]
    assert whole["seconds"] == pytest.approx(sum(one["seconds"] for one in used))
    assert whole["memory_bytes"] is None


def test_mechanisms_from_outside_are_told_apart(tmp_path):
    (tmp_path / "greedy.py").write_text(GREEDY)
    names = ("greedy", "undervaluation")
    given = arguments(mechanism_folder=tmp_path, mechanisms=names, days=14)
    report = hold(Contest(given, ("oracle", "random"), CAPACITY, seeds=(5, 6)))
    assert report["unseen"] == ["greedy"]
    measures = report["comparisons"][0]["measures"]
    # The judge's oracle is greedy: who plays with the truth may choose audits a little better.
    assert measures["share_of_oracle_unseen"]["a"] == pytest.approx(1.0, rel=1e-3)
    assert any(line.startswith("  greedy (unseen)") for line in game_lines(report))


def test_unknown_policies_are_refused():
    for names in (("guess",), (), ("random", "random")):
        with pytest.raises(CustomsDataError, match="each once"):
            hold(Contest(arguments(), names, CAPACITY))


def test_a_desk_knows_only_what_was_told(start):
    nation = LivedNation(start)
    tables, desk = nation.registered(start.first_week), Desk()
    items = desk.observe(tables, start.first_week)
    assert len(desk.known()[1]) == 0
    number = str(items.number[0])
    row = {"SO_TK_GOC": number, "STT": "1", "HINH_THUC": "4", "KET_QUA": "1", "known": 1}
    columns = [pa.array([row.get(field.name)], field.type) for field in OUTCOMES]
    desk.learn(pa.table(columns, schema=OUTCOMES))
    features, labels = desk.known()
    own = items.number == items.number[0]
    assert len(features) == len(labels) == own.sum()
    assert labels.sum() == 1
    rates, checked = desk.past_rates(items.grains)
    assert checked[own].tolist() == [float(own.sum())] * own.sum()
    assert rates[own, 0].min() > 0


def test_equal_texts_have_equal_keys_whenever_they_come():
    one = keys_of(pa.chunked_array([["CN", "VN", None], ["CN"]]))
    other = keys_of(pa.chunked_array([["VN", "", "CN"]]))
    assert one[0] == one[3] == other[2] != one[1] == other[0]
    assert one[2] == other[1]


def test_the_command_plays():
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    words = {
        "--scale": 0.001, "--days": 14, "--warmup": 28, "--policy": "value", "--capacity": 5,
    }  # fmt: skip
    given = [str(word) for pair in words.items() for word in pair]
    done = CliRunner().invoke(app, ["bench", "play", "--json", *given])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["nations"][0]["policies"]["value"]["rows"]["counted"] == 10
    assert told["comparisons"] == []
