"""What mechanisms claim beside their items: lists, heirs, numbers, days and routes."""

from datetime import date, timedelta

import pytest

from tests.unit.benchmark.mechanism_world import (
    CODE,
    DEARER,
    ELSEWHERE,
    FIRST,
    VALUE,
    World,
    judged,
    tariff,
)
from tests.unit.benchmark.nations import number


def _prices_of_the_list(world: World) -> None:
    """A price of 98 on the list of a code: one import above it, one at it, one below it."""
    world.add(
        "ruirotg", MA_HS="64039990", TEN="x", TU_NGAY="2025-01-01", GIA_THAM_KHAO="98.00",
        MA_NT="USD", MA_DVT="PCE", DEN_NGAY=None,
    )  # fmt: skip
    world.add("tygia", TU_NGAY=FIRST, MA_NT="USD", VND="25000")
    world.scheme("U", "undervaluation", "A")
    for price in ("99.00", "98.00", "97.00"):
        at = world.declared("A", goods={"DON_GIA": price, "MA_HS": "64039990"})
        world.irregular(at, "undervaluation", "U", true_hs="64039990")


def _price_lists(world: World) -> None:
    """Two clients shade by about as much for both goods, a third less for one of them."""
    for mechanism in ("broker_ring", "broker_cartel"):
        for client, depths in (("1", (0.4, 0.2)), ("2", (0.5, 0.2)), ("3", (0.2, 0.3))):
            if mechanism == "broker_cartel" and client == "3":
                continue
            trader = f"{mechanism[7]}{client}"
            world.scheme(trader, mechanism, trader, group_id=mechanism, ma_dl="31970")
            for code, depth in zip((CODE, ELSEWHERE), depths, strict=True):
                at = world.declared(trader, goods={"MA_HS": code}, MA_DL="31970")
                true = {"true_hs": code, "true_value_vnd": round(VALUE * (1 + depth))}
                world.irregular(at, mechanism, trader, **true)


def _releases(world: World) -> None:
    """From red to yellow by the friend, and by somebody else; to a stricter lane by anybody."""
    world.scheme("O", "officer_collusion", "E", ma_hq="02CI", ma_dl="31970", ma_cb="CB1")
    for officer, lanes in (("CB1", "32"), ("CB2", "32"), ("CB2", "13"), ("CB2", "3")):
        at = world.declared("E", MA_DL="31970")
        world.irregular(at, "officer_collusion", "O", true_quantity=12.0)
        for kind, lane in zip(("LUONG", "CHUYEN_LUONG"), lanes, strict=False):
            world.add(
                "sukien", SO_TK_GOC=number(at), THOI_DIEM=None, MA_SK=kind, GIA_TRI=lane,
                MA_CB=officer,
            )  # fmt: skip


def _heirs(world: World) -> None:
    """Struck off: one whose heir has its owner, one its address, one neither, one that rests."""
    for place in range(4):
        own, heir = f"P{place}", f"Q{place}"
        world.scheme(own, "phoenix", own, ma_dn_sau=heir)
        world.irregular(world.declared(own), "phoenix", own)
        if place < 3:
            world.declared(heir, 90)
        shared = "1" if place == 1 else None
        for firm, state in ((own, "03"), (heir, "00")):
            told = {"NGAY_TL": "2020-01-01", "DIA_CHI": shared or firm, "TRANG_THAI": state}
            world.add("dn_202504", MA_DN=firm, **told)
            world.add("chusohuu_202504", MA_DN=firm, SO_GT="O" if place == 0 else firm)
    # Its firm goes on by itself.
    world.scheme("P4", "phoenix", "P4", ma_dn_sau="Q4")


def _origins(world: World) -> None:
    """Two routes, one found in time; four numbers: come, come about others, unknown, used again."""
    # The first scheme of all began in August 2024 (`_needs`).
    month_14 = date(2025, 9, 30)
    for name, begun in (("X1", month_14), ("X2", month_14 - timedelta(days=1))):
        world.scheme(name, "transshipment", "X", starts_on=begun, ends_on=None)
    world.scheme("F", "false_certificate", "D")
    told = ("C-own", "C-other", "C-none", "C-again", "C-again")
    world.certificates += ["C-own", "C-other", "C-again"]
    for place, certificate in enumerate(told):
        goods = {"MA_HS": DEARER} if certificate == "C-none" else {}
        if certificate == "C-other":
            goods = {"MA_HS": ELSEWHERE}
        at = world.declared("D", goods={"SO_CO": certificate} | goods, SO_HD=f"J{place}")
        world.irregular(at, "false_certificate", "F", true_origin="VN")


def _needs(world: World) -> None:
    """Norms of two that divert, of which one tells more; another began after the report's end."""
    for trader, norm, days in (
        ("N1", 1.1, -200), ("N2", 1.0, -200), ("N3", 1.0, -9), ("H1", 1.0, 0), ("H2", 1.0, 0),
    ):  # fmt: skip
        at = world.declared(trader, goods={"MA_QL": "M"}, MA_LH="E31")
        world.declared(trader, goods={"MA_QL": "P", "MA_HS": DEARER}, NHOM="X", MA_LH="E62")
        world.add(
            "dmtt_202503", MA_DN=trader, LOAI="sx", DEN_NGAY="2024-12-31", MA_SP="P", MA_NVL="M",
            LAN_NOP=1, DINH_MUC=norm, HAO_HUT_PCT=2,
        )  # fmt: skip
        world.add("qtnvl_202503", MA_DN=trader, LOAI="sx", DEN_NGAY="2024-12-31", MA_NVL="M")
        if days:
            begun = FIRST + timedelta(days=days)
            world.scheme(trader, "norm_abuse", trader, starts_on=begun)
            world.irregular(at, "norm_abuse", trader, starts_on=begun)


