"""What was known at a moment is what had come by then, whatever is told of it afterwards."""

from datetime import timedelta

import numpy as np
import pytest

from benchmark.ceiling.items import items_of
from benchmark.ceiling.lessons import told_lesson
from benchmark.outside import read_declarations
from benchmark.reference_policies import POLICIES, Terms, plain_items
from tests.builders import hang, write_csv
from tests.unit.benchmark.mechanism_world import FIRST, World, tariff
from tests.unit.benchmark.nations import (
    LIMITS,
    MONDAY,
    number,
    registered,
    second,
    write_world,
)
from tests.unit.benchmark.test_reference_policies import chosen, result, write_nation

FRIDAY = FIRST + timedelta(days=4)
FIRST_WEEK, LATER = f"{FRIDAY:%Y%m%d}", "20250320"


def lesson_of(world, folder, weeks):
    """Return what control had been told after some weeks: irregular or not, by declaration."""
    tariff(world)
    files, _ = world.write(folder)
    items = items_of(files, LIMITS)
    found = told_lesson(files, items, second(MONDAY + timedelta(weeks=weeks)), LIMITS)
    places = (items.number[found.place] - number(0)).tolist()
    return dict(zip(places, found.is_irregular.tolist(), strict=True))


def checked(world, day, at, result, **says):
    """Plant a result, ended in the first week, in the file of a day."""
    end = f"{FRIDAY} 10:00:00"
    usual = {"MA_KT": f"KT{at}", "STT_KT": 1, "SO_TK_GOC": number(at), "STT": 1, "DEN": end}
    world.add(f"kiemtra_{day}", KET_QUA=result, HINH_THUC="3", **usual | says)


def audited(world, day, line="final", **says):
    """Plant an audit of the first week with one line, in the files of a day."""
    period = {"TU_NGAY": FIRST, "DEN_NGAY": FRIDAY, "NGAY_KL": FRIDAY}
    turn = {name: says.pop(name) for name in ("SEQ_NO", "OP") if name in says}
    world.add(f"ktstq_{day}", **{"MA_QD": "Q", "MA_DN": "D"} | period | says | turn)
    world.add(f"ktstqct_{day}", MA_QD="Q", SO_TK_GOC=number(3), STT=1, MA_SAC_THUE="N",
              TRANG_THAI=line, **turn)  # fmt: skip


@pytest.mark.parametrize(
    ("weeks", "told"),
    [(1, {0: True, 1: False, 3: True}), (3, {0: False, 1: False, 2: True, 3: False})],
)
def test_a_lesson_is_of_the_rows_that_had_come(tmp_path, weeks, told):
    """Later one finding is taken back, another comes late, and a line of the audit is annulled."""
    world = World()
    for trader in "ABCD":
        world.declared(trader)
    world.declared("E", 30)
    checked(world, FIRST_WEEK, 0, 1)
    checked(world, FIRST_WEEK, 1, 0)
    audited(world, FIRST_WEEK)
    again = {"SEQ_NO": 9, "OP": "U"}
    checked(world, LATER, 0, 0, **again)
    checked(world, LATER, 2, 1, **again)
    audited(world, LATER, "annulled", **again)
    assert lesson_of(world, tmp_path, weeks) == told


def test_what_an_audit_concluded_stays_so_when_its_day_is_told_anew(tmp_path):
    world = World()
    for trader in "ABCD":
        world.declared(trader)
    world.declared("E", 30)
    audited(world, FIRST_WEEK)
    audited(world, LATER, SEQ_NO=9, OP="U", NGAY_KL="2025-03-20")
    assert lesson_of(world, tmp_path, 1) == {3: True}


