"""Signs of what is on file of a trader, its papers and its rulings, on planted declarations."""

import pytest

from measures.intervals import none_of
from tests.unit.benchmark.mechanism_world import CODE, DEARER, ELSEWHERE, FIRST, World, signs_in
from tests.unit.benchmark.nations import number


@pytest.fixture
def signs_of(tmp_path):
    """Return a function that gives the values of a sign in a world, sorted."""
    return lambda world, sign: signs_in(world, tmp_path, sign)


@pytest.mark.parametrize(
    ("sign", "of_a"),
    [
        ("assessed_anew", 1), ("other_laws", 1), ("audited", 2), ("audit_assessed", 1),
        ("cases_of_trader", 0),
    ],
)  # fmt: skip
def test_what_is_on_file_of_a_trader_is_counted_once(signs_of, sign, of_a):
    world = World()
    at = world.declared("A")
    world.declared("B")
    for seq, name, annulled in ((1, "D1", None), (2, "D2", None), (3, "D2", "1")):
        world.add("andinh", SEQ_NO=seq, OP="I" if seq < 3 else "U", SO_QD=name,
                  SO_TK_GOC=number(at), STT=1, MA_SAC_THUE="N", HUY_BO=annulled)  # fmt: skip
    for _ in range(2):
        world.add("vpkhac", SO_QD="V1", MA_DN="A")
    world.add("ktstq", MA_QD="K1", MA_DN="A", THUE_AN_DINH=5)
    world.add("ktstq", MA_QD="K2", MA_DN="A")
    assert signs_of(world, sign) == [("A", of_a), ("B", 0)]


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
