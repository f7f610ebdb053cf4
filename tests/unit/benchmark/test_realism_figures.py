"""Figures of the realism report against values worked out by hand."""

import datetime as dt
import json
import math

import pytest

from benchmark.realism.report import measure
from tests.unit.benchmark.realism_rows import BASE, DAY, found, hang, numbered, put, tk


def test_lanes_leave_out_the_lot_and_count_a_change_once(tmp_path):
    regimes = ["A11"] * 4 + ["B11"] * 4
    put(tmp_path, "tk_1.csv", [
        tk(n, NHOM="N" if n < 4 else "X", MA_LH=regime, NGAY_TQ="2024-03-05 08:15:10")
        for n, regime in enumerate(regimes)
    ])  # fmt: skip
    lanes = ["1", "2", "2", "3", "1", "1", "2", "3"]
    grounds = ["TK", "CN", "CN", "RR", "TK", "TK", "TG", "NN"]
    put(tmp_path, "phanluong_1.csv", numbered("phanluong", [
        {"SO_TK_GOC": str(BASE + n), "LUONG": lane, "NHOM_CAN_CU": ground,
         "NGAU_NHIEN": str(int(ground == "NN")), "THOI_DIEM": "2024-03-05 08:15:02"}
        for n, (lane, ground) in enumerate(zip(lanes, grounds, strict=True))
    ]))  # fmt: skip
    change = {
        "SO_TK_GOC": str(BASE + 1),
        "SEQ_NO": "5",
        "OP": "I",
        "MA_SK": "CHUYEN_LUONG",
        "GIA_TRI": "3",
    }
    put(tmp_path, "sukien_1.csv", [change, change | {"SO_TK_GOC": str(BASE + 7), "MA_SK": "HUY"}])
    put(tmp_path, "sukien_2.csv", [change])
    shown = found(tmp_path)
    assert shown["green_share"] == (pytest.approx(3 / 7), 7)
    assert shown["yellow_managed_share"] == (pytest.approx(2 / 3), 3)
    assert shown["lane_direction_gap"] == (pytest.approx(3 / 4 - 1 / 3), 7)
    assert shown["override_share"] == (1 / 8, 8)
    assert shown["override_to_red_share"] == (1.0, 1)
    assert shown["cancelled_share"] == (1 / 8, 8)
    assert shown["lane_response"] == (2.0, 7)
    assert shown["green_clearance"] == (10.0, 3)


def test_the_largest_members_are_those_with_most(tmp_path):
    rows = [tk(n, NHOM="X", MA_LH="B11", MA_DN=f"01{n:08d}", TONG_TG_TT="10") for n in range(150)]
    rows += [tk(200, NHOM="X", MA_LH="B11", MA_DN="0100000003", TONG_TG_TT="490")]
    rows += [tk(201, MA_DN="0100000004", TONG_TG_TT="9000")]
    put(tmp_path, "tk_1.csv", rows)
    # Two of 150: one with 500, one with 10, of 1,990.
    assert found(tmp_path)["exporter_top_1"] == (pytest.approx(510 / 1990), 150)


def test_an_office_keeps_its_place_through_the_reorganisation(tmp_path):
    put(tmp_path, "tk_1.csv", [tk(1), tk(2, MA_HQ="H201"), tk(3, MA_HQ="01AB")])
    put(tmp_path, "hq_1.csv", [{"MA_HQ": "02CI", "MA_MOI": "H201"}])
    report = measure(tmp_path)
    offices = [p for p in report.plots["concentration"] if p.series == "offices"]
    assert [p.height for p in offices] == pytest.approx([2 / 3, 1.0])


def test_values_revenue_and_preferences_by_hand(tmp_path):
    put(tmp_path, "tygia_1.csv", [{"TU_NGAY": "2024-03-04", "MA_NT": "USD", "VND": "25000"}])
    put(tmp_path, "tk_1.csv", [
        tk(1, TONG_TG_TT="25000000"), tk(2, TONG_TG_TT="75000000"),
        tk(3, NHOM="X", MA_LH="B11", TONG_TG_TT="100000000", MA_NUOC_DT="US"),
    ])  # fmt: skip
    put(tmp_path, "hang_1.csv", [
        hang(1, TRI_GIA_TT="25000000", MA_NUOC_XX="KR", MA_BIEU_THUE="B18"),
        hang(2, TRI_GIA_TT="75000000", MA_NUOC_XX="KR", MA_BIEU_THUE="B01"),
        hang(3, TRI_GIA_TT="100000000", MA_NUOC_XX="VN"),
    ])  # fmt: skip
    put(tmp_path, "bieuthue_1.csv", [
        {"MA_BIEU_THUE": code, "MA_HS": "85171300", "THUE_SUAT": rate, "TU_NGAY": "2020-01-01"}
        for code, rate in (("B01", "10%"), ("B18", "0"))
    ])  # fmt: skip
    tax = {"SO_TK": f"{BASE + 2}0", "STT": "1", "HAN_NOP": DAY}
    put(tmp_path, "thue_1.csv", numbered("thue", [
        tax | {"MA_SAC_THUE": "N", "SO_TIEN": "7500000", "SO_TIEN_MIEN": "7500000"},
        tax | {"MA_SAC_THUE": "V", "SO_TIEN": "6000000"},
    ]))  # fmt: skip
    put(tmp_path, "nop_1.csv", numbered("nop", [
        {"SO_BT": "1", "SO_TK_GOC": str(BASE + 2), "MA_SAC_THUE": "V", "LOAI": "NOP",
         "NGAY_CT": "2024-03-09"},
    ]))  # fmt: skip
    logs = [math.log(1), math.log(3), math.log(4)]
    deviation = sum((log - sum(logs) / 3) ** 2 for log in logs) / 2
    shown = found(tmp_path)
    assert shown["value_mean"] == (pytest.approx(8000 / 3), 3)
    assert shown["import_value_share"] == (0.5, 3)
    assert shown["revenue_per_turnover"] == (pytest.approx(6_000_000 / 8000), 3)
    assert shown["vat_share"] == (1.0, 3)
    assert shown["late_payment_share"] == (1.0, 1)
    assert shown["preference_use"] == (0.25, 2)
    assert shown["export_us"] == (1.0, 1)
    assert shown["import_kr"] == (1.0, 2)
    assert shown["taxed_import_share"] == (pytest.approx(0.75), 2)
    assert shown["value_log_sd"][0] == pytest.approx(math.sqrt(deviation))


