"""The mechanisms of a nation as it is do what their stories say, by truth and files alone."""

from datetime import date

import pytest

from benchmark.mechanisms.judge import judge_mechanisms
from benchmark.outside import Limits
from simulator.arguments import SimulationArguments
from simulator.mechanisms.loading import NAMES
from simulator.world import run


@pytest.mark.full
@pytest.mark.parametrize("seed", [21, 34, 55])
def test_every_mechanism_does_what_its_story_says(tmp_path, seed):
    out, truth = tmp_path / "out", tmp_path / "truth"
    run(
        SimulationArguments(
            out=out, truth=truth, first_date=date(2025, 1, 1), days=365, scale=0.06, seed=seed,
            form="parquet",
        )
    )  # fmt: skip
    judgement = judge_mechanisms(out, truth, Limits())
    judged = {one.mechanism for one in judgement.findings if one.rows}
    assert judged >= set(NAMES)
    # Border residents are no traders; the few clients of a ring may have no goods in common.
    unseen = {(one.mechanism, one.statement) for one in judgement.findings if not one.rows}
    assert unseen <= {("quota_stacking", "own_trader"), ("broker_ring", "one_price_list")}
    assert any(one.statement == "one_price_list" and one.rows for one in judgement.findings)
    assert judgement.faults == []
