"""Bills of declarations and what manifests say of them."""

import numpy as np
import pytest

from simulator.cargo.manifest import group_calls
from tests.unit.simulator.test_cargo import bills_of, declarations, moved, world

__all__ = ["world"]


def test_declared_containers_are_on_the_manifest_with_the_mass_of_the_bill(world) -> None:
    shipments, consignments, outbox = world
    bills = {bill["no"]: bill for _, bill in sorted(bills_of(outbox), key=lambda told: told[0])}
    own = consignments.containers
    arrives = (shipments.direction == 0) & (consignments.calls.mode >= 0)
    for row in np.flatnonzero(arrives):
        declared = shipments.gross_kg_e2[row] / 100
        told = sum(bills[number]["gross_kg"] for number in numbers_of(consignments, row))
        assert told == pytest.approx(declared, rel=0.06, abs=1)
    for row, number in zip(own.owner.tolist(), own.numbers.to_pylist(), strict=True):
        if arrives[row]:
            listed = [bills[bill]["containers"] for bill in numbers_of(consignments, row)]
            assert number in {box["no"] for boxes in listed for box in boxes}


def numbers_of(consignments, row):
    """All bills of one declaration."""
    columns = (consignments.bill_numbers, *consignments.further_bills)
    return [number for column in columns if (number := column[row].as_py()) is not None]


def test_some_goods_travel_on_several_bills_that_share_packages_and_boxes(around) -> None:
    zero = np.zeros(3_000, dtype=np.int64)
    many = declarations(3_000, direction=zero, transport=zero + 2)
    consignments, outbox = moved(around, many)
    bills = {bill["no"]: bill for _, bill in sorted(bills_of(outbox), key=lambda told: told[0])}
    several = np.flatnonzero(consignments.bills > 1)
    assert 0.04 < len(several) / 3_000 < 0.08
    assert set(consignments.bills[several].tolist()) == {2, 3, 4, 5}
    for row in several:
        own = numbers_of(consignments, row)
        assert len(set(own)) == consignments.bills[row]
        boxes = [box["no"] for number in own for box in bills[number]["containers"]]
        assert len(set(boxes)) == consignments.boxes[row]
        assert all(bills[number]["containers"] and bills[number]["packages"] for number in own)


def test_each_call_and_revision_is_one_line(world) -> None:
    lines = group_calls(world[2]["manifest"])
    keys = list(zip(lines["id"].to_pylist(), lines["revision"].to_pylist(), strict=True))
    assert len(keys) == len(set(keys))
    assert set(lines["revision"].to_pylist()) == {"1", "2"}


def test_a_manifest_edited_to_transit_says_so_in_its_last_revision_only(around) -> None:
    zero = np.zeros(400, dtype=np.int64)
    edited = declarations(400, direction=zero, transport=zero + 2, bill_edited=zero == 0)
    consignments, outbox = moved(around, edited)
    told = {(bill["no"], revision): bill["transit"] for revision, bill in bills_of(outbox)}
    codes = consignments.bill_numbers.to_pylist()
    assert all(told[code, "2"] == 1 for code in codes)
    assert sum(told.get((code, "1"), 0) for code in codes) < 8
