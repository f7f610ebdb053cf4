"""Carriage and movement: bills, containers, calls, gates, scales, seals, travellers."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from simulator.cargo import markings, visits
from simulator.cargo.consignments import Consignments, consign
from simulator.cargo.crossings import crossings_of
from simulator.cargo.manifest import group_calls
from simulator.cargo.movements import put_movements
from simulator.cargo.shipments import BillTexts, Shipments, Surroundings
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, pick
from simulator.kernel.glyphs import fixed
from simulator.reference.countries import load_countries
from simulator.reference.goods import load_goods
from simulator.reference.offices import load_offices
from simulator.reference.regimes import IMPORT
from tests.unit.simulator.recording import RecordingOutbox

DAY = 86_400
FIRST_DAY = 20_000
NOT_BROUGHT = np.full(3000, -1)
TABLES = {
    "manifest", "port_message", "lang_son_gate", "lao_cai_gate", "weighbridge", "scan_result",
    "vanchuyen", "seal_stream", "persons", "nsw_gate", "passenger_list", "ptvt",
}  # fmt: skip


def own_bills(
    registered: Ints, gross_kg_e2: Ints, true_gross_kg_e2: Ints, m3_e2: Ints, packages: Ints
) -> dict[str, Any]:
    """Return the `bill_…` fields (but `bill_key`) and `leads` of declarations with own bills."""
    count = len(registered)
    return {
        "bill_serial": np.arange(count),
        "leads": np.ones(count, dtype=np.bool_),
        "bill_registered": registered,
        "bill_part": np.zeros(count, dtype=np.int64),
        "bill_parts": np.ones(count, dtype=np.int64),
        "bill_kg_e2": gross_kg_e2,
        "bill_true_kg_e2": true_gross_kg_e2,
        "bill_m3_e2": m3_e2,
        "bill_packages": packages,
        "bill_edited": np.zeros(count, dtype=np.bool_),
    }


def declarations(count: int = 3000, **changes) -> Shipments:
    offices = load_offices()
    key = keyed.identities(keyed.root(5, "declarations"), count)
    office = keyed.choose(key, "office", offices.import_weight + 0.02 * (offices.platform > 0))
    mixed = np.array([1, 2, 3, 6, 9])[keyed.choose(key, "transport", (8, 52, 14, 4, 10))]
    fixed_mode = np.isin(offices.transport[office], (1, 4, 5))
    day = FIRST_DAY + keyed.integers(key, "day", 0, 3)
    registered = day * DAY + keyed.integers(key, "second", 7 * 3600, 18 * 3600)
    kg_e2 = np.clip(np.exp(12 + 1.8 * keyed.normal(key, "kg")), 100, 4e8).astype(np.int64)
    opened = np.where(keyed.happens(key, "opened", 0.05), registered + 30_000, -1)
    cleared = registered + keyed.integers(key, "cleared", 5, 90_000)
    cleared = np.where(opened >= 0, np.maximum(cleared, opened + 3600), cleared)
    cleared = np.where(keyed.happens(key, "cancelled", 0.05), -1, cleared)
    nothing, scanned = cleared < -1, keyed.happens(key, "scanned", 0.1)
    looked_at = np.maximum(
        np.where(opened >= 0, opened + 3_000, -1), np.where(scanned, registered + 7_200, -1)
    )
    one = Shipments(
        key=key, number=10_000_000_000 + np.arange(count), trader=nothing * 0, office=office,
        country=keyed.integers(key, "country", 0, len(load_countries().codes)),
        line=keyed.integers(key, "line", 0, len(load_goods().codes)),
        direction=keyed.integers(key, "direction", 0, 2),
        transport=np.where(fixed_mode, offices.transport[office], mixed),
        registered=registered, cleared=cleared, opened=opened,
        gross_kg_e2=kg_e2, true_gross_kg_e2=kg_e2,
        is_bonded=keyed.happens(key, "bonded", 0.06), is_suspect=nothing,
        scanned_from=np.where(scanned, registered + 3_600, -1),
        scanned_until=np.where(scanned, registered + 7_200, -1), taken_off=np.zeros(count),
        held_from=np.where(looked_at >= 0, 0, -1), held_until=looked_at,
        bill_key=keyed.derive(key, "bill"),
        **own_bills(registered, kg_e2, kg_e2, kg_e2 // 300 + 1, kg_e2 // 2000 + 1),
    )  # fmt: skip
    return replace(one, **changes)


def describe(rows: Ints) -> BillTexts:
    name = pa.array(['CÔNG TY "SAO \\ MAI"']).take(pa.array(rows * 0))
    return BillTexts(name, name, name, name, name)


def moved(around: Surroundings, shipments: Shipments) -> tuple[Consignments, RecordingOutbox]:
    outbox, consignments = RecordingOutbox(), consign(around, shipments)
    crossings = crossings_of(around, load_offices(), 0.005, np.unique(shipments.day))
    put_movements(outbox, around, shipments, consignments, describe, crossings)
    return consignments, outbox


def bills_of(outbox: RecordingOutbox) -> list[tuple[str, dict]]:
    lines = group_calls(outbox["manifest"]).to_pylist()
    return [(line["revision"], bill) for line in lines for bill in json.loads(line["bills"])]


@pytest.fixture(scope="module")
def world(around):
    return declarations(), *moved(around, declarations())


def test_container_numbers_have_the_check_digit_of_iso_6346() -> None:
    known = np.array([list(b"CSQU3054383")], dtype=np.uint8)
    assert markings.container_remainders(known)[0] == 3
    numbers = markings.container_numbers(keyed.identities(np.uint64(3), 5000))
    assert (markings.container_remainders(numbers) == numbers[:, 10] - ord("0")).all()


def test_waybills_and_ships_have_their_check_digits() -> None:
    bills = fixed(markings.air_waybills(np.uint64(3), np.arange(500))).to_pylist()
    assert all(int(bill[3:10]) % 7 == int(bill[10]) for bill in bills)
    # A well-known example of the IMO rule: 9x7 + 0x6 + 7x5 + 4x4 + 7x3 + 2x2 = 139.
    assert fixed(markings.ship_numbers(np.array([907_472]))).to_pylist() == ["9074729"]


def test_a_bill_made_again_alone_is_the_same(around, world) -> None:
    shipments, whole, _ = world
    for row in (3, 500, 2999):
        alone = consign(around, pick(shipments, np.array([row])))
        own = whole.containers
        mine = pa.array(np.flatnonzero(own.owner == row))
        assert alone.bill_numbers[0] == whole.bill_numbers[row]
        assert alone.means[0] == whole.means[row]
        assert alone.containers.numbers.equals(own.numbers.take(mine))


def test_days_produced_alone_give_the_rows_of_the_whole(around, world) -> None:
    shipments, _, whole = world
    parts = RecordingOutbox()
    for day in range(FIRST_DAY, FIRST_DAY + 3):
        _, one = moved(around, pick(shipments, shipments.day == day))
        for table, rows in one.tables.items():
            parts.tables.setdefault(table, []).extend(rows)
    assert set(parts.tables) == TABLES
    for table in TABLES:
        together = sorted(map(str, whole.rows(table)))
        assert together == sorted(map(str, parts.rows(table))), table


def test_parts_of_a_bill_share_out_its_containers(around) -> None:
    shipments, same = declarations(3), np.zeros(3, dtype=np.int64)
    bill = replace(
        pick(shipments, same), direction=same + IMPORT,
        key=shipments.key, number=shipments.number, transport=same + 2,
        leads=np.array([True, False, False]), bill_part=np.arange(3), bill_parts=same + 3,
        bill_m3_e2=same + 33_000, bill_true_kg_e2=same + 6_000_000,
    )  # fmt: skip
    consignments, outbox = moved(around, bill)
    own = consignments.containers
    listed = own.numbers.filter(pa.array(own.is_declared)).to_pylist()
    assert len(set(consignments.bill_numbers.to_pylist())) == 1
    assert len(listed) == len(set(listed)) == consignments.boxes[0]
    landed = [r["container"] for r in outbox.rows("port_message") if r["kind"] == "DISCHARGE"]
    assert sorted(landed) == sorted(listed)


def test_mass_short_declared_shows_where_goods_are_weighed(around) -> None:
    true_e2 = declarations().gross_kg_e2 * 2
    short = declarations(true_gross_kg_e2=true_e2, bill_true_kg_e2=true_e2)
    consignments, outbox = moved(around, short)
    codes = consignments.bill_numbers.to_pylist()
    known = dict(zip(codes, short.gross_kg_e2.tolist(), strict=True))
    told = [(bill["gross_kg"], known.get(bill["no"], 0)) for _, bill in bills_of(outbox)]
    ratios = [100 * gross / declared for gross, declared in told if declared > 10_000]
    assert np.median(ratios) == pytest.approx(2, rel=0.01)
    assert 0.1 < np.mean(np.abs(np.array(ratios) - 1) < 0.1) < 0.3


def test_goods_leave_the_gate_after_clearance_and_never_without(world) -> None:
    shipments, _, outbox = world
    numbers = (shipments.number * 10).tolist()
    cleared = dict(zip(numbers, shipments.cleared.tolist(), strict=True))
    bonded = dict(zip(numbers, shipments.is_bonded.tolist(), strict=True))
    for row in outbox.rows("lang_son_gate"):
        for number in json.loads(row["declarations"]) if row["type"] == "GATE_OUT" else ():
            assert 0 <= cleared[int(number)] < row["ts"] // 1000 + 7 * 3600
    for row in outbox.rows("port_message"):
        if row["kind"] == "GATE_OUT" and not bonded[int(row["decl"])]:
            assert cleared[int(row["decl"])] >= 0
            assert str(np.datetime64(cleared[int(row["decl"])], "s")) < row["ts"]


def test_visits_follow_the_order_of_the_gate(around, world) -> None:
    shipments, consignments, outbox = world
    times = visits.land_visits(around, shipments, consignments, NOT_BROUGHT).times
    steps = ("PRE_DECLARED", "GATE_IN", "YARD_IN", "UNSEALED", "TRANSLOADED", "SEALED", "GATE_OUT")
    order = [visits.TYPES.index(step) for step in steps]
    for before, after in [*pairwise(order), (visits.CLEARED, order[-1])]:
        first, second = times[:, before], times[:, after]
        both = (first >= 0) & (second >= 0)
        assert (first[both] < second[both]).all(), (before, after)
    assert "Ra cửa khẩu" in outbox["lao_cai_gate"]["Loại"].to_pylist()


def test_lorries_carry_several_declarations_and_declarations_take_several_lorries(world) -> None:
    told = world[2].rows("lang_son_gate")
    carried = [json.loads(row["declarations"]) for row in told if row["type"] == "PRE_DECLARED"]
    assert max(map(len, carried)) > 1
    flat = [number for numbers in carried for number in numbers]
    assert len(flat) > len(set(flat))


def test_seals_are_attached_before_departure_and_count_upwards(world) -> None:
    trips = {}
    for row in world[2].rows("vanchuyen"):
        trips.setdefault(row["SO_VC"], []).append(row)
    left = {number: rows[1]["TT_DI"] for number, rows in trips.items() if len(rows) > 1}
    assert all(r["TT_DI"] < r["TT_DEN"] for rows in trips.values() for r in rows[2:])
    assert {rows[0]["OP"] for rows in trips.values()} == {"I"}
    events = world[2].rows("seal_stream")
    assert len({(row["seal"], row["n"]) for row in events}) == len(events)
    attached = [row for row in events if row["ev"] == "ATTACH"]
    assert all(row["ts"][:19].replace("T", " ") < str(left[row["vc"]]) for row in attached)
    assert {row["ev"] for row in events} >= {"ATTACH", "POS", "STOP", "LOWBAT", "TAMPER", "DETACH"}


def test_what_a_scheme_does_shows_but_not_always_and_not_only_there(around) -> None:
    honest = declarations(3000, is_bonded=np.ones(3000, dtype=np.bool_))
    guilty = replace(honest, taken_off=0.5 * honest.is_bonded)
    shares = []
    for shipments in (honest, guilty):
        rows = moved(around, shipments)[1].rows("seal_stream")
        shares.append(len({row["vc"] for row in rows if row["ev"] == "TAMPER"}) / 3000)
    assert 0.01 < shares[0] < 0.08
    assert 0.7 < shares[1] < 0.97


def test_keys_of_the_outside_tables_are_unique(world) -> None:
    keys = {"port_message": "id", "lang_son_gate": "eventId", "lao_cai_gate": "Mã sự kiện",
            "persons": "id", "scan_result": "scan_id", "weighbridge": "TICKET"}  # fmt: skip
    for table, key in keys.items():
        assert len(world[2][table][key].unique()) == len(world[2][table]), table


def test_nothing_declared_gives_no_rows(around) -> None:
    outbox = moved(around, pick(declarations(5), np.array([], dtype=np.int64)))[1]
    assert not outbox.tables
