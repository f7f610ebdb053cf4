"""Signs of what is sent again, says nothing, is not yet due, or has another state since."""

from datetime import timedelta

import pytest

from tests.unit.benchmark.mechanism_world import (
    CODE,
    DEARER,
    ELSEWHERE,
    FIRST,
    World,
    judged,
    signs_in,
    tariff,
)
from tests.unit.benchmark.nations import number


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""
    return lambda world, sign: signs_in(world, tmp_path, sign)


def test_a_safeguard_is_on_all_origins_and_beside_none(signs_of):
    world = World()
    usual = {"TU_NGAY": "2025-01-01", "DEN_NGAY": None, "NHA_SX": None, "THUE_SUAT": "10%"}
    for code, origin in ((CODE, None), (DEARER, "CN"), (ELSEWHERE, None), (ELSEWHERE, "CN")):
        world.add("pvtm", MA_HS=code, MA_NUOC_XX=origin, **usual)
    for trader, code, origin in (
        ("A", CODE, "TH"), ("B", DEARER, "TH"), ("C", DEARER, "CN"), ("D", ELSEWHERE, "TH"),
    ):  # fmt: skip
        world.declared(trader, goods={"MA_HS": code, "MA_NUOC_XX": origin})
    assert signs_of(world, "beside_defence") == [("B", 1), ("C", 0), ("D", 1)]


def test_what_partners_tell_counts_once_a_month_and_as_told_last(signs_of):
    """Two months of 250 dollars: one was sent twice, the other was another sum at first."""
    world = World()
    world.declared("A", goods={"MA_NUOC_XX": "TH", "TRI_GIA_TT": "25000000"})
    told = {"reporter": "TH", "partner": "VN", "flow": "X", "hs6": CODE[:6], "year": "2025"}
    for file, month, value in (("a", 1, 250), ("b", 1, 250), ("a", 2, 900), ("b", 2, 250)):
        world.add(f"partner_{file}", month=month, value_usd=value, **told)
    assert signs_of(world, "over_mirror") == [("A", 0.693)]


def test_a_certificate_that_is_sent_twice_is_of_one_quantity(signs_of):
    """It is about 10 pieces: those of one declaration, not of two."""
    world = World(certificates=["X", "X", "Y"])
    for shown in "XXY":
        world.declared("D", goods={"SO_CO": shown})
    assert signs_of(world, "certificate_of_others") == [("D", 0), ("D", 1), ("D", 1)]


def test_an_origin_is_unusual_among_what_its_trader_imports(signs_of):
    """What it sends out is of its own country."""
    world = World()
    for group, origin in (("N", "CN"), ("N", "CN"), ("X", "VN"), ("X", "VN")):
        world.declared("A", NHOM=group, goods={"MA_NUOC_XX": origin})
    world.declared("B", goods={"MA_NUOC_XX": "CN"})
    world.declared("B", goods={"MA_NUOC_XX": "TH"})
    found = signs_of(world, "unusual_origin")
    assert found == [("A", 0), ("A", 0), ("B", 0.5), ("B", 0.5)]


def test_a_seller_sends_goods_of_their_origin_beside_others(signs_of):
    """Of three things of one seller in China one comes from Laos; another sends all from there."""
    world = World()
    for seller, origin, sent_from in (
        ("X", "CN", "CN"), ("X", "CN", "CN"), ("X", "LA", "LA"), ("Y", "LA", "LA"),
        ("Y", "LA", "CN"),
    ):  # fmt: skip
        world.declared(
            "A", TEN_DT=seller, MA_NUOC_DT="CN", MA_NUOC_XUAT=sent_from,
            goods={"MA_NUOC_XX": origin},
        )  # fmt: skip
    found = signs_of(world, "mixed_seller")
    assert [(trader, round(share, 3)) for trader, share in found] == [
        ("A", 0), ("A", 0), ("A", 0), ("A", 0), ("A", 0.667),
    ]  # fmt: skip


def test_a_trip_that_is_under_way_is_late_when_it_is_due(signs_of):
    """The last day on file is the fifth: due by then, due after it, come after all."""
    world = World()
    world.declared("Z", 5)
    for trader, days, came in (("A", 5, None), ("B", 6, None), ("C", 6, 6), ("D", 0, 1)):
        at = world.declared(trader)
        arrival = None if came is None else f"{FIRST + timedelta(days=came)} 12:00:00"
        world.add("vanchuyen", SO_VC=trader, PLATE=trader, SO_TK=f"{number(at)}0",
                  KH_DEN=f"{FIRST + timedelta(days=days)} 10:00:00", TT_DEN=arrival)  # fmt: skip
    assert signs_of(world, "trip_late") == [("A", 1000), ("C", 2), ("D", 26)]


