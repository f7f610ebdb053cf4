"""A simulated year lies within the tolerance of every figure it can be held against."""

from datetime import date

import pytest

from benchmark.realism.figures import Basis, Verdict
from benchmark.realism.report import measure
from simulator.arguments import SimulationArguments
from simulator.world import run

pytestmark = pytest.mark.full


@pytest.mark.parametrize("seed", [1, 3])
def test_no_figure_is_off(seed, tmp_path):
    arguments = SimulationArguments(
        out=tmp_path / "nation",
        truth=tmp_path / "truth",
        first_date=date(2024, 11, 1),
        days=425,
        scale=0.01,
        seed=seed,
        form="parquet",
    )
    run(arguments)
    report = measure(arguments.out, truth=arguments.truth, scratch=tmp_path)
    off = {
        result.figure.key: (result.generated, result.low, result.high)
        for result in report.results
        if result.verdict is Verdict.OFF
    }
    assert off == {}
    assert report.count(Verdict.ABSENT) == 0
    assert report.count(Verdict.WITHIN) >= 75
    assert report.count(Verdict.WITHIN, Basis.PUBLISHED) >= 12
