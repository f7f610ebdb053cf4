"""The reference policies on small outside files: what they choose, and that none looks ahead."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from benchmark.kinds import KINDS, PHYSICAL
from benchmark.play.detectors import by_rules
from benchmark.reference_policies import POLICIES, Terms
from tests.builders import hang, write_csv
from tests.unit.benchmark.nations import LIMITS, MONDAY, day, number, registered, write_world

WEEKS, A_WEEK = 12, 60
BAD, GOODS = "BAD", ("61091010", "84713020", "39269099")


def result(position: int, end, irregular: int, **changes: object) -> dict:
    return {
        "SEQ_NO": position + 1,
        "OP": "I",
        "MA_KT": f"KT{position}",
        "STT_KT": 1,
        "SO_TK_GOC": number(position),
        "STT": None,
        "HINH_THUC": "3",
        "TU": end.isoformat(sep=" "),
        "DEN": end.isoformat(sep=" "),
        "KET_QUA": irregular,
        **changes,
    }


def write_nation(folder, seed: int = 1):
    """A hundred traders, one of whom is irregular in each third check; half of all are checked."""
    draw = np.random.default_rng(seed)
    heads, items, results = [], [], []
    for i in range(WEEKS * A_WEEK):
        at = MONDAY + timedelta(weeks=i // A_WEEK, minutes=10 * (i % A_WEEK))
        trader = BAD if i % 6 == 0 else f"T{draw.integers(99):02d}"
        value = int(draw.lognormal(17, 1))
        heads.append(registered(i, at, trader, TONG_TG_TT=value, TONG_THUE=value // 10))
        items.append(
            hang(f"{number(i)}0", seq_no=i + 1, MA_HS=GOODS[i % 3], TRI_GIA_TT=value, SO_CO=None)
        )
        if i % 12 in {0, 1, 2, 6, 7}:
            bad = int(trader == BAD and draw.random() < 0.8)
            results.append(result(i, at + timedelta(days=2), bad))
    write_world(folder, heads)
    write_csv(folder / "vcis" / "hang_20250303_00.csv.gz", items)
    write_csv(folder / "vcis" / "kiemtra_20250303_00.csv.gz", results)
    return heads, results


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    heads, results = write_nation(folder)
    return folder, heads, results


def chosen(name, folder, **changes):
    terms = replace(Terms(folder, 6, limits=LIMITS), **changes)
    return POLICIES[name](terms)


def traders_of(selection, heads):
    by_number = {int(str(row["SO_TK"])[:11]): row["MA_DN"] for row in heads}
    return [by_number[n] for n in selection.number.tolist()]


@pytest.mark.parametrize("name", ["random", "value", "past_rate", "xgboost"])
def test_each_week_is_filled_at_its_end_with_what_it_registered(nation, name):
    folder, _, _ = nation
    selection = chosen(name, folder)
    week = (selection.number - number(0)) // A_WEEK
    assert np.bincount(week).tolist() == [6] * WEEKS
    assert len(np.unique(selection.number)) == len(selection)
    ends = selection.selected - week * 7 * 86_400
    assert set(ends.tolist()) == {(day(MONDAY) + 7) * 86_400 - 1}
    assert set(selection.kind.tolist()) == {PHYSICAL}


def test_value_takes_the_dearest(nation):
    folder, heads, _ = nation
    first = [row["TONG_TG_TT"] for row in heads[:A_WEEK]]
    best = np.argsort(-np.array(first))[:6]
    assert sorted(chosen("value", folder).number[:6] - number(0)) == sorted(best.tolist())


def test_a_lot_follows_its_seed(nation):
    folder, _, _ = nation
    one, again, other = (chosen("random", folder, seed=seed).number for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


@pytest.mark.parametrize("name", ["past_rate", "xgboost"])
def test_who_was_irregular_before_is_found(nation, name):
    folder, heads, _ = nation
    late = chosen(name, folder, first_day=day(MONDAY) + 9 * 7)
    share = np.mean([trader == BAD for trader in traders_of(late, heads)])
    assert share > 0.6


def test_the_period_and_the_kind_are_kept(nation):
    folder, _, _ = nation
    days = {"first_day": day(MONDAY) + 7, "last_day": day(MONDAY) + 13}
    selection = chosen("value", folder, kind=KINDS.index("documents"), **days)
    assert set(((selection.number - number(0)) // A_WEEK).tolist()) == {1}
    assert KINDS[selection.kind[0]] == "documents"


@pytest.mark.parametrize("name", ["past_rate", "xgboost"])
def test_results_of_later_weeks_change_nothing_before(nation, tmp_path, name):
    """Results known from the fifth week on are turned round: no choice until then differs."""
    folder, _, results = nation
    turn = (MONDAY + timedelta(weeks=4)).isoformat(sep=" ")
    turned = [
        row | {"KET_QUA": 1 - row["KET_QUA"]} if row["DEN"] >= turn else row for row in results
    ]
    write_nation(tmp_path)
    write_csv(tmp_path / "vcis" / "kiemtra_20250303_00.csv.gz", turned)
    before, after = chosen(name, folder), chosen(name, tmp_path)
    early = 6 * 5
    np.testing.assert_array_equal(before.number[:early], after.number[:early])
    assert (before.number != after.number).any()


def test_practice_is_red_first_then_yellow_with_the_deepest_check_made(tmp_path):
    write_world(tmp_path, [registered(i, MONDAY) for i in range(6)])
    lanes = [
        {
            "SEQ_NO": i + 1,
            "OP": "I",
            "SO_TK_GOC": number(i),
            "THOI_DIEM": (MONDAY + timedelta(minutes=i)).isoformat(sep=" "),
            "LUONG": lane,
            "NGAU_NHIEN": random,
        }
        for i, (lane, random) in enumerate([(1, 0), (2, 0), (3, 0), (3, 1), (2, 0), (3, 0)])
    ]
    write_csv(tmp_path / "vcis" / "phanluong_20250303_00.csv", lanes)
    made = [
        result(4, MONDAY, 0, HINH_THUC="7"),
        result(4, MONDAY, 0, HINH_THUC="1", MA_KT="KT9"),
        result(2, MONDAY, 0, HINH_THUC="4"),
    ]
    write_csv(tmp_path / "vcis" / "kiemtra_20250303_00.csv", made)
    audit = {"SEQ_NO": 1, "OP": "I", "MA_QD": "Q1", "MA_DN": "A", "TU_NGAY": "2024-01-01"}
    audit |= {"DEN_NGAY": "2025-12-31", "NGAY_QD": "2025-03-05"}
    write_csv(tmp_path / "vcis" / "ktstq_20250303_00.csv", [audit])
    selection = POLICIES["legacy"](Terms(tmp_path, 3, limits=LIMITS))
    checks = selection.where(~selection.is_audit)
    found = dict(zip((checks.number - number(0)).tolist(), checks.kind.tolist(), strict=True))
    assert {i: KINDS[kind] for i, kind in found.items() if i != 1} in (
        {2: "physical", 5: "physical", 4: "value_consultation"},
        {2: "physical", 5: "physical"},
    )
    assert sorted(checks.rank.tolist()) == [1, 2, 3]
    assert selection.period_to[selection.is_audit].tolist() == [day(MONDAY) + 2]


def test_practice_leaves_out_what_was_decided_before_the_nation_began(tmp_path):
    """Audits of the warm-up stand in `ktstq` as history; on the first day they are chosen."""
    write_world(tmp_path, [registered(1, MONDAY + timedelta(hours=9))])
    decided = [MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=1)]
    rows = [
        {
            "SEQ_NO": place, "OP": "I", "MA_QD": f"Q{place}", "MA_DN": f"T{place}",
            "TU_NGAY": "2024-01-01", "DEN_NGAY": "2024-12-31", "NGAY_QD": f"{at:%Y-%m-%d}",
        }
        for place, at in enumerate(decided, start=1)
    ]  # fmt: skip
    write_csv(tmp_path / "vcis" / "ktstq_20250303_00.csv", rows)
    terms = Terms(tmp_path, 3, limits=LIMITS)
    assert POLICIES["legacy"](terms).trader.to_pylist() == ["T2", "T3"]
    asked = replace(terms, first_day=day(MONDAY) - 1)
    assert POLICIES["legacy"](asked).trader.to_pylist() == ["T1", "T2", "T3"]


def test_what_takes_long_is_told_step_by_step(nation):
    folder, _, _ = nation
    told = []
    chosen("xgboost", folder, progress=told.append)
    assert "features: month 1 of 3" in told
    assert told[-1] == "learning and choosing: month 3 of 3"
    weeks = []
    by_rules(("new_firm",), Terms(folder, 6, limits=LIMITS, progress=weeks.append))
    assert weeks[0].startswith("choosing: week 1 of ")
    assert weeks[-1].split()[2] == weeks[-1].split()[4]
