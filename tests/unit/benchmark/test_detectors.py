"""Single rules: each looks at what was planted for it, at the right time, and at nobody else."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import typer
from typer.testing import CliRunner

from benchmark.outside_files import known_on, landed
from benchmark.play.detectors import RULES, ByValueAndDuty, Known, Together, in_memory
from benchmark.play.game import OUTCOMES, WeekView
from benchmark.play.opening import History
from benchmark.play.tables import TABLES
from benchmark.selection import read_selection
from orchestration.cli import bench
from simulator.arguments import SimulationArguments
from simulator.delivery.tables import find_table
from simulator.world import run
from tests.builders import write_csv

FIRST, WEEK = date(2025, 3, 3), 2_879
GUILTY, CLEAN = 10_000_000_001, 10_000_000_002
HEADER = {
    "NGAY_DK": f"{FIRST} 09:00:00", "MA_DN": "0100000001", "TEN_DT": "SELLER", "SO_VD1": "B1",
    "TRONG_LUONG": "0.1", "MA_DVT_TL": "TNE", "TONG_TG_TT": "900000000", "PHI_VC": "50",
    "TONG_TG_HD": "1000", "TONG_THUE": "1", "MA_LH": "A11", "NHOM": "N",
}  # fmt: skip
ITEM = {
    "STT": "1", "MA_HS": "87032390", "MA_NUOC_XX": "CN", "MA_DVT1": "PCE", "LUONG1": "10",
    "TRI_GIA_TT": "2500000", "MA_BIEU_THUE": "B01",
}  # fmt: skip
# Ten dollars apiece, at 25,000 VND.
DOLLAR = {"MA_NT": "USD", "TU_NGAY": "2025-03-03", "VND": "25000.00"}
LISTED = {
    "MA_HS": "87032390", "MA_DVT": "PCE", "GIA_THAM_KHAO": "11.5", "TU_NGAY": "2025-01-01",
    "DEN_NGAY": "2025-12-31",
}  # fmt: skip
BILL = {"no": "B1", "gross_kg": 100.0, "hs4": "8703"}
# What differs in the guilty one's header and item, what is sent, and by which rule it is found.
PLANTED = [
    ("price_under_the_list", {}, {"LUONG1": "10"}, {"ruirotg": [LISTED]}),
    ("bill_weighs_more", {}, {}, {"manifest": [BILL | {"gross_kg": 106.0}]}),
    ("bill_names_other_goods", {}, {}, {"manifest": [BILL | {"hs4": "8711"}]}),
    ("certificate_missing_or_used", {}, {"MA_BIEU_THUE": "B04"}, {}),
    ("freight_out_of_line", {"PHI_VC": "5"}, {}, {}),
    ("new_firm", {}, {}, {"dn": [{"MA_DN": "0100000001", "NGAY_TL": "2025-01-05"}]}),
    ("found_before", {}, {}, {"vipham": [{"MA_DN": "0100000001"}]}),
    (
        "named_by_intelligence",
        {},
        {},
        {
            "intelligence": [
                {"subject": {"type": "TRADER", "value": "0100000001"}, "issued": "2025-02-01",
                 "expires": "2025-04-01"}
            ]
        },
    ),
    ("image_is_suspect", {}, {}, {"scan": [{"decl": f"{GUILTY}0", "decision": "SUSPECT"}]}),
]  # fmt: skip


def tables(*declarations):
    """Return `tk` and `hang` of (number, header, item), all outside columns, as text."""
    found = {}
    for name, usual, part in (("tk", HEADER, 1), ("hang", ITEM, 2)):
        rows = [usual | {"SO_TK": f"{one[0]}0"} | one[part] for one in declarations]
        columns = ["SEQ_NO", "OP", *find_table(name).columns]
        found[name] = pa.table(
            {column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns}
        )
    return found


def sent(folder, files):
    paths = []
    for name, rows in files.items():
        if name in {"manifest", "intelligence", "scan"}:
            lines = [{"revision": 1, "bills": [row]} if name == "manifest" else row for row in rows]
            path = folder / f"{name}_20250303.jsonl"
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        else:
            path = write_csv(folder / f"{name}_20250303.csv", rows)
        paths.append(path)
    return paths


@pytest.mark.parametrize(("rule", "header", "item", "files"), PLANTED)
def test_a_rule_looks_at_what_was_planted_for_it_alone(tmp_path, rule, header, item, files):
    known = Known(in_memory())
    known.take_in(sent(tmp_path, {"tygia": [DOLLAR]} | files))
    other = {"MA_DN": "0100000002", "SO_VD1": "B2", "TEN_DT": "OTHER"}
    dear = {"TRI_GIA_TT": "9000000"}
    # What is free of duty has no certificate, and needs none.
    free = other | {"SO_VD1": "B3"}, dear | {"MA_BIEU_THUE": "B30"}
    known.begin(tables((GUILTY, header, item), (CLEAN, other, dear), (CLEAN + 1, *free)))
    number = np.array([GUILTY, CLEAN, CLEAN + 1])
    assert known.fires(rule, number).tolist() == [True, False, False]
    fired = {name for name in RULES if known.fires(name, number)[1:].any()}
    assert fired == set()


def week_of(known, number, header=None, items=({},), trader="0100000001"):
    header = {"MA_DN": trader} | (header or {})
    known.begin(tables(*[(number + place, header, item) for place, item in enumerate(items)]))


def test_rules_that_remember_look_at_what_came_before(tmp_path):
    known = Known(in_memory())
    usual = [{"TRI_GIA_TT": "5000000", "SO_CO": "E-1", "MA_BIEU_THUE": "B04"}] * 6
    before = str(FIRST - timedelta(days=10))
    week_of(known, 10_000_000_100, {"NGAY_DK": f"{before} 09:00:00"}, usual, "0100000009")
    known.end()
    cancelled = {"SO_TK_GOC": "10000000100", "MA_SK": "HUY", "THOI_DIEM": f"{before} 10:00:00"}
    checked = {"SO_TK_GOC": "10000000101", "KET_QUA": "1"}
    known.take_in(sent(tmp_path, {"sukien": [cancelled], "kiemtra": [checked]}))
    again = {"SO_CO": "E-1", "MA_BIEU_THUE": "B04"}
    known.begin(
        tables(
            (GUILTY, {}, {"TRI_GIA_TT": "2000000"} | again),
            (CLEAN, {"MA_DN": "0100000009"}, {"TRI_GIA_TT": "5000000"} | again | {"SO_CO": "E-2"}),
        )
    )
    number = np.array([GUILTY, CLEAN])
    fires = {rule: known.fires(rule, number).tolist() for rule in RULES}
    assert fires["price_under_its_peers"] == [True, False]
    assert fires["certificate_missing_or_used"] == [True, False]
    assert fires["cancelled_before"] == [False, True]
    assert fires["found_before"] == [False, True]


def test_many_small_deals_with_one_partner_stand_out():
    known = Known(in_memory())
    small = {"TONG_TG_TT": "90000000"}
    week_of(known, GUILTY, small, [{}] * 3)
    assert known.fires("many_small_ones", GUILTY + np.arange(3)).all()
    week_of(known, GUILTY, small, [{}] * 2)
    assert not known.fires("many_small_ones", GUILTY + np.arange(2)).any()


def test_value_times_duty_is_that_of_the_ordinary_rate_of_the_day(tmp_path):
    known = Known(in_memory())
    line = {"MA_BIEU_THUE": "B01", "MA_HS": "87032390"}
    rates = [
        line | {"THUE_SUAT": "70%", "TU_NGAY": "2014-01-01", "DEN_NGAY": "2024-12-31"},
        line | {"THUE_SUAT": "50%", "TU_NGAY": "2025-01-01", "DEN_NGAY": ""},
        line | {"MA_BIEU_THUE": "B04", "THUE_SUAT": "99%", "TU_NGAY": "2014-01-01", "DEN_NGAY": ""},
    ]
    known.take_in(sent(tmp_path, {"bieuthue": rates}))
    known.begin(tables((GUILTY, {}, {}), (30_000_000_003, {}, {})))
    duty, value = known.stakes(np.array([30_000_000_003, GUILTY]))
    # Exports bear none of it.
    assert duty.tolist() == [0.0, 1_250_000.0]
    assert value.tolist() == [900e6, 900e6]


def test_a_rate_whose_end_is_told_later_does_not_hold_any_more(tmp_path):
    known = Known(in_memory())
    line = {"MA_BIEU_THUE": "B01", "MA_HS": "87032390"}
    old = line | {"THUE_SUAT": "70%", "TU_NGAY": "2014-01-01", "DEN_NGAY": ""}
    new = line | {"THUE_SUAT": "50%", "TU_NGAY": "2025-01-01", "DEN_NGAY": ""}
    for week, rows in enumerate([[old], [old | {"DEN_NGAY": "2024-12-31"}, new]]):
        known.take_in(sent(tmp_path, {f"bieuthue_2025010{week}": rows}))
    known.begin(tables((GUILTY, {}, {})))
    assert known.stakes(np.array([GUILTY]))[0].tolist() == [1_250_000.0]


def outcomes(number, result):
    row = {"SO_TK_GOC": str(number), "HINH_THUC": "4", "KET_QUA": result, "known": 1}
    return pa.table([pa.array([row.get(f.name)], f.type) for f in OUTCOMES], schema=OUTCOMES)


def test_together_rules_count_by_how_often_they_were_right(tmp_path):
    history = tables((GUILTY, {"PHI_VC": "5"}, {}))
    assert set(history) <= set(TABLES)
    rule = RULES.index("freight_out_of_line")
    chances = []
    for result in ("0", "1"):
        policy = Together((tmp_path, History(history, OUTCOMES.empty_table())))
        policy.learn(outcomes(GUILTY, result))
        rate = policy._hits / policy._looks
        others = np.delete(rate, rule)
        assert others.tolist() == [pytest.approx(0.02)] * len(others)
        chances.append(rate[rule])
    assert chances[0] < 0.02 < chances[1]


def test_a_file_is_known_by_its_folder_or_its_name():
    assert landed(Path("w/vcis/2025/03/04/tk_20250301_01.csv.gz")) == 20_151
    assert known_on(Path("w/vcis/2025/03/04/tk_20250301_01.csv.gz")) == 20_151
    assert known_on(Path("w/reference/tygia_20250303.csv.gz")) == 20_150
    # The whole month may pass before one is sent.
    assert known_on(Path("w/registry/dn_202412.csv.gz")) == 20_088
    assert known_on(Path("w/other.csv")) == landed(Path("w/registry/dn_202412.csv")) == 0


def test_a_rule_is_scored_alone_on_a_finished_nation(tmp_path):
    world = tmp_path / "world"
    run(SimulationArguments(out=world, first_date=FIRST, days=21, scale=0.0005, warmup_days=30))
    app = typer.Typer()
    bench.register(app)
    app.callback()(lambda: None)
    out = tmp_path / "rule.csv"
    words = ("select", "bill_weighs_more", "--world", world, "--capacity", 7, "--out", out)
    done = CliRunner().invoke(app, ["bench", *map(str, words)])
    assert done.exit_code == 0, done.exception
    chosen = read_selection(out)
    weeks, counts = np.unique(chosen.selected, return_counts=True)
    assert len(weeks) > 0
    assert 0 < counts.max() <= 7
    cut = sorted(world.rglob("manifest_*.jsonl.gz"))[0]
    cut.write_bytes(cut.read_bytes()[:-20])
    done = CliRunner().invoke(app, ["bench", *map(str, words)])
    assert str(done.exception).startswith(f"{cut}: expected a file of the outside formats, found")


def test_a_policy_without_files_sees_the_registered_alone(tmp_path):
    registered = tables((GUILTY, {}, {}), (CLEAN, {"TONG_TG_TT": "1"}, {}))
    history = tables((CLEAN + 50, {"NGAY_DK": "2025-02-20 09:00:00"}, {}))
    policy = ByValueAndDuty((tmp_path, History(history, OUTCOMES.empty_table())))
    view = WeekView(WEEK, 0, registered, OUTCOMES.empty_table(), None)
    assert policy.scores(view).argmax() == 0
