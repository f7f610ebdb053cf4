"""What is withdrawn (OP = D) is none, whatever was said of it before; the last word counts."""

from datetime import date

import pytest

from benchmark.mechanisms.ground import lay
from benchmark.outside import connection
from tests.unit.benchmark.mechanism_world import CODE, FIRST, World, judged, signs_in, tariff
from tests.unit.benchmark.nations import LIMITS, number


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""
    return lambda world, sign: signs_in(world, tmp_path, sign)


def told(world, table, *, withdrawn, **row):
    """Plant a row, a change of it, and its withdrawal if there is one."""
    for operation in "IUD"[: 3 if withdrawn else 2]:
        world.add(table, **row | {"OP": operation})


@pytest.mark.parametrize(
    ("sign", "table", "row", "values"),
    [
        ("corrected", "khaibosung", {"SO_KBS": "1", "STT": 1, "MA_SAC_THUE": "N"}, (0, 1)),
        ("guarantees", "baolanh", {"SO_BL": "1"}, (0, 1)),
        ("claims", "hoanthue", {"SO_HS": "1"}, (0, 1)),
        ("audited", "ktstq", {"MA_QD": "1"}, (0, 1)),
        ("audit_lines", "ktstqct",
         {"MA_QD": "1", "STT": 1, "MA_SAC_THUE": "N", "TRANG_THAI": "final"}, (0, 1)),
        ("assessed_anew", "andinh", {"SO_QD": "1", "STT": 1, "MA_SAC_THUE": "N"}, (0, 1)),
        ("debt_of_tax", "no", {"THANG": "2025-02", "MA_SAC_THUE": "N", "CON_NO": 10**9},
         (0, 33.425)),
        ("trader_rank", "phanluong", {"CAN_CU": "R001;XH-9"}, (None, 9)),
        ("quick_look", "kiemtra",
         {"MA_KT": "1", "STT_KT": 1, "HINH_THUC": "3", "KET_QUA": "0", "MA_CB": "C",
          "TU": "2025-03-03 09:00:00", "DEN": "2025-03-03 09:30:00"}, (None, -30)),
    ],
)  # fmt: skip
def test_what_is_withdrawn_is_no_sign(signs_of, sign, table, row, values):
    world = World()
    for trader, is_withdrawn in (("A", True), ("B", False)):
        # Of a declaration itself its own file says nothing: another one shows what is on it.
        world.declared(trader, 60)
        at = world.declared(trader)
        own = {name: f"{trader}{value}" if value == "1" else value for name, value in row.items()}
        of_which = {"SO_TK_GOC": number(at), "MA_DN": trader}
        world.add("dn", MA_DN=trader)
        told(world, table, withdrawn=is_withdrawn, **own | of_which)
    found = {}
    for trader, value in signs_of(world, sign):
        found[trader] = max(value, found.get(trader, value))
    assert (found.get("A"), found.get("B")) == values


def test_papers_that_are_withdrawn_or_of_a_withdrawn_version_are_none(signs_of):
    world = World()
    for trader in "AB":
        at = world.declared(trader)
        first, second = f"{number(at)}0", f"{number(at)}1"
        head = world.tables["tk"][-1]
        told(world, "tk", withdrawn=trader == "A",
             **{name: value for name, value in head.items() if name != "SEQ_NO"}
             | {"SO_TK": second})  # fmt: skip
        told(world, "chungtu", withdrawn=False, SO_TK=first, STT_CT=1)
        told(world, "chungtu", withdrawn=trader == "A", SO_TK=first, STT_CT=2)
        told(world, "chungtu", withdrawn=False, SO_TK=second, STT_CT=3)
    assert signs_of(world, "few_papers") == [("A", -1), ("B", -3)]


def test_a_box_that_is_withdrawn_weighs_nothing(signs_of):
    world = World()
    for trader in "AB":
        at = world.declared(trader, TRONG_LUONG="1000", MA_DVT_TL="KGM")
        told(world, "cont", withdrawn=trader == "A", SO_TK=f"{number(at)}0", SO_CONT=trader)
        world.add("weighbridge", SITE="S", TICKET=trader, CONTAINER=trader, NET_KG=2000,
                  TS=f"{FIRST} 10:00:00")  # fmt: skip
    assert signs_of(world, "scale_over_declared") == [("B", 0.693)]


