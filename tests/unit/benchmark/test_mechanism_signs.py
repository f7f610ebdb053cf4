"""Signs that single rules look at, on a world of planted declarations and slips."""

from datetime import timedelta

import pytest

from benchmark.mechanisms.ground import lay
from benchmark.mechanisms.signs import make_signs
from benchmark.outside import connection
from tests.unit.benchmark.mechanism_world import DEARER, FIRST, World, tariff
from tests.unit.benchmark.nations import LIMITS


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""

    def signs(world, sign):
        tariff(world)
        folders = world.write(tmp_path)
        with connection(LIMITS) as opened:
            lay(opened, *folders)
            make_signs(opened)
            named = opened.table("sign").select("trader", sign).order(f"trader, {sign}").fetchall()
        return [(trader, round(float(value), 3)) for trader, value in named if value is not None]

    return signs


def test_slips_near_the_quota_are_counted_by_van_day_and_heading(signs_of):
    world = World()
    world.declared("A")
    for changes in (
        {}, {}, {"MA_HS4": "0703"}, {"TRI_GIA": 1_200_000}, {"NGAY": FIRST + timedelta(days=1)},
        {"CHIEU": "X"}, {"PLATE": "12C2"},
    ):  # fmt: skip
        world.slip(**changes)
    assert signs_of(world, "quotas_in_van") == [
        ("12C1", 0), ("12C1", 0), ("12C1", 1), ("12C1", 1), ("12C1", 2), ("12C1", 2), ("12C2", 1),
    ]  # fmt: skip


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
