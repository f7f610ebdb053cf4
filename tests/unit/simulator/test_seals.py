"""Electronic seals: what their alarms are worth in a nation of a few trips a day."""

from dataclasses import replace

import numpy as np

from simulator.cargo.ports import declaration_numbers
from simulator.cargo.shipments import Surroundings
from simulator.kernel import keyed
from tests.unit.simulator.test_cargo import DAY, FIRST_DAY, declarations, moved

# What a nation of scale 0.002 moves under seal in a year, and how much of it is diverted.
TRIPS, DIVERTED_SHARE = 400, 0.006


def _false_share(around: Surroundings, year: int) -> float:
    key = keyed.identities(keyed.root(year, "year under seal"), TRIPS)
    day = FIRST_DAY + 365 * year + keyed.integers(key, "day of year", 0, 365)
    registered = day * DAY + 9 * 3600
    diverted = keyed.happens(key, "diverted trip", DIVERTED_SHARE)
    shipments = declarations(
        TRIPS, key=key, registered=registered, cleared=registered + 600,
        opened=np.full(TRIPS, -1), is_bonded=np.ones(TRIPS, dtype=np.bool_),
        taken_off=0.5 * diverted, bill_key=keyed.derive(key, "bill"),
    )  # fmt: skip
    shipments = replace(shipments, bill_registered=registered)
    rows = moved(around, shipments)[1].rows("seal_stream")
    alarms = [row["decl"] for row in rows if row["ev"] == "TAMPER"]
    guilty = set(declaration_numbers(shipments.number[diverted]).to_pylist())
    return sum(number not in guilty for number in alarms) / len(alarms)


def test_most_tamper_events_of_a_small_nation_are_false_in_every_year(around) -> None:
    shares = [_false_share(around, year) for year in range(8)]
    assert min(shares) > 0.75
    assert 0.85 < np.median(shares) < 0.97
