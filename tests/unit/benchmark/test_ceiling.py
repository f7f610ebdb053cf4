"""The ceiling on a planted nation: what it is taught, what it may see, what it finds."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmark.arrays import DAY_SECONDS, last_second_of, week_of
from benchmark.ceiling.nation import Question, read
from benchmark.ceiling.report import CEILING, LABELS, OTHERS, OWN, WITH_AUDITS, measure
from benchmark.ceiling.taught import the_labels, the_truth, the_whole_truth
from benchmark.ceiling.weeks import weekly_signs
from benchmark.kinds import KINDS, PHYSICAL
from benchmark.results_page import read_contest, render
from benchmark.wording import ceiling_lines
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import NOTE
from orchestration.cli import bench
from tests.builders import write_csv
from tests.unit.benchmark.mechanism_world import ELSEWHERE, FIRST, World, tariff
from tests.unit.benchmark.nations import LIMITS, MONDAY, day, number

WEEKS, JUDGED, A_WEEK = 6, 1, 20
# The first of each week's declarations are bad, the others honest.
BAD = 12
SHOWS = {"misclassification": {"MA_HS": ELSEWHERE}, "undervaluation": {"DON_GIA": "40.00"}}
QUESTION = Question(checks=6, audits=1, judged_weeks=JUDGED, limits=LIMITS)


def planted(folder, seed):
    """Twelve of twenty a week are far too cheap or of an odd code; every fourth is inspected."""
    draw = np.random.default_rng(seed)
    world = World()
    tariff(world)
    for trader in range(10):
        firm = {"MA_DN": f"T{trader:02d}", "NGAY_TL": "2020-01-01", "DIA_CHI": f"{trader}"}
        world.add("dn", **firm, LOAI="C", TRANG_THAI="1", MA_CU=None)
    for week in range(WEEKS):
        for place in range(A_WEEK):
            bad = place < BAD
            kind = ("misclassification", "undervaluation")[place % 2]
            goods = {"DON_GIA": f"{draw.uniform(90, 110):.2f}"} | (SHOWS[kind] if bad else {})
            trader = f"T{draw.integers(10):02d}"
            at = world.declared(trader, 7 * week + place % 5, goods)
            if bad:
                seen = {"visible_by": "documents,physical,audit", "duty_evaded_vnd": 10**6 + seed}
                world.irregular(at, kind, kind, **seen)
            if place % 4 == 0:
                looked(world, at, week, bad=bad)
    return world.write(folder)


def looked(world, at, week, *, bad):
    end = f"{FIRST + timedelta(weeks=week, days=6)} 10:00:00"
    world.add(
        "kiemtra", MA_KT=f"KT{at}", STT_KT=1, SO_TK_GOC=number(at), STT=1, HINH_THUC="3", TU=end,
        DEN=end, KET_QUA=1 if bad else 0, THUE_TANG=100_000 if bad else 0, MA_CB="CB1",
    )  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = [planted(tmp_path_factory.mktemp("ceiling"), seed) for seed in (1, 2)]
    for world, truth in made:
        (truth / "world.json").write_text(json.dumps({"out": str(world)}))
        (world / NOTE).write_text(json.dumps({"arguments": {"scale": 0.002}}))
    return made


@pytest.fixture(scope="module")
def nations(folders):
    return [read(truth, QUESTION) for _, truth in folders]


def test_a_nation_that_tells_no_scale_is_refused(tmp_path):
    world, truth = planted(tmp_path, 1)
    (truth / "world.json").write_text(json.dumps({"out": str(world)}))
    with pytest.raises(CustomsDataError, match=r"expected the scale .*; make the nation anew"):
        read(truth, QUESTION)


def test_the_truth_is_taught_of_the_weeks_before_alone(nations):
    one = nations[0]
    lesson = the_truth(PHYSICAL)(one)
    learned = WEEKS - JUDGED
    assert (len(lesson.place), lesson.is_irregular.sum()) == (learned * A_WEEK, learned * BAD)
    assert one.items.week[lesson.place].max() == one.first_week - 1
    assert the_whole_truth(one).is_irregular.sum() == WEEKS * BAD


def test_what_does_not_show_before_the_judged_weeks_is_taught_as_right_as_of_then(nations):
    """One item of each week shows with the judged week, one after the last day."""
    one = nations[0]
    opening = int(last_second_of(np.array([one.first_week - 1]))[0]) // DAY_SECONDS + 1
    shows = one.wrong.shows.copy()
    shows[::BAD], shows[1::BAD] = opening, opening + 7 * JUDGED
    late = replace(one, wrong=replace(one.wrong, shows=shows))
    learned = WEEKS - JUDGED
    lesson, whole = the_truth(PHYSICAL)(late), the_whole_truth(late)
    assert (len(lesson.place), lesson.is_irregular.sum()) == (learned * A_WEEK, learned * (BAD - 2))
    assert whole.is_irregular.sum() == WEEKS * (BAD - 1)
    assert the_truth(PHYSICAL)(one).is_irregular.sum() == learned * BAD
    shown = replace(one, wrong=replace(one.wrong, shows=np.minimum(shows, opening - 1)))
    assert the_truth(PHYSICAL)(shown).is_irregular.sum() == learned * BAD


def test_what_a_kind_of_check_cannot_see_is_no_lesson_for_it(nations):
    scanner = the_truth(KINDS.index("scanner"))(nations[0])
    looks = the_truth(PHYSICAL)(nations[0])
    assert 0 < scanner.vnd.sum() < looks.vnd.sum()


def test_of_a_mechanism_left_out_nothing_is_taught(nations):
    one = nations[0]
    left = the_truth(PHYSICAL, ("undervaluation",))(one)
    kept = (WEEKS - JUDGED) * (A_WEEK - BAD // 2)
    assert (len(left.place), left.is_irregular.sum()) == (kept, (WEEKS - JUDGED) * BAD // 2)


def test_labels_are_what_had_come_back_by_then(nations):
    told = the_labels(nations[0])
    learned = WEEKS - JUDGED
    assert (len(told.place), told.is_irregular.sum()) == (learned * 5, learned * 3)
    assert set(told.vnd.tolist()) == {0.0, 100_000.0}


def test_signs_of_a_week_know_no_later_file(folders, tmp_path):
    world, _ = folders[0]
    for path in world.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    fined_on = FIRST + timedelta(weeks=5)
    fines = [{"SO_QD": f"Q{i}", "MA_DN": f"T{i:02d}", "NGAY_QD": fined_on} for i in range(10)]
    write_csv(tmp_path / f"vipham_{fined_on:%Y%m%d}.csv", fines)
    first = int(week_of(np.array([day(MONDAY)]))[0])
    before, after = (
        weekly_signs(one, range(first + 4, first + 6), LIMITS) for one in (world, tmp_path)
    )
    early = A_WEEK
    assert before.slice(0, early).equals(after.slice(0, early))
    assert set(before["fined"].to_pylist()) == {0}
    assert after["fined"].to_pylist()[early:] == [1] * A_WEEK


def test_what_came_of_a_declaration_in_its_week_is_a_sign_of_others_alone(folders, tmp_path):
    world, _ = folders[0]
    for path in world.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    line = {"SEQ_NO": 1, "OP": "I", "SO_TK_GOC": number(0), "STT": 1, "MA_SAC_THUE": "N"}
    write_csv(tmp_path / "andinh_20250305.csv", [line | {"SO_QD": "QDAD-1", "HUY_BO": None}])
    write_csv(tmp_path / "khaibosung_20250305.csv", [line | {"SO_KBS": "1", "LOAI": "YC"}])
    first = int(week_of(np.array([day(MONDAY)]))[0])
    signs = weekly_signs(tmp_path, range(first, first + 2), LIMITS)
    is_own = np.array(signs["number"]) == number(0)
    for sign in ("assessed_anew", "corrected", "corrected_on_request"):
        counts = np.array(signs[sign])
        assert (counts[is_own].tolist(), counts.max()) == ([0], 1), sign


def test_the_ceiling_has_all_that_the_oracle_has_and_less_of_what_nobody_taught(nations, tmp_path):
    report = measure(nations, QUESTION, lambda _: None)
    shares = {name: one["share_of_played_oracle"] for name, one in report["policies"].items()}
    assert shares[CEILING] == pytest.approx(1.0)
    assert min(shares[OWN], shares[OTHERS]) > 0.9
    assert shares["random"] < 0.9
    rates = {name: one["hit_rate"]["audits"]["of"] for name, one in report["policies"].items()}
    assert rates[CEILING + WITH_AUDITS] == rates[LABELS + WITH_AUDITS] == 2 * JUDGED
    assert shares["oracle" + WITH_AUDITS] == pytest.approx(1.0)
    everything = report["left_out"]["all"]
    assert everything["taught"]["value"] == pytest.approx(1.0)
    assert everything["left_out"]["value"] < 0.9
    (tmp_path / "ceiling.json").write_text(json.dumps(report))
    page = render({"ceiling": read_contest(tmp_path / "ceiling.json")})
    assert "Mechanisms that were taught, and that were left out" in page
    lines = list(ceiling_lines(report))
    assert "  undervaluation: too few (6 losses)" in lines
    for name, one in report["policies"].items():
        (line,) = (line for line in lines if line.startswith(f"{name}: recovered "))
        assert ("that played" in line) == (one["share_of_oracle"] is not None)


def test_a_nation_without_weeks_to_learn_from_is_refused(folders):
    words = ("ceiling", "--truth", folders[0][1], "--capacity", 6, "--judged-weeks", WEEKS)
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    done = CliRunner().invoke(app, ["bench", *map(str, words)])
    assert "simulate more days or judge fewer weeks" in str(done.exception)
