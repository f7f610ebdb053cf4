"""Goods of a played nation: they leave once, and wait for the looks that they have not escaped."""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmark.play.game import play
from benchmark.play.nation import LivedNation
from benchmark.play.opening import open_nation
from simulator.arguments import SimulationArguments
from tests.simulator.decoded import table_files
from tests.simulator.outside_text import unpacked
from tests.unit.benchmark.test_post import LATEST, SEED, WEEKS, Reader, sent_by


@pytest.fixture(scope="module")
def games(tmp_path_factory):
    """Policies that have played: one looked at nothing, one at everything."""
    start = open_nation(
        SimulationArguments(
            out=Path(), first_date=date(2025, 3, 3), days=WEEKS * 7, scale=0.0004, seed=SEED,
            warmup_days=49,
        ),
        history_weeks=4,
    )  # fmt: skip
    policies = Reader(0.0), Reader(1.0)
    for policy in policies:
        play(LivedNation(start, tmp_path_factory.mktemp("game")), policy, LATEST)
    return policies


def lines_by(policy, name):
    files = [path for view in policy.views for path in table_files(view.sent, name)]
    return [json.loads(line) for path in files for line in unpacked(path)[0].splitlines()]


def looks_at_goods(policy):
    looks = sent_by(policy, "kiemtra")
    looks = looks.filter(pc.is_in(looks["HINH_THUC"], pa.array(["2", "3", "4"])))
    return looks.filter(pc.is_valid(looks["DEN"])).to_pylist()


def test_a_lorry_leaves_once_and_never_while_its_goods_are_looked_at(games):
    checked = 0
    for policy in games:
        slips = sent_by(policy, "vanchuyen").to_pylist()
        left = {(row["SO_TK"][:11], row["TT_DI"]) for row in slips if row["TT_DI"]}
        assert len(left) > 5
        assert len({base for base, _ in left}) == len(left)
        for row in looks_at_goods(policy):
            gone = [moment for base, moment in left if base == row["SO_TK_GOC"]]
            assert all(moment < row["TU"] or moment > row["DEN"] for moment in gone)
            checked += len(gone)
    assert checked > 2


def test_goods_leave_port_or_gate_once_and_never_while_they_are_looked_at(games):
    checked = 0
    for policy in games:
        once, left = set(), defaultdict(list)
        for row in lines_by(policy, "port_message"):
            if row["kind"] == "GATE_OUT":
                once.add((row["id"], row["decl"][:11], row["ts"][:19].replace("T", " ")))
        for row in lines_by(policy, "lang_son_gate"):
            if row["type"] == "GATE_OUT":
                second = str(np.datetime64(row["ts"] // 1000 + 25_200, "s")).replace("T", " ")
                once |= {(row["eventId"], number[:11], second) for number in row["declarations"]}
        assert len({one[:2] for one in once}) == len(once) > 50
        for _, base, second in once:
            left[base].append(second)
        for row in looks_at_goods(policy):
            gone = left[row["SO_TK_GOC"]]
            assert all(moment < row["TU"] or moment > row["DEN"] for moment in gone)
            checked += len(gone)
    assert checked > 20
