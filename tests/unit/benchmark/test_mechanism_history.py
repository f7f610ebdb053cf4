"""Signs of what is on file of a trader, its papers and its rulings, on planted declarations."""

from datetime import timedelta

import pytest

from measures.intervals import none_of
from tests.unit.benchmark.mechanism_world import CODE, DEARER, ELSEWHERE, FIRST, World, signs_in
from tests.unit.benchmark.nations import number


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""
    return lambda world, sign: signs_in(world, tmp_path, sign)


def assessed(world, at, name, annuls=None):
    """Plant a decision on the duty and the VAT of a declaration."""
    for tax in "NV":
        world.add("andinh", SO_QD=name, SO_TK_GOC=number(at), STT=1, MA_SAC_THUE=tax, HUY_BO=annuls)


def audited(world, name, period, **says):
    """Plant what is told of an audit of trader A."""
    begins, ends = period
    world.add("ktstq", **{"MA_QD": name, "MA_DN": "A", "TU_NGAY": begins, "DEN_NGAY": ends} | says)


@pytest.mark.parametrize(
    ("sign", "of_a"), [("assessed_anew", 1), ("other_laws", 1), ("audited", 2)]
)
def test_what_is_on_file_of_a_trader_is_counted_once(signs_of, sign, of_a):
    world = World()
    world.declared("A", 40)
    world.declared("B")
    assessed(world, world.declared("A"), "QDAD-1")
    for _ in range(2):
        world.add("vpkhac", SO_QD="V1", MA_DN="A")
    for name, period in (("K1", 300), ("K2", 500)):
        audited(world, name, (FIRST - timedelta(days=period), FIRST - timedelta(days=30)))
    assert signs_of(world, sign)[1:] == [("A", of_a), ("B", 0)]


def test_a_decision_that_another_one_annuls_is_none(signs_of):
    """The annulment is a decision with a number of its own, line by line."""
    world = World()
    world.declared("A", 40)
    at = world.declared("A")
    for name, annuls in (("QDAD-1", None), ("QDAD-2", None), ("QDHB-2", "QDAD-2")):
        assessed(world, at, name, annuls)
    assert signs_of(world, "assessed_anew") == [("A", 0), ("A", 1)]


def test_an_audit_says_what_it_says_last(signs_of):
    """Decided, concluded, and changed after an appeal that was won."""
    world = World()
    world.declared("A")
    world.declared("B")
    period = (FIRST - timedelta(days=300), FIRST - timedelta(days=30))
    for name, upheld in (("K1", 0), ("K2", 5_000_000)):
        told = ({}, {"THUE_AN_DINH": 9_000_000}, {"THUE_AN_DINH": upheld})
        for turn, says in enumerate(told):
            audited(world, name, period, OP="U" if turn else "I", **says)
    assert signs_of(world, "audit_assessed") == [("A", 1), ("B", 0)]


def test_lines_of_an_audit_stand_until_they_are_annulled(signs_of):
    world = World()
    world.declared("A", 40)
    at = world.declared("A")
    for item, states in ((1, ["final"]), (2, ["final", "appealed", "annulled"])):
        for turn, state in enumerate(states):
            for tax in "NV":
                world.add("ktstqct", OP="U" if turn else "I", MA_QD="K1", SO_TK_GOC=number(at),
                          STT=item, MA_SAC_THUE=tax, TRANG_THAI=state)  # fmt: skip
    assert signs_of(world, "audit_lines") == [("A", 0), ("A", 1)]


def test_a_fine_that_the_register_drops_is_none(signs_of):
    """Each month the register lists all that stand."""
    world = World()
    world.declared("A")
    world.declared("B")
    for month, listed in (("202501", "A"), ("202502", "AB"), ("202503", "B")):
        for trader in "AB":
            world.add(f"dn_{month}", MA_DN=trader)
        for trader in listed:
            world.add(f"vipham_{month}", SO_QD=f"XP-{trader}", MA_DN=trader)
    assert signs_of(world, "fined") == [("A", 0), ("B", 1)]


@pytest.mark.parametrize(
    "sign",
    [
        "assessed_anew", "corrected", "corrected_on_request", "cases_of_trader", "claims",
        "audited", "audit_assessed", "audit_lines",
    ],
)  # fmt: skip
def test_what_is_on_file_of_a_declaration_is_no_history_of_it(signs_of, sign):
    """It tells of the trader's others alone: of two, each has what came of the other."""
    world = World()
    for trader, days in (("A", 0), ("A", 40), ("B", 0)):
        at = world.declared(trader, days)
        day = FIRST + timedelta(days=days)
        for turn in range(days // 40):
            name = f"{trader}{turn}"
            assessed(world, at, name)
            audited(world, name, (day - timedelta(days=9), day), THUE_AN_DINH=5_000_000)
            told = {"SO_TK_GOC": number(at), "STT": 1, "MA_SAC_THUE": "N"}
            world.add("ktstqct", MA_QD=name, TRANG_THAI="final", **told)
            world.add("khaibosung", SO_KBS=name, LOAI="YC", **told)
            world.add("hoanthue", SO_HS=name, MA_DN=trader, SO_TK_GOC=number(at))
            world.add("cases", id=name, subject=trader, decl=number(at))
    assert signs_of(world, sign) == [("A", 0), ("A", 1), ("B", 0)]


def test_a_line_that_a_ruling_codes_otherwise_is_told(signs_of):
    world = World()
    for trader, ruled in (("A", CODE), ("B", DEARER), ("C", ELSEWHERE)):
        world.declared(trader)
        world.add("xdtruoc", SO_XDT=trader, MA_DN=trader, LOAI="HS", MA_HS=ruled)
    assert signs_of(world, "not_as_ruled") == [("A", 0), ("B", 1)]


@pytest.mark.parametrize("sign", ["no_site", "no_contract"])
def test_processing_without_a_site_and_a_contract_of_its_day_is_told(signs_of, sign):
    world = World()
    for trader, begins in (("A", str(FIRST)), ("B", "2026-01-01")):
        world.declared(trader, MA_LH="E21")
        world.add("cosx", MA_DN=trader, TU_NGAY=begins)
        world.add("hopdonggc", SO_HD_GC=trader, MA_DN=trader, TU_NGAY=begins, DEN_NGAY="2027-01-01")
    world.declared("C", MA_LH="A11")
    assert signs_of(world, sign) == [("A", 0), ("B", 1)]


def test_none_of_a_few_says_little():
    assert none_of(0).value is None
    # Two-sided, as Clopper and Pearson's: 2.5 % above it.
    assert (none_of(1).low, none_of(1).high) == (0.0, pytest.approx(0.975))
    assert none_of(30).high == pytest.approx(0.1157, abs=0.0001)
