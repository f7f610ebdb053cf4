"""Each claim of a mechanism holds for a planted row that keeps it, and for no other."""

from datetime import timedelta

import pytest

from benchmark.mechanisms.claims import CLAIMS, METHOD, Claim, finding_of
from tests.unit.benchmark.mechanism_world import (
    DEARER,
    ELSEWHERE,
    FIRST,
    SAVED,
    VALUE,
    World,
    judged,
    tariff,
)
from tests.unit.benchmark.nations import number


def _prices(world: World) -> None:
    world.scheme("U", "undervaluation", "A")
    for days, changes in (
        (0, {}),
        (1, {"true_value_vnd": VALUE, "duty_evaded_vnd": 0}),
        (2, {"duty_evaded_vnd": SAVED - 1_000}),
        (3, {"starts_on": FIRST + timedelta(days=4)}),
        (100, {}),
    ):
        world.irregular(world.declared("A", days), "undervaluation", "U", **changes)
    world.irregular(world.declared("Z", 5), "undervaluation", "U")
    world.scheme("R", "related_party_pricing", "B")
    for valuation in ("7", "1"):
        at = world.declared("B", 1, MA_PL_TRI_GIA=valuation)
        world.irregular(at, "related_party_pricing", "R")


def _codes_and_origins(world: World) -> None:
    world.scheme("M", "misclassification", "C")
    for code in (DEARER, ELSEWHERE):
        at = world.declared("C")
        changes = {"true_hs": code, "true_value_vnd": VALUE, "duty_evaded_vnd": 1}
        world.irregular(at, "misclassification", "M", **changes)
    world.scheme("F", "false_certificate", "D")
    for certificate in ("D-1", None):
        goods = {"MA_NUOC_XX": "TH", "SO_CO": certificate, "MA_BIEU_THUE": "B04"}
        at = world.declared("D", goods=goods)
        changes = {"true_origin": "CN", "true_value_vnd": VALUE, "duty_evaded_vnd": 2_750_000}
        world.irregular(at, "false_certificate", "F", **changes)


def _friends(world: World) -> None:
    told = {"ma_hq": "02CI", "ma_dl": "31970", "ma_cb": "CB1"}
    world.scheme("O", "officer_collusion", "E", **told)
    for office, broker, officer, result in (
        ("02CI", "31970", "CB1", "0"), ("03CC", "11111", "CB2", "1"), ("02CI", "31970", "CB1", "1"),
    ):  # fmt: skip
        at = world.declared("E", MA_HQ=office, MA_DL=broker)
        world.irregular(at, "officer_collusion", "O", true_quantity=12.0)
        world.add(
            "kiemtra", MA_KT=at, STT_KT=1, SO_TK_GOC=number(at), STT=None, HINH_THUC=3,
            TU="2025-03-03 09:00:00", DEN="2025-03-03 10:00:00", KET_QUA=result, MA_CB=officer,
        )  # fmt: skip


def _after_the_end(world: World) -> None:
    world.scheme("V", "vanishing_firm", "G", ends_on=FIRST + timedelta(days=30))
    world.irregular(world.declared("G"), "vanishing_firm", "V")
    world.declared("G", 50)
    world.declared("G", 100)
    # It rests in December; in March it has left its address.
    for month, state in (("202412", "01"), ("202502", "00"), ("202503", "01")):
        world.add(f"dn_{month}", MA_DN="G", NGAY_TL="2024-11-01", TRANG_THAI=state)


def _deals(world: World) -> None:
    """An amount of 60 M: two deals of two pieces stay below it, one piece is a deal by itself."""
    world.scheme("P", "consignment_splitting", "H")
    for invoice, days, amount in (
        ("I1", 0, 50_000_000), ("I1", 2, 40_000_000), ("I2", 9, 30_000_000), ("I2", 11, 58_000_000),
        ("I3", 40, 90_000_000),
    ):  # fmt: skip
        at = world.declared("H", days, SO_HD=invoice, TONG_TG_TT=str(amount))
        is_deal = invoice != "I3"
        true = {} if is_deal else {"true_value_vnd": VALUE, "duty_evaded_vnd": 1}
        world.irregular(at, "consignment_splitting", "P", **true)
    world.scheme("S", "second_declaration", "I")
    for invoice, is_told, evaded in (("K1", True, 0), ("K2", True, SAVED), ("K3", False, 0)):
        at = world.declared("I", SO_HD=invoice)
        world.add("sukien", SO_TK_GOC=number(at), MA_SK="LUONG", GIA_TRI="3")
        # Another piece of the deal, which nobody wanted to open.
        world.declared("I", 1, SO_HD=invoice)
        world.declared("I", 3, SO_HD=invoice, MA_LH="H11")
        if is_told:
            world.irregular(at, "second_declaration", "S", duty_evaded_vnd=evaded)
    # A later piece that control opened too, and that still hides something: not what was legalised.
    later = world.declared("I", 2, SO_HD="K1")
    world.add("sukien", SO_TK_GOC=number(later), MA_SK="LUONG", GIA_TRI="3")
    world.irregular(later, "second_declaration", "S")
    # As much again as the goods that are told is hidden behind them, and their price is mistaken.
    dear = world.declared("I", SO_HD="K5")
    world.irregular(dear, "second_declaration", "S", duty_evaded_vnd=1_000_000 + 6_300_000)
    # One that is cancelled and declared again hid nothing: nothing of it came.
    cancelled = world.declared("I", SO_HD="K1")
    world.add("sukien", SO_TK_GOC=number(cancelled), MA_SK="HUY", GIA_TRI=None)
    undeclared = world.declared("I", SO_HD="K4")
    world.irregular(undeclared, "second_declaration", "S", duty_evaded_vnd=0)


