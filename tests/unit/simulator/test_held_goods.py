"""Goods that control keeps after others were told of them, as in play: ports, gates and scales."""

import json
from dataclasses import replace

import numpy as np
import pytest

from simulator.cargo.shipments import Shipments
from simulator.control.lifecycle import NEVER
from simulator.reference.calendar import HOUR_SECONDS
from simulator.reference.regimes import IMPORT
from tests.unit.simulator.test_cargo import DAY, FIRST_DAY, declarations, moved

COUNT = 6000
SINCE = (FIRST_DAY + 2) * DAY
UNTIL = SINCE + 3 * DAY
KEYS = {"port_message": "id", "lang_son_gate": "eventId", "lao_cai_gate": "Mã sự kiện",
        "weighbridge": "TICKET", "nsw_gate": "MsgId"}  # fmt: skip


def _free() -> Shipments:
    none = np.full(COUNT, NEVER)
    free = declarations(
        COUNT, opened=none, scanned_from=none, scanned_until=none, held_from=none, held_until=none
    )
    return replace(free, cleared=free.registered + 1_200)


def _kept() -> Shipments:
    """Return the same, a third kept for a while and a third for ever."""
    third = np.arange(COUNT) % 3
    return replace(
        _free(),
        held_from=np.where(third > 0, SINCE, NEVER),
        held_until=np.where(third == 1, UNTIL, NEVER),
    )


def _local(seconds: int) -> str:
    return str(np.datetime64(seconds, "s")).replace("T", " ")


def _left(outbox) -> dict[tuple[str, str], str]:
    """Return when each thing of a declaration left port or gate."""
    out = {
        (row["decl"], row["id"]): row["ts"][:19].replace("T", " ")
        for row in outbox.rows("port_message")
        if row["kind"] == "GATE_OUT"
    }
    for row in outbox.rows("lang_son_gate"):
        if row["type"] == "GATE_OUT":
            for number in json.loads(row["declarations"]):
                out[number, row["eventId"]] = _local(row["ts"] // 1000 + 7 * HOUR_SECONDS)
    return out


@pytest.fixture(scope="module")
def told(around):
    return [moved(around, shipments)[1] for shipments in (_free(), _kept())]


def test_goods_that_have_not_left_leave_after_the_look_and_never_where_they_are_withdrawn(told):
    before, after = (_left(outbox) for outbox in told)
    now, end, grace = _local(SINCE), _local(UNTIL), _local(SINCE + 600)
    third = {f"{number}0": place % 3 for place, number in enumerate(_free().number.tolist())}
    seen = np.zeros((3, 2), dtype=int)
    for (number, event), second in before.items():
        kind = third[number]
        seen[kind, int(second > now)] += 1
        if second <= now or kind == 0:
            # A lorry that carries others' goods waits with them.
            assert after[number, event] == second or event.startswith("LS")
        elif kind == 1:
            assert after[number, event] > end or second < grace
        else:
            assert (number, event) not in after or second < grace
    assert seen.min() > 100
    withdrawn = {number for number, kind in third.items() if kind == 2}
    assert all(second < grace for (number, _), second in after.items() if number in withdrawn)


def test_what_was_told_stays_so_and_nothing_is_told_twice(told):
    for table, key in KEYS.items():
        first, later = (outbox.rows(table) for outbox in told)
        past = [row for row in first if row["_moment"] <= SINCE]
        known = {row[key] for row in past}
        new = [row for row in later if row["_moment"] > SINCE]
        assert not known & {row[key] for row in new}, table
        assert len(known) > 50, table


def test_no_scale_at_an_exit_weighs_what_is_withdrawn(told):
    shipments = _kept()
    is_withdrawn = (shipments.held_from != NEVER) & (shipments.held_until == NEVER)
    is_withdrawn &= shipments.direction == IMPORT
    withdrawn = {f"{number}0" for number in shipments.number[is_withdrawn].tolist()}
    gone = {
        (row["container"], row["plate"])
        for row in told[0].rows("port_message")
        if row["kind"] == "GATE_OUT" and row["decl"] in withdrawn and row["container"]
    }
    weighed = [
        {
            (row["CONTAINER"], row["PLATE"])
            for row in outbox.rows("weighbridge")
            if row["_moment"] > SINCE + HOUR_SECONDS / 2
        }
        for outbox in told
    ]
    assert len(weighed[0] & gone) > 10
    assert not weighed[1] & gone
