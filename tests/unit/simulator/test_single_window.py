"""The national single window tells of the visits that the provinces' platforms tell of."""

import json
from collections import defaultdict
from datetime import datetime

import pytest

from simulator.cargo.gates import LAO_CAI_WORDS
from simulator.cargo.single_window import STEPS
from simulator.cargo.visits import CANCELLED, CLEARED, TYPES
from tests.unit.simulator.test_cargo import declarations, moved


@pytest.fixture(scope="module")
def outbox(around):
    return moved(around, declarations())[1]


def _platform_events(outbox) -> dict[tuple, list[set]]:
    """Return what both platforms say by declarations, event and minute: all that stands there."""
    found = defaultdict(list)
    for row in outbox.rows("lang_son_gate"):
        vehicle, driver = json.loads(row["vehicle"]), json.loads(row["driver"])
        said = {vehicle["plate"], driver["doc"]}
        found[row["declarations"], row["type"], row["ts"] // 60_000].append(said)
    for row in outbox.rows("lao_cai_gate"):
        local = datetime.strptime(row["Thời gian"] + " +0700", "%d/%m/%Y %H:%M %z")
        numbers = json.dumps(row["Số tờ khai"].split(" + "), separators=(",", ":"))
        event = TYPES[LAO_CAI_WORDS.index(row["Loại"])]
        found[numbers, event, int(local.timestamp()) // 60].append(set(row.values()))
    return found


def test_every_message_tells_of_an_event_of_a_platform(outbox) -> None:
    known = _platform_events(outbox)
    messages = outbox.rows("nsw_gate")
    assert len({row["MsgId"] for row in messages}) == len(messages) > 100
    assert len(messages) < len(known)
    for row in messages:
        step = CANCELLED if row["Result"] == "REFUSED" else STEPS[row["Step"] - 1]
        minute = int(datetime.fromisoformat(row["SentAt"]).timestamp()) // 60
        told = known[row["DeclarationNo"], TYPES[step], minute]
        assert any({row["VehiclePlate"], row["Driver"]} <= said for said in told)


def test_refusals_stand_where_goods_would_have_been_cleared(outbox) -> None:
    refused = [row for row in outbox.rows("nsw_gate") if row["Result"] == "REFUSED"]
    assert {row["Step"] for row in refused} == {STEPS.index(CLEARED) + 1}


def test_fees_are_told_when_a_lorry_leaves(outbox) -> None:
    for row in outbox.rows("nsw_gate"):
        assert (row["FeeVnd"] is not None) == (row["Step"] == len(STEPS))
