"""Nothing in the files tells irregular goods from others but what a scheme changes for a reason."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.arguments import SimulationArguments
from simulator.mechanisms.loading import NAMES
from simulator.world import run
from tests.simulator.leak_channels import frames
from tests.simulator.leak_tables import TABLES
from tests.simulator.leaks import Frame, Verdict, examine, judge, leaking
from tests.unit.simulator.nation import many_schemes

_COMMONER, _ITEM_SHARE = 40.0, (0.3, 0.6)
_FEW = 3
_IN_A_SMALL_WORLD = {
    "declaration", "goods", "certificates", "presence", "manifest", "port_message",
    "lang_son_gate", "weighbridge", "scan_result", "seal_stream", "vanchuyen", "persons", "nop",
    "baolanh", "co_form", "dn", "chusohuu", "cosx", "hopdonggc", "licence", "qtnvl", "qtsp", "dmtt",
}  # fmt: skip
# Tables with a handful of rows about honest and guilty alike, whatever the scale.
_TOO_FEW = {"intelligence", "cases", "ktstq", "dmmt"}
# Too few fitting traders or checks in a small world to compare each of them by itself.
_SOME_MECHANISMS = 14


@pytest.fixture(scope="module")
def many():
    """Let schemes be common from the first day, and half of what they cover be honest."""
    with many_schemes(_COMMONER, _ITEM_SHARE):
        yield


def _verdicts(folder: Path, scale: float, days: int) -> list[Verdict]:
    out, truth = folder / "out", folder / "truth"
    summary = run(
        SimulationArguments(
            out=out, truth=truth, first_date=date(2025, 2, 1), days=days, scale=scale, seed=5,
            warmup_days=120, random_arm=0.02,
        )
    )  # fmt: skip
    assert summary.irregular_items > 0
    return examine(frames(out, truth))


def _compared(found: list[Verdict]) -> set[str]:
    """Return the frames in which some channel was judged on a few irregular clusters at least."""
    return {one.channel.partition(":")[0] for one in found if one.irregular >= _FEW}


@pytest.mark.full
@pytest.mark.usefixtures("many")
def test_side_channels_of_a_small_world_say_nothing(tmp_path):
    found = _verdicts(tmp_path, 0.004, 60)
    assert len(found) > 400
    assert leaking(found) == []
    assert {name.partition(" by ")[0] for name in _compared(found)} >= _IN_A_SMALL_WORLD


@pytest.mark.full
@pytest.mark.usefixtures("many")
def test_side_channels_of_a_larger_world_say_nothing(tmp_path):
    found = _verdicts(tmp_path, 0.015, 90)
    assert len(found) > 450
    tables = {name.partition(" by ")[0] for name in _compared(found)}
    assert {entry.table for entry in TABLES} - tables <= _TOO_FEW
    assert max(one.irregular for one in found if one.channel.startswith("goods")) > 1_000
    assert leaking(found) == []
    planted = pd.read_parquet(tmp_path / "truth" / "items.parquet")["mechanism"].unique()
    assert len(set(planted) & set(NAMES)) >= _SOME_MECHANISMS


@pytest.fixture(scope="module")
def honest() -> Frame:
    """Rows of no world: 60 groups, 900 deals of one to three rows, a third irregular."""
    rng = np.random.default_rng(4)
    deal = np.repeat(np.arange(900), rng.integers(1, 4, 900))
    group = pd.DataFrame({"group": deal % 60})
    label = pd.Series(rng.random(len(deal)) < 0.33)
    second = pd.Series(rng.integers(0, 3_600, len(deal)))
    amount = pd.Series(np.exp(rng.normal(0, 2, len(deal))) + group["group"])
    channels = {"second": second, "amount": amount, "empty": pd.Series(rng.random(len(deal)) < 0.1)}
    return Frame("planted", label, group, pd.Series(deal), channels)


def test_chance_alone_is_no_leak(honest):
    assert leaking(judge(honest, 2_000)) == []


@pytest.mark.parametrize(
    ("name", "leak"),
    [
        ("even seconds", lambda own, bad: own["second"] // 2 * 2 + (own["second"] % 2) * ~bad),
        ("rounded", lambda own, bad: (own["amount"] * 100).round() % np.where(bad, 10, 100) == 0),
        ("later numbers", lambda own, bad: own["second"] + 400 * bad),
        ("filled in", lambda own, bad: own["empty"] & ~bad),
        ("wider", lambda own, bad: (own["second"] - 1_800) * np.where(bad, 1.4, 1.0)),
    ],
)
def test_a_planted_leak_is_found(honest, name, leak):
    channels = honest.channels | {name: leak(honest.channels, honest.label)}
    if name == "even seconds":
        channels[name] %= 2
    found = leaking(judge(replace(honest, channels=channels), 2_000))
    assert [one.channel for one in found] == [f"planted: {name}"]


def test_a_leak_that_shows_only_among_rows_that_are_alike_is_found(honest):
    shifted = honest.channels["amount"] + honest.group["group"] * 50 + 2.0 * honest.label
    found = leaking(judge(replace(honest, channels={"own": shifted}), 2_000))
    assert len(found) == 1


def test_what_follows_from_the_group_alone_is_no_leak(honest):
    """Traders with schemes have other goods and hours than those without."""
    share = honest.group["group"] / 60
    label = pd.Series(np.random.default_rng(6).random(len(share)) < share)
    channels = {"own": honest.channels["amount"] + honest.group["group"] * 5}
    assert leaking(judge(replace(honest, label=label, channels=channels), 2_000)) == []


def test_rows_of_a_deal_that_lie_side_by_side_are_one_proof():
    """Papers of a deal have numbers in a row: by kind they would say the same four times."""
    rng = np.random.default_rng(7)
    deal, kind = np.repeat(np.arange(400), 4), np.tile(np.arange(4), 400)
    group = pd.DataFrame({"group": deal % 40, "kind": kind})
    unlikely = 0
    for _ in range(40):
        number = pd.Series(np.argsort(np.argsort(rng.random(400)))[deal] * 4 + kind)
        label = pd.Series((rng.random(400) < 0.33)[deal])
        (told,) = judge(Frame("papers", label, group, pd.Series(deal), {"number": number}), 200)
        unlikely += told.p < 0.05
    assert unlikely <= 6