@pytest.mark.parametrize("name", ["past_rate", "xgboost"])
def test_results_that_are_told_anew_change_nothing_before(tmp_path, name):
    """In the ninth week all findings of the first six are taken back, and what was clean is bad."""
    changed = MONDAY + timedelta(weeks=8, days=1)
    _, results = write_nation(tmp_path / "before")
    write_nation(tmp_path / "after")
    until = (MONDAY + timedelta(weeks=6)).isoformat(sep=" ")
    turned = [
        row | {"KET_QUA": 1 - row["KET_QUA"], "OP": "U", "SEQ_NO": 9_000 + place}
        for place, row in enumerate(results)
        if row["DEN"] < until
    ]
    write_csv(tmp_path / "after" / "vcis" / f"kiemtra_{changed:%Y%m%d}_00.csv", turned)
    before, after = (chosen(name, tmp_path / one) for one in ("before", "after"))
    early = 6 * 8
    np.testing.assert_array_equal(before.number[:early], after.number[:early])
    assert (before.number != after.number).any()


def test_a_finding_counts_once_however_often_it_is_sent_and_not_when_withdrawn(tmp_path):
    """Of two traders one was found irregular: told twice, told again, or withdrawn afterwards."""
    heads = [registered(i, MONDAY + timedelta(weeks=i // 2), "AB"[i % 2]) for i in range(6)]
    items = [hang(f"{number(i)}0", seq_no=i + 1, SO_CO=None) for i in range(6)]
    found = [result(0, MONDAY, 0), result(1, MONDAY, 1)]
    for folder, later in (
        ("once", []),
        ("twice", [found[1]]),
        ("again", [found[1] | {"SEQ_NO": 9, "OP": "U"}]),
        ("withdrawn", [found[1] | {"SEQ_NO": 9, "OP": "D"}]),
    ):
        write_world(tmp_path / folder, heads)
        vcis = tmp_path / folder / "vcis"
        write_csv(vcis / "hang_20250303_00.csv", items)
        write_csv(vcis / "kiemtra_20250303_00.csv", found)
        if later:
            write_csv(vcis / "kiemtra_20250311_00.csv", later)
    rates = {
        folder: plain_items(tmp_path / folder, LIMITS).select(
            ["trader", "week", "trader_checked", "trader_rate"]
        ).to_pylist()
        for folder in ("once", "twice", "again", "withdrawn")
    }  # fmt: skip
    assert rates["once"] == rates["twice"] == rates["again"]
    assert [row["trader_checked"] for row in rates["once"]] == [0, 0, 1, 1, 1, 1]
    assert [row["trader_checked"] for row in rates["withdrawn"]] == [0, 0, 1, 1, 1, 0]


def test_a_declaration_that_is_withdrawn_is_none(tmp_path):
    """A withdrawal says no more than its key; of one version the other stands."""
    told = [registered(i, MONDAY, TONG_TG_TT=10**9 * (i + 1)) for i in range(4)]
    second_version = told[2] | {"SO_TK": f"{number(2)}1", "SEQ_NO": 8}
    gone = dict.fromkeys(told[0])
    withdrawn = [
        gone | {"SO_TK": one, "SEQ_NO": 10, "OP": "D"} for one in (f"{number(3)}0", f"{number(2)}1")
    ]
    write_world(tmp_path, [*told, second_version, *withdrawn])
    items = [hang(f"{number(i)}0", seq_no=i + 1, SO_CO=None) for i in range(4)]
    lacking = dict.fromkeys(items[0]) | {"SO_TK": f"{number(1)}0", "STT": 1}
    write_csv(tmp_path / "vcis" / "hang_20250303_00.csv",
              [*items, lacking | {"SEQ_NO": 10, "OP": "D"}])  # fmt: skip
    write_csv(tmp_path / "vcis" / "kiemtra_20250303_00.csv", [result(0, MONDAY, 0)])
    found = read_declarations(tmp_path, LIMITS)
    assert (found.number.tolist(), found.unread) == ([number(i) for i in range(3)], 0)
    best = POLICIES["value"](Terms(tmp_path, 9, limits=LIMITS))
    assert best.number.tolist() == [number(2), number(1), number(0)]
    assert plain_items(tmp_path, LIMITS)["number"].to_pylist() == [number(0), number(2)]
