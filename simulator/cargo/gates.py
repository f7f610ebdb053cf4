"""The two provincial gate platforms: the same visits, written in two ways.

Lạng Sơn sends JSON events with times in UTC milliseconds; Lào Cai a table in words, to the minute,
with tonnes and a decimal comma. Both send what people at the gate typed.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo.consignments import Consignments
from simulator.cargo.gate_cards import (
    Cards,
    Known,
    visit_boxes,
    visit_cards,
    visit_numbers,
    visit_seals,
    weighed_kg,
)
from simulator.cargo.gate_events import Events, received_at, told_kg, visit_events
from simulator.cargo.lorries import vehicle_kinds
from simulator.cargo.shipments import LANG_SON, LAO_CAI, Outbox, Shipments, Surroundings
from simulator.cargo.single_window import put_single_window
from simulator.cargo.visits import (
    PRE_DECLARED,
    SEALED,
    TRANSLOADED,
    TYPES,
    UNSEALED,
    Visits,
)
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, decimals, whole
from simulator.kernel.glyphs import (
    digits,
    fixed,
    gathered,
    hexes,
    joined,
    listed,
    minutes,
    quoted,
    same,
    spread,
)

PLATFORMS = {LANG_SON: "lang_son_gate", LAO_CAI: "lao_cai_gate"}
LAO_CAI_WORDS = (
    "Khai báo trước", "Xếp hàng", "Vào cửa khẩu", "Vào bãi", "Kiểm dịch", "Kiểm tra hải quan",
    "Cân", "Soi chiếu", "Sang tải", "Niêm phong", "Gỡ niêm phong", "Thông quan", "Ra cửa khẩu",
    "Hủy",
)  # fmt: skip
_DIRECTIONS, _DIRECTION_WORDS = ("IN", "OUT"), ("Nhập", "Xuất")
_VEHICLES = ("TRACTOR", "TRUCK", "REEFER")
_LANES = ("1", "2", "3", "4", "5", "6")
_YARDS = {
    LANG_SON: ("Xuân Cương", "Bảo Nguyên", "Tân Thanh", "Cốc Nam"),
    LAO_CAI: ("Kim Thành 1", "Kim Thành 2", "Kho ngoại quan"),
}
_NOTES = ("hàng tươi", "chờ kiểm dịch", "xe quay đầu", "đổi lái xe", "thiếu giấy tờ")
# An assumption.
_NOTED_SHARE = 0.03
_UTC_SECONDS = 7 * 3600


def put_gate_events(
    outbox: Outbox,
    around: Surroundings,
    shipments: Shipments,
    consignments: Consignments,
    visits: Visits,
) -> None:
    """Hand over the tables `lang_son_gate`, `lao_cai_gate` and `nsw_gate`."""
    if not len(visits):
        return
    cards = visit_cards(around, visits)
    weights = weighed_kg(visits)
    lists = (
        visit_numbers(shipments, visits),
        visit_boxes(consignments, visits),
        visit_seals(consignments, visits),
    )
    day = shipments.day[visits.first]
    for platform, write in ((LANG_SON, _lang_son), (LAO_CAI, _lao_cai)):
        here = around.platform[visits.office] == platform
        if outbox.wants(PLATFORMS[platform]) and here.any():
            events = visit_events(visits, here, "gate event")
            columns, received = write(around, visits, (cards, weights, *lists), events)
            outbox.put(PLATFORMS[platform], received, columns, registered=day[events.visit])
    if outbox.wants("nsw_gate"):
        put_single_window(outbox, around, visits, (cards, weights, *lists), day)


def _lang_son(
    around: Surroundings, visits: Visits, known: Known, events: Events
) -> tuple[dict[str, pa.Array], Ints]:
    cards, weights, numbers, boxes, seals = known
    visit, key = events.visit, events.key
    received = received_at(events)
    milliseconds = keyed.integers(key, "ms", 0, 1000)
    vehicle, driver = _vehicles_and_drivers(cards, visits)
    not_moved = events.type != TRANSLOADED
    sealing = (events.type == SEALED) | (events.type == UNSEALED)
    kg, no_kg = told_kg(visits, weights, events)
    has_seal = np.where(sealing | (events.type == PRE_DECLARED), 0, 1)
    seal_lists = pa.concat_arrays([listed(*seals), pa.array(["[]"])])
    noted = keyed.happens(key, "noted", _NOTED_SHARE)
    columns = {
        "eventId": fixed(same("LS", len(key)), hexes(key)),
        "type": coded(TYPES, events.type),
        "ts": whole((events.second - _UTC_SECONDS) * 1000 + milliseconds),
        "receivedTs": whole((received - _UTC_SECONDS) * 1000 + milliseconds),
        "gate": spread(around.office_names, visits.office[visit]),
        "lane": coded(_LANES, keyed.integers(visits.key, "lane", 0, len(_LANES))[visit]),
        "direction": coded(_DIRECTIONS, visits.direction[visit]),
        "vehicle": spread(vehicle, visit),
        "partnerPlate": spread(cards.other_plate, visit, not_moved),
        "partnerCountry": _other_country(around, cards, visits, visit, not_moved),
        "driver": spread(driver, visit),
        "declarations": spread(listed(*numbers), visit),
        "containers": spread(listed(*boxes), visit),
        "seals": spread(seal_lists, np.where(has_seal, visit, len(visits))),
        "weightKg": whole(kg, no_kg),
        "yard": _yard(LANG_SON, visits, events),
        "officer": _officers(around, visits, events),
        "extra": coded(('{"note":"kiểm tra lại"}', "{}"), np.where(noted, 0, 1)),
    }
    return columns, received


def _vehicles_and_drivers(cards: Cards, visits: Visits) -> tuple[pa.Array, pa.Array]:
    """Return lorry and driver of each visit as JSON objects."""
    kind = coded(_VEHICLES, vehicle_kinds(visits.truck))
    kind, country = kind.cast(pa.string()), cards.country.cast(pa.string())
    vehicle = joined(
        '{"plate":', quoted(cards.plate), ',"country":"', country, '","type":"', kind, '"}'
    )
    driver = joined(
        '{"doc":', quoted(cards.document), ',"name":', quoted(cards.driver),
        ',"nationality":"', country, '"}',
    )  # fmt: skip
    return vehicle, driver


def _other_country(
    around: Surroundings, cards: Cards, visits: Visits, visit: Ints, mask: Bools
) -> pa.Array:
    codes = [around.home.country, *(fleet.country for fleet in around.partners)]
    other = np.where(cards.is_foreign, 0, np.maximum(around.neighbour[visits.office], 0) + 1)
    return coded(codes, other[visit], mask)


def _yard(platform: int, visits: Visits, events: Events) -> pa.Array:
    names = _YARDS[platform]
    yard = keyed.integers(visits.key, "yard", 0, len(names))[events.visit]
    return coded(names, yard, events.type == PRE_DECLARED)


def _officers(around: Surroundings, visits: Visits, events: Events) -> pa.Array:
    """Return who entered the event; each office has forty people."""
    desk = keyed.integers(events.key, "officer", 0, 40)
    number = visits.office[events.visit] * 40 + desk
    count = len(around.office_names) * 40
    people = fixed(same("CB", count), digits(np.arange(count), 5))
    return spread(people, number, events.type == PRE_DECLARED)


def _lao_cai(
    around: Surroundings, visits: Visits, known: Known, events: Events
) -> tuple[dict[str, pa.Array], Ints]:
    cards, weights, numbers, boxes, seals = known
    visit, key = events.visit, events.key
    moved = events.type == TRANSLOADED
    foreign, home_plate, foreign_plate = cards.is_foreign, *_both_plates(cards)
    kg, no_kg = told_kg(visits, weights, events)
    tonnes = pc.replace_substring(decimals(kg // 10, 2).cast(pa.string()), ".", ",")
    nothing = pa.array(no_kg)
    tonnes = pc.if_else(nothing, pa.scalar(None, pa.string()), tonnes)
    noted = keyed.happens(key, "noted", _NOTED_SHARE)
    serial = keyed.integers(key, "event serial", 0, 10**8)
    # Typed in Vietnamese words; several values stand with a plus between them.
    columns = {
        "Mã sự kiện": fixed(same("LC", len(key)), digits(events.second, 10), digits(serial, 8)),
        "Thời gian": minutes(events.second),
        "Loại": coded(LAO_CAI_WORDS, events.type),
        "Cửa khẩu": spread(around.office_names, visits.office[visit]),
        "Chiều": coded(_DIRECTION_WORDS, visits.direction[visit]),
        "Biển số VN": spread(home_plate, visit, foreign[visit] & ~moved),
        "Biển số nước ngoài": spread(foreign_plate, visit, ~foreign[visit] & ~moved),
        "Nước": cards.neighbour.take(pa.array(visit)),
        "Số tờ khai": spread(gathered(*numbers, " + "), visit),
        "Số container": _emptied(gathered(*boxes, " + "), visit),
        "Số chì": spread(gathered(*seals, " + "), visit, events.type == PRE_DECLARED),
        "Khối lượng (tấn)": tonnes,
        "Bãi": _yard(LAO_CAI, visits, events),
        "Lái xe": spread(cards.driver, visit),
        "Số giấy tờ": spread(cards.document, visit),
        "Ghi chú": coded(_NOTES, keyed.integers(key, "note", 0, len(_NOTES)), ~noted),
    }
    return columns, received_at(events)


def _both_plates(cards: Cards) -> tuple[pa.Array, pa.Array]:
    is_foreign = pa.array(cards.is_foreign)
    return (
        pc.if_else(is_foreign, cards.other_plate, cards.plate),
        pc.if_else(is_foreign, cards.plate, cards.other_plate),
    )


def _emptied(text: pa.Array, rows: Ints) -> pa.Array:
    """Return `text[rows]` with null where it is empty."""
    is_empty = np.asarray(pc.equal(text, ""))
    return spread(text, rows, is_empty[rows])