def _days_and_values(world: World) -> None:
    """A deadline that passes, one before which the goods leave, one before they came, and none."""
    world.scheme("T", "temporary_import_kept", "K")
    for deadline in ("2025-03-20", "2025-03-20", "2025-03-01", None):
        at = world.declared("K", MA_LH="G12", HAN_TAI_XUAT=deadline)
        world.irregular(at, "temporary_import_kept", "T")
        if at % 2:
            goods = {"SO_TK_LQ": f"{number(at)}0", "STT_LQ": 1}
            left = 25 if deadline is None else 9
            world.declared("K", left, goods, MA_LH="G22", NHOM="X")
            world.declared("K", 40)
    world.scheme("Y", "vat_refund_export", "L")
    for value in (15_000_000, VALUE):
        at = world.declared("L", NHOM="X", MA_LH="B11")
        world.irregular(at, "vat_refund_export", "Y", true_value_vnd=value)


def _trips(world: World) -> None:
    """Of what is worth 5.25 M in duties: a part arrives, a part does not; all, and all arrives.

    The approved route bends by 30 km. Two leave it for the straight line; of these one's seal is
    opened. One keeps it and has its seal opened, one has no seal. All of it is gone by the papers
    twice; of these the seal of one arrives all the same.
    """
    world.scheme("D", "transit_diversion", "N")
    bend = "20.0 106.0;20.5 106.3;21.0 106.0"
    world.add("tuyen", MA_TUYEN="R1", DUONG=bend, RONG_KM="1.5")
    for place, (evaded, arrives, middle, event, end) in enumerate(
        (
            (2_625_000, True, 106.0, "OPEN", 21.0), (2_625_000, False, 106.0, "STOP", 21.0),
            (5_250_000, False, 106.3, "OPEN", 20.5), (5_250_000, True, None, None, 21.0),
            (5_250_000, False, 106.3, "STOP", 21.0),
        )
    ):  # fmt: skip
        at = world.declared("N", MA_LH="G11")
        world.irregular(at, "transit_diversion", "D", duty_evaded_vnd=evaded)
        came = "2025-03-05 14:00:00" if arrives else None
        world.add(
            "vanchuyen", SO_VC=f"V{place}", SO_TK=f"{number(at)}0", PLATE=f"43C{place}",
            TT_DI="2025-03-05 08:00:00", TT_DEN=came, KH_DEN="2025-03-05 15:00:00",
            TUYEN="R1",
        )  # fmt: skip
        for n, (hour, lat, lon, happens) in enumerate(
            (
                (8, 20.0, 106.0, "CLOSE"),
                (11, 20.5, middle, event),
                (14, end, 106.0 if end == 21.0 else middle, "STOP"),
            )
        ):
            if middle:
                world.add("seal", seal=f"S{place}", n=n, ts=f"2025-03-05T{hour:02d}:00:00+07:00",
                          ev=happens, lat=lat, lon=lon, vc=f"V{place}")  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    world = World()
    for plant in (
        tariff, _prices_of_the_list, _price_lists, _releases, _heirs, _origins, _needs,
        _days_and_values, _trips,
    ):  # fmt: skip
        plant(world)
    return judged(world, tmp_path_factory.mktemp("mechanisms"))


@pytest.mark.parametrize(
    ("mechanism", "statement", "holds", "rows"),
    [
        ("undervaluation", "at_the_list", 2, 3),
        ("broker_ring", "one_price_list", 4, 6),
        ("broker_cartel", "one_price_list", 2, 2),
        ("officer_collusion", "friend_releases", 1, 2),
        ("phoenix", "heir_goes_on", 3, 4),
        ("phoenix", "heir_is_kin", 2, 3),
        ("transshipment", "after_month_14", 1, 2),
        ("false_certificate", "number_of_others", 3, 4),
        ("norm_abuse", "needs_more_than_peers", 1, 2),
        ("temporary_import_kept", "deadline_passes", 1, 3),
        ("vat_refund_export", "dearer_than_true", 1, 2),
        ("transit_diversion", "off_the_route", 1, 4),
        ("transit_diversion", "all_never_arrives", 2, 5),
        ("transit_diversion", "a_fifth_takes_all", 0, 0),
    ],
)
def test_a_claim_is_kept_by_the_rows_that_keep_it(found, mechanism, statement, holds, rows):
    finding = found[mechanism, statement]
    assert (finding.holds, finding.rows) == (holds, rows)


@pytest.mark.parametrize(("whole", "holds"), [(8, 1), (0, 0), (40, 0)])
def test_one_trip_in_five_takes_all_of_it(tmp_path, whole, holds):
    world = World()
    tariff(world)
    world.scheme("D", "transit_diversion", "N")
    for place in range(40):
        at = world.declared("N", MA_LH="G11")
        evaded = 5_250_000 if place < whole else 2_625_000
        world.irregular(at, "transit_diversion", "D", duty_evaded_vnd=evaded)
        world.add("vanchuyen", SO_VC=f"V{place}", SO_TK=f"{number(at)}0", PLATE="43C1")
    finding = judged(world, tmp_path)["transit_diversion", "a_fifth_takes_all"]
    assert (finding.holds, finding.rows) == (holds, 1)