@pytest.mark.parametrize(("sign", "of_a"), [("on_one_invoice", 2), ("pieces_below_sum", 1)])
def test_declarations_without_an_invoice_are_on_no_common_one(signs_of, sign, of_a):
    world = World()
    for trader, invoice in (("A", "I1"), ("A", "I1"), ("B", None), ("B", None)):
        world.declared(trader, SO_HD=invoice, TONG_TG_TT="300000000")
    assert signs_of(world, sign) == [("A", of_a)] * 2


def test_a_bill_becomes_transit_and_is_not_when_it_stops_to_be(signs_of):
    world = World()
    for trader, revisions in (("A", (0, 1)), ("B", (1, 0)), ("C", (1, 1)), ("D", (0, 0, 1))):
        world.declared(trader, SO_VD1=trader)
        for revision, transit in enumerate(revisions, start=1):
            bill = f'[{{"no":"{trader}","hs4":"8471","gross_kg":9.5,"transit":{transit}}}]'
            world.add("manifest", id=trader, revision=revision, bills=bill)
    found = signs_of(world, "becomes_transit")
    assert found == [("A", 1), ("B", 0), ("C", 0), ("D", 1)]


def test_a_box_that_ports_tell_of_under_two_versions_weighs_once(signs_of):
    world = World()
    at = world.declared("A", TRONG_LUONG="1000", MA_DVT_TL="KGM")
    for version, box in ((0, "B1"), (1, "B1"), (1, "B2")):
        world.add("port", id=f"{version}{box}", kind="GATE_OUT", container=box,
                  decl=f"{number(at)}{version}", gross_kg=1000)  # fmt: skip
    assert signs_of(world, "port_over_declared") == [("A", 0.693)]


def test_a_debt_is_all_that_the_last_statement_tells_of_a_trader(signs_of):
    """Taxes of 2.5 M a day are 912.5 M a year: A owes 912.5 M, B paid, C owed little ever since."""
    world = World()
    for trader, lines in {
        "A": (("01", "N", 10**9), ("02", "N", 500_000_000), ("02", "V", 412_500_000)),
        "B": (("01", "N", 10**9),),
        "C": (("01", "N", 91_250_000), ("02", "N", 91_250_000)),
    }.items():
        at = world.declared(trader)
        world.add("dn", MA_DN=trader)
        for month, tax, owed in lines:
            world.add("no", THANG=f"2025-{month}", MA_DN=trader, SO_TK_GOC=number(at),
                      MA_SAC_THUE=tax, CON_NO=owed)  # fmt: skip
    assert signs_of(world, "debt_of_tax") == [("A", 1), ("B", 0), ("C", 0.1)]


def test_a_firm_is_what_the_last_snapshot_that_has_it_says(signs_of):
    world = World()
    for trader, states in (("A", ("01", "00")), ("B", ("00", "01")), ("C", ("03", "00")),
                           ("D", ("03", None))):  # fmt: skip
        world.declared(trader)
        for month, state in zip(("202502", "202503"), states, strict=True):
            if state:
                world.add(f"dn_{month}", MA_DN=trader, TRANG_THAI=state, DIA_CHI=trader)
    assert signs_of(world, "inactive") == [("A", 0), ("B", 1), ("C", 0), ("D", 1)]
    assert signs_of(world, "struck_off") == [("A", 0), ("B", 0), ("C", 0), ("D", 1)]


def test_a_safeguard_is_part_of_what_is_evaded(tmp_path):
    """Duty and safeguard of 10 % each, and VAT of 10 % on top: 32 % of 5 M that are not told."""
    world = World()
    tariff(world)
    usual = {"TU_NGAY": "2025-01-01", "DEN_NGAY": None, "NHA_SX": None, "THUE_SUAT": "10%"}
    world.add("pvtm", MA_HS=CODE, MA_NUOC_XX=None, **usual)
    world.scheme("U", "undervaluation", "A")
    world.irregular(world.declared("A"), "undervaluation", "U", duty_evaded_vnd=1_600_000)
    assert judged(world, tmp_path)["undervaluation", "formula_holds"].holds == 1
