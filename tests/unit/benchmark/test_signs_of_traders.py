"""Signs that are one number for a trader: how often what it does is odd."""

import pytest

from tests.unit.benchmark.mechanism_world import World, signs_in
from tests.unit.benchmark.nations import number


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""
    return lambda world, sign: signs_in(world, tmp_path, sign)


def test_an_exporter_is_known_by_how_often_it_is_dearer_than_its_peers(signs_of):
    """Half as dear again (0.45 of the log) counts; a trader with few is near to nothing."""
    world = World()
    for trader, prices in {"A": [100] * 6, "B": [100, 100, 160, 200], "C": [300]}.items():
        for price in prices:
            world.declared(trader, goods={"DON_GIA": f"{price}.00"}, NHOM="X", MA_LH="B11")
    world.declared("D", goods={"DON_GIA": "900.00"})
    assert dict(signs_of(world, "exports_too_dear")) == {"A": 0.01, "B": 0.263, "C": 0.22}


def test_a_trader_is_known_by_how_many_of_its_trips_were_opened(signs_of):
    world = World()
    for trader, events in {"A": ["OPEN", "STOP", "TAMPER"], "B": ["STOP"]}.items():
        for place, event in enumerate(events):
            at, trip = world.declared(trader, MA_LH="G11"), f"V{trader}{place}"
            world.add(
                "vanchuyen", SO_VC=trip, SO_TK=f"{number(at)}0", PLATE="43C1", TUYEN="R1",
                TT_DI="2025-03-05 08:00:00", TT_DEN="2025-03-05 14:00:00",
                KH_DEN="2025-03-05 15:00:00",
            )  # fmt: skip
            for n, happens in enumerate(("CLOSE", event)):
                world.add("seal", seal=f"S{trip}", n=n, ts=f"2025-03-05T{8 + n:02d}:00:00+07:00",
                          ev=happens, lat=20.0, lon=106.0, vc=trip)  # fmt: skip
    world.add("tuyen", MA_TUYEN="R1", DUONG="20.0 106.0;21.0 106.0", RONG_KM="1.5")
    assert dict(signs_of(world, "trips_with_alarm")) == {"A": 0.3, "B": 0.02}
