"""One small lake for all tests of the lanes; tests that change it copy its snapshots first."""

import pytest

from tests.lanes.lane_lake import LaneLake, make_lane_lake


@pytest.fixture(scope="session")
def lane_lake(tmp_path_factory: pytest.TempPathFactory) -> LaneLake:
    lake = make_lane_lake(tmp_path_factory.mktemp("lane_lake"))
    assert lake.snapshot.manifest.number == 1
    return lake
