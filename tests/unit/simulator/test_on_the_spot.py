"""Trade on the spot: who delivers and who takes over declare the same goods, each to the other."""

import gzip
import json
from collections import Counter
from datetime import datetime

import numpy as np
import pytest

from simulator.reference.calendar import to_day
from tests.unit.simulator.nation import latest, rows, simulate
from tests.unit.simulator.plain import is_working

MARKS = {"#&XKTC", "#&NKTC"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    out = tmp_path_factory.mktemp("on_the_spot")
    simulate(out, scale=0.012, days=40, only=("vcis_extract", "manifest", "trader_registry"))
    return out


@pytest.fixture(scope="module")
def headers(world):
    return {row["SO_TK"]: row for row in latest(world, "tk", "SO_TK").values() if row["OP"] != "D"}


@pytest.fixture(scope="module")
def pairs(headers):
    """Every export whose taker has declared, with the import; first versions."""
    firsts = {number[:11]: row for number, row in headers.items() if number.endswith("0")}
    return [
        (firsts[row["SO_TK_DOI_UNG"]], row)
        for row in firsts.values()
        if row["GHI_CHU"] == "#&NKTC" and row["SO_TK_DOI_UNG"] in firsts
    ]


def test_each_names_the_other_and_no_third(headers, pairs):
    assert len(pairs) > 30
    versions = Counter(number[:11] for number in headers)
    for export, taken in pairs:
        assert (export["NHOM"], taken["NHOM"]) == ("X", "N")
        assert taken["SO_TK_DOI_UNG"] == export["SO_TK"][:11]
        if versions[export["SO_TK"][:11]] == 1:
            assert export["SO_TK_DOI_UNG"] == taken["SO_TK"][:11]
    named = [taken["SO_TK_DOI_UNG"] for _, taken in pairs]
    assert len(set(named)) == len(named)


def test_both_sides_are_firms_of_this_country_and_nothing_crosses_a_border(world, headers, pairs):
    bills = {bill["no"] for call in _calls(world) for bill in call["bills"]}
    assert bills
    for export, taken in pairs:
        assert taken["MA_DN"] != export["MA_DN"]
        assert taken["TEN_DT"] == export["TEN_DN"]
        assert taken["DIA_CHI_DT"] == export["DIA_CHI_DN"]
        assert export["TEN_DT"] == taken["TEN_DN"]
        for row in (export, taken):
            assert (row["MA_PTVT"], row["MA_NUOC_DT"], row["MA_NUOC_XUAT"]) == ("9", "VN", "VN")
            assert not row["SO_VD1"]
            assert not row["SO_HIEU_PTVT"]
            assert not row["NGAY_DEN"]
    crossing = [row for row in headers.values() if row["GHI_CHU"] not in MARKS]
    assert not any(row["MA_NUOC_DT"] == "VN" for row in crossing)
    boxed = {row["SO_TK"] for row in rows(world, "cont")}
    assert not boxed & {row["SO_TK"] for pair in pairs for row in pair}


def test_the_taker_declares_within_fifteen_working_days(pairs):
    for export, taken in pairs:
        first, last = (
            to_day(datetime.fromisoformat(row["NGAY_DK"]).date()) for row in (export, taken)
        )
        assert 1 <= is_working(np.arange(first + 1, last + 1)).sum() <= 15


def test_the_goods_are_the_same_but_for_a_little_that_is_taken_over_short(world, pairs):
    items = latest(world, "hang", "SO_TK", "STT")
    same = short = 0
    for export, taken in pairs:
        assert taken["SO_HD"] == export["SO_HD"]
        assert taken["MA_NT"] == export["MA_NT"]
        assert taken["SO_DONG"] == export["SO_DONG"]
        for number in range(1, int(export["SO_DONG"]) + 1):
            out, into = (items[row["SO_TK"], str(number)] for row in (export, taken))
            alike = all(out[name] == into[name] for name in ("MA_HS", "MA_NUOC_XX", "DON_GIA"))
            ratio = float(into["LUONG1"]) / float(out["LUONG1"])
            same += alike and ratio == 1
            short += alike and 0.94 < ratio < 1
    assert same > 0.9 * (same + short)
    assert short > 0
    assert same + short > 0.97 * sum(int(export["SO_DONG"]) for export, _ in pairs)


def test_makers_deliver_and_take_over_under_their_regimes(headers):
    own = [row for row in headers.values() if row["GHI_CHU"] in MARKS]
    regimes = {(row["NHOM"], row["MA_LH"]) for row in own}
    assert regimes <= {("X", "E42"), ("X", "E52"), ("X", "E62"),
                       ("N", "E15"), ("N", "E21"), ("N", "E31")}  # fmt: skip
    exports = sum(row["NHOM"] == "X" for row in headers.values())
    assert 0.01 < sum(row["NHOM"] == "X" for row in own) / exports < 0.12


def test_the_exporter_learns_of_the_other_side_when_it_declares(world, pairs):
    told = Counter()
    for row in sorted(rows(world, "tk"), key=lambda row: int(row["SEQ_NO"])):
        told[row["SO_TK"], row["SO_TK_DOI_UNG"] != ""] += 1
    for export, _ in pairs:
        assert told[export["SO_TK"], False] > 0


def _calls(world):
    for path in sorted(world.rglob("manifest_*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
