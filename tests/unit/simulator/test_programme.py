"""What offices report for the programme's targets."""

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import leave_part
from simulator.delivery.plan import DeliveryPlan
from simulator.nation import draw_nation
from simulator.reference.calendar import to_day
from simulator.sources.programme import DEVICES, programme_tables

# Of each office in each whole month.
REGISTERED = 150
FIRST, LAST = to_day(dt.date(2025, 1, 10)), to_day(dt.date(2025, 4, 20))


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    nation = draw_nation(3, 0.05, (FIRST - 30, FIRST, LAST), 0.01, ())
    found = defaultdict(list)
    plan = DeliveryPlan(
        folder=Path("nowhere"), spill=tmp_path_factory.mktemp("spill"), seed=3,
        first_day=nation.written_from, last_day=nation.last_day,
    )  # fmt: skip
    offices = np.flatnonzero(nation.offices.import_weight > 0)
    for month in (1, 2, 3):
        day = np.full(len(offices), to_day(dt.date(2025, month, 1)))
        counted = {"office": offices, "count": np.full(len(offices), REGISTERED)}
        leave_part(Outbox(plan, int(day[0]), int(day[0])), "declaration_sums", day, counted)
    for name, _, columns in programme_tables(nation, plan):
        names, texts = list(columns), [column.to_pylist() for column in columns.values()]
        found[name].append([dict(zip(names, row, strict=True)) for row in zip(*texts, strict=True)])
    return found


def test_every_month_that_is_over_is_told_once(reports) -> None:
    for name in ("thutuc", "hosocv"):
        months = [{row["THANG"] for row in report} for report in reports[name]]
        assert months == [{"2024-12"}, {"2025-01"}, {"2025-02"}, {"2025-03"}]
    keys = {
        "thutuc": ("MA_TT", "MA_HQ"),
        "hosocv": ("MA_DV",),
        "thietbi": ("MA_DD", "LOAI", "TU_NGAY"),
    }
    for name, key in keys.items():
        for report in reports[name]:
            assert max(Counter(tuple(row[one] for one in key) for row in report).values()) == 1


def test_whole_months_tell_the_declarations_that_were_registered(reports) -> None:
    for report in reports["thutuc"][2:]:
        told = [row["SO_HS"] for row in report if row["MA_TT"] == "HQ01"]
        assert min(told) >= REGISTERED
        assert {count % REGISTERED for count in told} == {0}
    partly = [row["SO_HS"] for row in reports["thutuc"][1] if row["MA_TT"] == "HQ01"]
    assert {count % REGISTERED for count in partly} != {0}


def test_what_is_online_is_part_of_all_and_more_at_higher_levels(reports) -> None:
    all_of, online = Counter(), Counter()
    for report in reports["thutuc"]:
        for row in report:
            assert 0 <= row["SO_HS_DT"] <= row["SO_HS"]
            level = max(row["MUC_DO"], 2)
            all_of[level] += row["SO_HS"]
            online[level] += row["SO_HS_DT"]
    shares = [online[level] / all_of[level] for level in (2, 3, 4)]
    assert shares == sorted(shares)
    assert shares[-1] > 0.95


def test_secret_dossiers_are_not_online(reports) -> None:
    for report in reports["hosocv"]:
        for row in report:
            assert row["SO_HS_DT"] <= row["SO_HS"] - row["SO_HS_MAT"]


def test_units_are_those_of_the_month(reports) -> None:
    names = [{row["MA_DV"][:2] == "KV" for row in report} for report in reports["hosocv"]]
    assert names == [{False}, {False}, {False}, {True}]


def test_equipment_is_replaced_by_more_that_is_connected(reports) -> None:
    last = reports["thietbi"][-1]
    assert {row["LOAI"] for row in last} == set(DEVICES)
    assert {row["TRONG_DIEM"] for row in last} == {0, 1}
    by_place = defaultdict(list)
    for row in last:
        assert 0 <= row["SO_KET_NOI"] <= row["SO_LUONG"]
        by_place[row["MA_DD"], row["LOAI"]].append(row)
    open_ones = [sum(row["DEN_NGAY"] is None for row in rows) for rows in by_place.values()]
    assert set(open_ones) == {1}
    for rows in by_place.values():
        for before, after in pairwise(rows):
            assert before["DEN_NGAY"] + dt.timedelta(days=1) == after["TU_NGAY"]
            assert before["SO_LUONG"] <= after["SO_LUONG"]