def test_a_line_of_an_exemption_list_that_is_withdrawn_grants_nothing(signs_of, tmp_path):
    world = World()
    world.scheme("X", "exemption_overrun", "J")
    for trader in "AB":
        goods = {"SO_DMMT": f"L{trader}", "STT_DMMT": 1}
        at = world.declared(trader, goods=goods, MA_LH="A43")
        world.irregular(at, "exemption_overrun", "X", duty_evaded_vnd=1)
        told(world, "dmmt", withdrawn=trader == "A", SO_DMMT=f"L{trader}", STT=1, LUONG="5",
             TU_NGAY=FIRST)  # fmt: skip
    assert signs_of(world, "list_used") == [("B", 2.0)]
    assert judged(world, tmp_path / "claims")["exemption_overrun", "beyond_the_list"].rows == 1


def test_a_trip_that_is_withdrawn_was_none(signs_of, tmp_path):
    world = World()
    world.scheme("D", "transit_diversion", "A")
    for trader in "AB":
        at = world.declared(trader, MA_LH="G11", TRONG_LUONG="4", MA_DVT_TL="TNE")
        world.irregular(at, "transit_diversion", "D", duty_evaded_vnd=2_625_000)
        told(world, "vanchuyen", withdrawn=trader == "A", SO_VC=f"V{trader}", PLATE=trader,
             SO_TK=f"{number(at)}0", KH_DEN=f"{FIRST} 10:00:00", TT_DI=f"{FIRST} 08:00:00",
             TT_DEN=f"{FIRST} 12:00:00")  # fmt: skip
        for clock, kg in (("07:50:00", 4_000), ("12:10:00", 2_000)):
            world.add("weighbridge", SITE="S", TICKET=f"{trader}{clock}", PLATE=trader, NET_KG=kg,
                      TS=f"{FIRST} {clock}")  # fmt: skip
    assert signs_of(world, "trip_late") == [("B", 2.0)]
    found = judged(world, tmp_path / "claims")
    sealed, weighed = (found["transit_diversion", name] for name in ("under_seal", "scale_tells"))
    assert (sealed.holds, sealed.rows, weighed.rows) == (1, 2, 1)


def test_a_slip_that_is_withdrawn_was_none(signs_of):
    world = World()
    world.declared("A")
    world.slip()
    world.slip()
    world.add("cudan", SO_PHIEU="CD1", OP="D")
    assert signs_of(world, "van_slips") == [("12C1", 1)]


def test_what_is_withdrawn_of_a_declaration_was_never_declared(tmp_path):
    world = World()
    tariff(world)
    for trader in "ABC":
        world.declared(trader)
    gone, lacking = (world.tables[name][place] for name, place in (("tk", 0), ("hang", 1)))
    # A withdrawal needs to say no more than its key.
    world.add("tk", SEQ_NO=10, SO_TK=gone["SO_TK"], OP="D")
    world.add("hang", SEQ_NO=10, SO_TK=lacking["SO_TK"], STT=1, OP="D")
    folders = world.write(tmp_path)
    with connection(LIMITS) as opened:
        lay(opened, *folders)
        declared = opened.sql("select trader from declaration order by all").fetchall()
        items = opened.sql("select trader from item").fetchall()
    assert (declared, items) == ([("B",), ("C",)], [("C",)])


def test_a_tax_that_is_withdrawn_is_not_forgiven_and_one_that_changes_is_forgiven_once(tmp_path):
    world = World()
    tariff(world)
    places = [world.declared(trader) for trader in "AB"]
    for at, is_withdrawn in zip(places, (True, False), strict=True):
        told(world, "thue", withdrawn=is_withdrawn, SO_TK=f"{number(at)}0", STT=1,
             MA_SAC_THUE="N", SO_TIEN=700, SO_TIEN_MIEN=700)  # fmt: skip
    folders = world.write(tmp_path)
    with connection(LIMITS) as opened:
        lay(opened, *folders)
        forgiven = opened.sql("select base, forgiven_vnd from exempted").fetchall()
    assert forgiven == [(number(places[1]), 700)]


def test_a_rate_is_the_one_of_the_latest_file_that_tells_it(tmp_path):
    world = World()
    tariff(world)
    world.declared("A")
    usual = {"MA_HS": CODE, "TU_NGAY": "2020-01-01", "DEN_NGAY": "2025-03-31", "THUE_SUAT": "10%"}
    world.add("bieuthue_20250401", MA_BIEU_THUE="B01", MA_NHOM_NUOC=None, **usual)
    world.add("vat_20250401", **usual)
    with connection(LIMITS) as opened:
        lay(opened, *world.write(tmp_path))
        own = opened.table("rate").filter(f"hs = '{CODE}' and schedule is distinct from 'B04'")
        told = own.select("tax, until").order("tax").fetchall()
    assert told == [("N", date(2025, 3, 31)), ("V", date(2025, 3, 31))]