def test_audits_debts_gates_and_parcels_by_hand(tmp_path):
    audit = {
        "LOAI": "TQ",
        "NGAY_KL": "2023-06-01",
        "KET_QUA": "1",
        "THUE_AN_DINH": "80",
        "TIEN_PHAT": "20",
        "DA_NOP": "65",
    }
    none = {"LOAI": "TS", "NGAY_KL": "2023-06-01", "KET_QUA": "0", "THUE_AN_DINH": "0"}
    not_due = audit | {"NGAY_KL": DAY, "DA_NOP": "0"}
    put(tmp_path, "tk_1.csv", [tk(0, NGAY_DK=f"{DAY} 08:00:00")])
    put(
        tmp_path,
        "ktstq_1.csv",
        numbered(
            "ktstq",
            [
                {"MA_QD": "a"} | audit,
                {"MA_QD": "b"} | none,
                {"MA_QD": "c"},
                {"MA_QD": "d"} | not_due,
            ],
        ),
    )
    debts = [
        {"THANG": "2024-03", "MA_DN": str(n), "NHOM_NO": "2", "CON_NO": "1"} for n in range(24)
    ]
    debts += [{"THANG": "2024-03", "MA_DN": "9", "SO_TK_GOC": "1", "NHOM_NO": "1", "CON_NO": "25"}]
    put(
        tmp_path,
        "no_202403.csv",
        numbered("no", [{"THANG": "2024-02", "MA_DN": "z", "CON_NO": "900"}, *debts]),
    )
    event = {
        "eventId": "1",
        "type": "GATE_IN",
        "ts": 1709600000000,
        "receivedTs": 1709600000000,
        "direction": "IN",
    }
    put(
        tmp_path,
        "gate_20240305_01.jsonl",
        [event, event | {"vehicle": {"plate": "x"}}, event | {"type": "QUEUED", "eventId": "2"}],
    )
    put(tmp_path, "gate_20240305_02.jsonl.gz", [event | {"eventId": "3", "direction": "OUT"}])
    parcel = {
        "DATE": DAY,
        "PLATFORM": "p",
        "ORIGIN": "CN",
        "OFFICE": "02CI",
        "CATEGORY": "c",
        "PARCELS": "70",
    }
    put(tmp_path, "parcels_1.csv", [parcel, parcel, parcel | {"CATEGORY": "d"}])
    (tmp_path / "world.json").write_text(json.dumps({"arguments": {"scale": 1}}))
    shown = found(tmp_path)
    assert shown["audit_hit_share"] == (pytest.approx(2 / 3), 3)
    assert shown["audit_collected_share"] == (0.65, 2)
    assert shown["audit_premises_share"] == (pytest.approx(1 / 3), 3)
    assert shown["debt_top_8"] == (pytest.approx(27 / 49), 24)
    assert shown["recoverable_debt_share"] == (pytest.approx(25 / 49), 24)
    assert shown["lang_son_vehicles"] == (2.0, 2)
    assert shown["lang_son_import_share"] == (0.5, 2)
    assert shown["parcels_a_day"] == (140.0, 140)


def test_the_calendar_by_hand(tmp_path):
    tet = dt.date(2024, 2, 10)
    counts = {}
    for distance in range(-56, 57):
        counts[tet + dt.timedelta(distance)] = 0 if -1 <= distance <= 5 else 2
        if -21 <= distance <= -4:
            counts[tet + dt.timedelta(distance)] = 3
    days = [day for day, count in counts.items() for _ in range(count)]
    put(tmp_path, "tk_1.csv", [tk(n, NGAY_DK=f"{day} 08:00:00") for n, day in enumerate(days)])
    shown = found(tmp_path)
    assert shown["tet_dip"] == (0.0, len(days))
    assert shown["tet_rush"] == (1.5, len(days))
    weekend = sum(day.isoweekday() > 5 for day in days) / len(days)
    assert shown["weekend_share"] == (pytest.approx(weekend), len(days))
    assert shown["office_hours_share"] == (1.0, len(days))
    assert shown["year_end_peak"] == (None, 0)


def test_the_end_of_the_year_is_held_against_its_own_year(tmp_path):
    first = dt.date(2024, 2, 28)
    days = [first + dt.timedelta(n) for n in range(320)]
    days += [day for day in days if day.month in {11, 12}]
    put(tmp_path, "tk_1.csv", [tk(n, NGAY_DK=f"{day} 22:00:00") for n, day in enumerate(days)])
    shown = found(tmp_path)
    assert shown["year_end_peak"][0] == pytest.approx(2.0)
    assert shown["busiest_day"][0] == pytest.approx(2 * 320 / len(days))
    assert shown["office_hours_share"][0] == 0.0
