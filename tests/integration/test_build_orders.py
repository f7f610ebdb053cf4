"""Sums do not depend on how the files of an extract were cut, packed, repeated and ordered."""

import pytest

from orchestration.operations.build import build
from tests.integration.landed_marts import land, marts_figures, send
from tests.integration.vcis_rows import Extract, figures
from warehouse.settings import LakeSettings


@pytest.mark.full
@pytest.mark.parametrize("seed", range(2, 8))
def test_marts_add_up_in_any_order_of_the_files(tmp_path, seed):
    settings = LakeSettings(home=tmp_path / "home", memory_limit_mb=1024)
    rows = Extract(seed, declarations=150).rows
    land(settings, send(rows, tmp_path / "sent", seed), seed)
    build(settings)
    assert marts_figures(settings) == figures(rows)
