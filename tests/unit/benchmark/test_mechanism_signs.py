"""Signs that single rules look at, on a world of planted declarations and slips."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from benchmark.mechanisms import signs
from tests.unit.benchmark.mechanism_world import (
    CODE,
    DEARER,
    ELSEWHERE,
    FIRST,
    World,
    columns_of_signs,
    signs_in,
)


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""
    return lambda world, sign: signs_in(world, tmp_path, sign)


def test_the_list_tells_each_column_of_the_signs_once_and_nothing_else(tmp_path):
    listed = Path(signs.__file__).with_suffix(".csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(listed.splitlines()))
    places = ["base", "client", "is_import", "stt", "trader"]
    assert sorted([*places, *(row["sign"] for row in rows)]) == sorted(columns_of_signs(tmp_path))
    assert [row for row in rows if not (row["tables"] and row["looks_at"])] == []
    assert {row["of_inspection"] for row in rows} == {"0", "1"}


def test_a_load_that_fills_its_quotas_is_known_by_van_day_and_heading(signs_of):
    """Three slips at least, one of them below the quota at most; and how many are alike.

    Large loads are not, nor is what most bring there in the month.
    """
    world = World()
    world.declared("A")
    low, other_day = {"TRI_GIA": 1_200_000}, {"NGAY": FIRST + timedelta(days=1)}
    for van, all_changes in {
        "12C1": [{}, {}, low],
        "12C2": [{}, {}, low, low],
        "12C3": [{}, {}, other_day],
        "12C4": [{}, {}, {"CHIEU": "X"}],
        "12C5": [{}, {}, {"MA_HS4": "0703"}],
        "12C6": [{}, {}, {}, {"TRI_GIA": 2_100_000}],
        "12C7": [{}] * 4,
        "12C8": [{"MA_HS4": "0703"}] * 3,
        "12C9": [{"MA_HS4": "0810"}] * 40,
        "12C0": [{"MA_HS4": "0810"}] * 3,
    }.items():
        for changes in all_changes:
            world.slip(PLATE=van, **changes)
    quotas = {"12C1": 2, "12C4": 2, "12C7": 4, "12C8": 3}
    for sign, filled in (
        ("quotas_in_van", quotas | {"12C9": 40, "12C0": 3}),
        ("loads_alike", dict.fromkeys(quotas, 3) | {"12C8": 1}),
    ):
        found = dict(signs_of(world, sign))
        assert {van: value for van, value in found.items() if value} == filled, sign


def test_an_office_is_one_before_and_after_it_takes_anothers_place(signs_of):
    """Goods and slips that lie at a former code and at the later one lie at one office."""
    world = World()
    world.add("hq", MA_HQ="15BB", MA_MOI="15B9")
    for office, days in (("15BB", 0), ("15B9", 1), ("11B1", 2)):
        world.declared("A", days, MA_HQ=office)
        for _ in range(3):
            world.slip(MA_HQ=office, PLATE=office, NGAY=FIRST + timedelta(days=days))
        for _ in range(9):
            world.slip(MA_HQ=office, PLATE="12C1", MA_HS4="0703", NGAY=FIRST)
    loads = dict(signs_of(world, "loads_alike"))
    assert loads == {"15BB": 2, "15B9": 2, "11B1": 1, "12C1": 0}
    assert [share for _, share in signs_of(world, "own_office_share")] == [0.333, 0.667, 0.667]


def test_papers_that_fill_a_load_are_held_against_the_days_they_share_otherwise(signs_of):
    """P and Q come on both days, R and S on the first and on one of their own each."""
    world = World()
    world.declared("A")
    for paper, days, van, changes in (
        *((paper, 0, "12C1", {}) for paper in "PQR"),
        ("P", 1, "12C2", {"TRI_GIA": 900_000}),
        ("Q", 1, "12C3", {"TRI_GIA": 900_000}),
        ("R", 2, "12C4", {"TRI_GIA": 900_000}),
        *((paper, 3, "12C5", {}) for paper in "XYZ"),
    ):
        world.slip(PLATE=van, SO_GT=paper, NGAY=FIRST + timedelta(days=days), **changes)
    # One of the three pairs meets on its one other day; who never came again has none.
    assert signs_of(world, "seldom_together") == [("12C1", 0.667)] * 3


def test_a_paper_shown_again_and_what_a_van_carries_are_counted_by_day(signs_of):
    world = World()
    world.declared("A")
    for paper, days in (("P", 0), ("P", 0), ("P", 1), ("R", 0)):
        world.slip(SO_GT=paper, NGAY=FIRST + timedelta(days=days))
    assert signs_of(world, "paper_again") == [("12C1", 1), ("12C1", 1), ("12C1", 2), ("12C1", 2)]


def test_the_same_words_are_known_in_every_layout(signs_of):
    world = World()
    for name in (
        "NPL7#&Gioăng cao su, mã ZJ17466-399F, linh kiện",
        "GIOANG CAO SU MA: ZJ17466-399F. MOI 100%",
        "ZV93038-133C - Gioăng cao su, linh kiện (hàng mới 100%), hiệu RIHI",
        "gioăng cao su/20KG/CTN/linh kiện",
        "Gioăng cao su (model Q1), mới 100%",
    ):
        world.declared("A", goods={"TEN_HANG": name})
    world.declared("B", goods={"TEN_HANG": "Gioăng cao su; mới 100%", "MA_HS": DEARER})
    found = signs_of(world, "name_of_other_code")
    assert found == [*[("A", 0.167)] * 5, ("B", 0.833)]


def test_a_code_is_known_by_the_names_that_its_trader_gives_it(signs_of):
    world = World()
    for trader in "ABC":
        world.declared(trader, goods={"TEN_HANG": "Gioăng cao su; mới 100%"})
    for name in ("Gioăng cao su; mới 100%", "Tấm nhựa; mới 100%"):
        world.declared("D", goods={"TEN_HANG": name, "MA_HS": DEARER})
    found = dict(signs_of(world, "code_of_other_names"))
    assert found == {"A": 0.25, "B": 0.25, "C": 0.25, "D": 0.375}


def test_related_prices_are_held_against_those_of_other_traders(signs_of):
    world = World()
    # Most of what is bought is the daughter's own: she does not set the level.
    for price in ("50.00", "50.00", "50.00", "50.00", "50.00", "200.00"):
        world.declared("A", goods={"DON_GIA": price}, MA_PL_TRI_GIA="7")
    for trader in "BC":
        world.declared(trader)
    assert signs_of(world, "related_under_others") == [("A", -0.693), *[("A", 0.693)] * 5]


def test_releases_are_counted_by_officer_for_a_trader_by_a_broker_at_an_office(signs_of):
    world = World()
    for trader, broker, officer, lanes in (
        ("A", "B1", "C1", "32"), ("A", "B1", "C1", "21"), ("A", "B1", "C2", "21"),
        ("A", "B1", "C1", "1"), ("A", "B2", "C1", "23"), ("D", "B1", "C1", "3"),
    ):  # fmt: skip
        at = world.declared(trader, MA_DL=broker)
        head = world.tables["tk"][at]
        for lane, event in zip(lanes, ("LUONG", "CHUYEN_LUONG"), strict=False):
            world.add(
                "sukien", SO_TK_GOC=str(head["SO_TK"])[:11], MA_SK=event, GIA_TRI=lane,
                THOI_DIEM=head["NGAY_DK"], MA_CB=officer if event != "LUONG" else None,
            )  # fmt: skip
    found = signs_of(world, "pair_releases")
    assert found == [("A", 0), *[("A", 2)] * 4, ("D", 0)]


def test_brokers_of_a_trader_are_counted_by_its_imports(signs_of):
    world = World()
    for trader, broker, group in (
        ("A", "B1", "N"), ("A", "B1", "N"), ("A", "B2", "N"), ("A", "B3", "X"), ("D", "", "N"),
    ):  # fmt: skip
        world.declared(trader, MA_DL=broker, NHOM=group)
    assert signs_of(world, "brokers_of_trader") == [*[("A", 2)] * 4, ("D", 0)]
    assert signs_of(world, "by_other_broker") == [*[("A", 0.333)] * 4, ("D", 0)]


def test_papers_that_inspectors_read_are_counted_for_a_trader_by_a_broker_at_an_office(signs_of):
    world = World()
    for trader, officer, method in (
        ("A", "C1", "1"), ("A", "C1", "3"), ("A", "C2", "1"), ("D", "C2", "1"), ("D", "C3", "4"),
    ):  # fmt: skip
        at = world.declared(trader, MA_DL="B1")
        head = world.tables["tk"][at]
        world.add(
            "kiemtra", MA_KT=f"{trader}{at}", STT_KT=1, SO_TK_GOC=str(head["SO_TK"])[:11],
            HINH_THUC=method, TU=head["NGAY_DK"], DEN=head["NGAY_DK"], KET_QUA="0", MA_CB=officer,
        )  # fmt: skip
    assert signs_of(world, "papers_by_inspectors") == [*[("A", 1)] * 3, *[("D", 0)] * 2]


def test_second_declarations_after_a_red_lane_are_counted_by_trader(signs_of):
    world = World()
    for trader, lane, days in (("A", 3, 3), ("A", 3, 3), ("B", 1, 3), ("C", 3, 30)):
        at = world.declared(trader, SO_HD=f"{trader}{len(world.tables.get('tk', ()))}")
        head = world.tables["tk"][at]
        world.declared(trader, days, SO_HD=head["SO_HD"], MA_LH="H11")
        world.add(
            "sukien", SO_TK_GOC=str(head["SO_TK"])[:11], MA_SK="LUONG", GIA_TRI=str(lane),
            THOI_DIEM=head["NGAY_DK"], MA_CB=None,
        )  # fmt: skip
    found = dict(signs_of(world, "trader_legalises"))
    assert found == {"A": 2, "B": 0, "C": 0}


def test_a_price_is_near_the_list_only_from_above(signs_of):
    world = World()
    world.add(
        "ruirotg", MA_HS=CODE, TEN="x", TU_NGAY="2025-01-01", GIA_THAM_KHAO="98.00", MA_NT="USD",
        MA_DVT="PCE", DEN_NGAY=None,
    )  # fmt: skip
    world.add("tygia", TU_NGAY=FIRST, MA_NT="USD", VND="25000")
    for trader, price in (("A", "99.00"), ("B", "196.00"), ("C", "97.00")):
        world.declared(trader, goods={"DON_GIA": price, "MA_DVT1": "PCE"}, TY_GIA="25000")
    world.declared("D", goods={"DON_GIA": "99.00", "MA_DVT1": "PCE"}, TY_GIA="25000", NHOM="X")
    assert signs_of(world, "price_just_over_reference") == [("A", -0.01), ("B", -0.693)]


def test_freight_is_held_against_the_line_and_is_a_habit_of_the_trader(signs_of):
    world = World()
    for trader, freight in (("A", 100), ("A", 400), ("B", 100), ("C", 100), ("D", None)):
        world.declared(trader, PHI_VC=freight, TONG_TG_HD=1_000)
    # Half of what A ships costs four times as much: ln 4 / 2.
    found = signs_of(world, "freight_of_trader")
    assert found == [("A", 0.693), ("A", 0.693), ("B", 0.0), ("C", 0.0)]


def test_certificates_are_lacked_where_others_of_the_form_come(signs_of):
    world = World()
    # Of form D four of eight came, none of trader B; of the other form none does.
    for trader, form, came in (("A", "D", 4), ("B", "D", 0), ("A", "E", 0)):
        for place in range(4):
            number = f"{form}-{trader}{place}"
            schedule = {"D": "B04", "E": "B05"}[form]
            world.declared(trader, goods={"SO_CO": number, "MA_BIEU_THUE": schedule})
            if place < came:
                world.certificates.append(number)
    assert signs_of(world, "certificates_lacking") == [*[("A", -2.0)] * 4, *[("B", 2.0)] * 4]


def test_a_cheaper_code_is_known_by_what_goods_of_its_words_bear_elsewhere(signs_of):
    world = World()
    for trader, code in (("A", DEARER), ("B", DEARER), ("C", DEARER), ("D", CODE)):
        world.declared(trader, goods={"TEN_HANG": "Gioăng cao su; mới 100%", "MA_HS": code})
    # 20 % thrice and 10 % once: 17.5 % on average.
    found = signs_of(world, "cheaper_than_named")
    assert found == [("A", -0.025), ("B", -0.025), ("C", -0.025), ("D", 0.075)]


def test_what_a_partner_does_not_tell_at_all_is_its_widest_gap(signs_of):
    world = World()
    for trader, origin in (("A", "TH"), ("B", "CN"), ("C", "LA")):
        world.declared(trader, goods={"MA_NUOC_XX": origin, "TRI_GIA_TT": "25000000"})
    told = {"year": "2025", "partner": "VN", "flow": "X"}
    world.add("partner", reporter="TH", hs6="847130", value_usd="500", **told)
    world.add("partner", reporter="CN", hs6="640299", value_usd="500", **told)
    # 1,000 dollars of imports; the third tells of no year.
    assert signs_of(world, "over_mirror") == [("A", 0.693), ("B", 6.908)]


def test_kin_share_an_owner_or_the_address_and_may_be_struck_off(signs_of):
    world = World()
    for trader, address, state in (
        ("A", "1", "03"), ("B", "2", "00"), ("C", "2", "00"), ("D", "3", "00"), ("E", "4", "00"),
    ):  # fmt: skip
        world.declared(trader)
        world.add("dn_202503", MA_DN=trader, NGAY_TL="2020-01-01", DIA_CHI=address,
                  TRANG_THAI=state)  # fmt: skip
    for trader in "AD":
        world.add("chusohuu_202503", MA_DN=trader, SO_GT="P1")
    found = signs_of(world, "kin_closes")
    assert found == [("A", 2), ("B", 1), ("C", 1), ("D", 2), ("E", 0)]


def test_need_is_held_against_traders_of_the_same_material_and_product(signs_of):
    world = World()
    for trader, norm, waste in (("A", 1.0, 0), ("B", 1.0, 10), ("C", 1.0, 0), ("D", 1.0, 0)):
        world.declared(trader, goods={"MA_QL": "M"}, MA_LH="E31")
        product = ELSEWHERE if trader == "D" else DEARER
        world.declared(trader, goods={"MA_QL": "P", "MA_HS": product}, NHOM="X", MA_LH="E62")
        world.add("dmtt_202503", MA_DN=trader, LOAI="sx", DEN_NGAY="2024-12-31", MA_SP="P",
                  MA_NVL="M", LAN_NOP=1, DINH_MUC=norm, HAO_HUT_PCT=waste)  # fmt: skip
        world.add("qtnvl_202503", MA_DN=trader, LOAI="sx", DEN_NGAY="2024-12-31", MA_NVL="M")
    # Ten per cent of waste are ln 1.1; nobody else makes what D makes.
    found = signs_of(world, "need_over_peers")
    assert found == [*[("A", 0.0)] * 2, *[("B", 0.095)] * 2, *[("C", 0.0)] * 2]


def test_need_is_held_against_use_of_the_same_year_as_filed_last(signs_of):
    """Of 10 pieces a year each needs 1 of what is used; once filed wrongly, then again."""
    world = World()
    world.declared("A", MA_LH="E31")
    for year in (2022, 2023, 2024):
        for filing, stock in ((1, 20), (2, 5))[: 2 if year == 2024 else 1]:
            report = {
                "MA_DN": "A", "LOAI": "sx", "DEN_NGAY": f"{year}-12-31", "LAN_NOP": filing,
            }  # fmt: skip
            world.add("qtsp_202503", MA_SP="P", NHAP_KHO=10 * filing, **report)
            world.add("dmtt_202503", MA_SP="P", MA_NVL="M", DINH_MUC=1, HAO_HUT_PCT=0, **report)
            world.add("qtnvl_202503", MA_NVL="M", NHAP=10, XUAT_SX=10 * filing, TON_CUOI=stock,
                      TIEU_HUY=0, **report)  # fmt: skip
            if filing == 1 and year == 2024:
                # What is not filed again is taken back.
                world.add("qtnvl_202503", MA_NVL="X", NHAP=10, XUAT_SX=1, TON_CUOI=9,
                          TIEU_HUY=0, **report)  # fmt: skip
    assert signs_of(world, "need_over_used") == [("A", 0.0)]
    # 20, 20 and 5 of 10 a year.
    assert signs_of(world, "stock") == [("A", 1.5)]