def _regimes(world: World) -> None:
    world.scheme("X", "exemption_overrun", "J")
    world.add("dmmt", SO_DMMT="L1", STT=1, MA_DN="J", LUONG="15", TU_NGAY=FIRST)
    # Duty and VAT on 10 pieces at 2.5 M each are 5.25 M; half of them lie beyond the list.
    for _ in range(2):
        at = world.declared("J", goods={"SO_DMMT": "L1", "STT_DMMT": 1}, MA_LH="A43")
        world.irregular(at, "exemption_overrun", "X", duty_evaded_vnd=2_625_000)
    world.scheme("T", "temporary_import_kept", "K")
    kept, sent_back = (world.declared("K", MA_LH="G12") for _ in range(2))
    world.declared(
        "K", 9, {"SO_TK_LQ": f"{number(sent_back)}0", "STT_LQ": 1}, MA_LH="G22", NHOM="X"
    )
    for at, evaded in ((kept, 5_250_000), (sent_back, 5_000_000)):
        world.irregular(at, "temporary_import_kept", "T", duty_evaded_vnd=evaded)
    world.scheme("Y", "vat_refund_export", "L")
    for regime in ("B11", "E62"):
        at = world.declared("L", NHOM="X", MA_LH=regime)
        changes = {"true_value_vnd": 15_000_000, "duty_evaded_vnd": 1_000_000}
        world.irregular(at, "vat_refund_export", "Y", **changes)


def _trips(world: World) -> None:
    """Loose goods of which half is taken off; the lorry brings a box beside them."""
    world.scheme("D", "transit_diversion", "N")
    at = world.declared("N", MA_LH="G11", TRONG_LUONG="4.1", MA_DVT_TL="TNE")
    world.irregular(at, "transit_diversion", "D", duty_evaded_vnd=2_625_000)
    left, came = "2025-03-05 08:00:00", "2025-03-05 14:00:00"
    world.add(
        "vanchuyen", SO_VC="V1", SO_TK=f"{number(at)}0", PLATE="43C1", TT_DI=left, TT_DEN=came
    )
    for clock, box, kg in (
        ("07:30:00", None, 4_000), ("13:55:00", "TCKU4061751", 9_000), ("14:20:00", None, 2_000),
        ("19:00:00", None, 700),
    ):  # fmt: skip
        world.add(
            "weighbridge", SITE="S", TICKET=clock, PLATE="43C1", CONTAINER=box, NET_KG=kg,
            TS=f"2025-03-05 {clock}",
        )  # fmt: skip


def _slips(world: World) -> None:
    """A full load, one of two papers with a slip too much in another van at another gate.

    Their owner imports shoes by the gate of most of them; what comes last is something else. Shoes
    pay 35 %: 0.35 M of the 3 M that one resident shows alone; 665,000 of 1.9 M.
    """
    world.scheme("Q", "quota_stacking", "M", ma_hq="15BB", ends_on=FIRST + timedelta(days=30))
    world.declared("M", goods={"MA_HS": "64039990"}, MA_HQ="15BB")
    world.slip(TRI_GIA=3_000_000, THUE=350_000)
    for _ in range(8):
        world.slip("Q", 665_000)
    later = {"NGAY": FIRST + timedelta(days=1)}
    world.slip("Q", 665_000, **later)
    other = {"PLATE": "12C2", "MA_HQ": "11B1", "TRI_GIA": 2_100_000}
    world.slip("Q", 665_000, **later | other)
    for _ in range(2):
        world.slip("Q", 175_000, NGAY=FIRST + timedelta(days=2), TRI_GIA=500_000)
    world.slip("Q", 0, NGAY=FIRST + timedelta(days=30), MA_HS4="6304", THUE=665_000)
    world.scheme("Q2", "quota_stacking", "M", ma_hq="02CI")


def _closings(world: World) -> None:
    """Two firms struck off in April, whose schemes end before that and in June; one has an heir."""
    for firm, days, heir in (("CA", 20, None), ("CB", 100, None), ("CC", 100, "CD")):
        ends = FIRST + timedelta(days=days)
        world.scheme(firm, "short_quantity", firm, ends_on=ends, ma_dn_sau=heir)
        world.add("dn_202504", MA_DN=firm, NGAY_TL="2020-01-01", TRANG_THAI="03")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    world = World()
    for plant in (
        tariff, _prices, _codes_and_origins, _friends, _after_the_end, _deals, _regimes,
        _slips, _trips, _closings,
    ):  # fmt: skip
        plant(world)
    return judged(world, tmp_path_factory.mktemp("mechanisms"))


@pytest.mark.parametrize(
    ("mechanism", "statement", "holds", "rows"),
    [
        ("undervaluation", "since_it_began", 5, 6),
        ("undervaluation", "until_it_ended", 5, 6),
        ("undervaluation", "own_trader", 5, 6),
        ("undervaluation", "duty_is_saved", 5, 6),
        ("undervaluation", "dearer_truth", 5, 6),
        ("undervaluation", "formula_holds", 5, 6),
        ("related_party_pricing", "related_deal", 1, 2),
        ("misclassification", "cheaper_sibling", 1, 2),
        ("false_certificate", "by_certificate", 1, 2),
        ("false_certificate", "other_origin", 2, 2),
        ("false_certificate", "formula_holds", 2, 2),
        ("officer_collusion", "friends_office", 2, 3),
        ("officer_collusion", "friends_broker", 2, 3),
        ("officer_collusion", "friend_looks", 2, 3),
        ("officer_collusion", "friend_finds_nothing", 1, 2),
        ("officer_collusion", "more_came", 3, 3),
        ("vanishing_firm", "young_firm", 1, 1),
        ("vanishing_firm", "gone_for_good", 2, 3),
        ("consignment_splitting", "several_pieces", 4, 5),
        ("consignment_splitting", "under_a_threshold", 4, 5),
        ("second_declaration", "parent_hid", 2, 3),
        ("second_declaration", "loss_is_gone", 2, 3),
        ("second_declaration", "declared_again", 1, 2),
        ("second_declaration", "hidden_worth", 1, 3),
        ("quota_stacking", "since_it_began", 13, 13),
        ("quota_stacking", "until_it_ended", 12, 13),
        ("quota_stacking", "duty_is_saved", 12, 13),
        ("quota_stacking", "owners_gate", 12, 13),
        ("quota_stacking", "residents_cross", 1, 2),
        ("quota_stacking", "owners_chapter", 3, 4),
        ("quota_stacking", "owner_imports_there", 1, 1),
        ("quota_stacking", "below_the_quota", 12, 13),
        ("quota_stacking", "quotas_filled", 3, 4),
        ("quota_stacking", "on_many_papers", 1, 4),
        ("quota_stacking", "in_one_van", 3, 4),
        ("quota_stacking", "quota_tax", 11, 12),
        ("short_quantity", "until_its_closing", 1, 2),
        ("exemption_overrun", "under_a_list", 1, 2),
        ("exemption_overrun", "beyond_the_list", 1, 2),
        ("transit_diversion", "under_seal", 1, 1),
        ("transit_diversion", "scale_tells", 1, 1),
        ("temporary_import_kept", "stays", 1, 2),
        ("temporary_import_kept", "all_of_it", 1, 2),
        ("vat_refund_export", "refund", 1, 2),
    ],
)
def test_a_claim_is_kept_by_the_rows_that_keep_it(found, mechanism, statement, holds, rows):
    finding = found[mechanism, statement]
    assert (finding.holds, finding.rows) == (holds, rows)


def test_a_claim_that_does_not_hold_often_enough_is_not_kept(found):
    least = {claim.statement: claim.least for claim in CLAIMS}
    assert found["undervaluation", "formula_holds"].is_kept is False
    assert found["officer_collusion", "more_came"].is_kept is True
    # Two standard errors of one row are 0.71 where 85 % of the rows must hold, of five 1.6.
    assert least["under_a_threshold"] == 0.85
    assert found["consignment_splitting", "under_a_threshold"].is_kept is True
    # What must always hold is not a matter of luck.
    assert least["under_a_list"] == 1.0
    assert found["exemption_overrun", "under_a_list"].is_kept is False


@pytest.mark.parametrize(
    ("rows", "holds", "is_kept"), [(1, 0, None), (1, 1, None), (5, 1, False), (5, 4, True)]
)
def test_one_row_says_nothing_of_what_holds_for_most(rows, holds, is_kept):
    claim = Claim(METHOD, "heir_goes_on", ("phoenix",), 0.8)
    assert finding_of(claim, "phoenix", rows, holds).is_kept is is_kept


def test_what_has_no_row_is_not_judged(found):
    assert found["broker_ring", "ring_of_one_broker"].is_kept is None
