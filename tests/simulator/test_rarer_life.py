"""What the formats allow and only few declarations have: it is there, and for its reason."""

import pytest

from tests.simulator.code_lists import CODE_LISTS


@pytest.fixture
def ask(outside):
    """Return the rows of a question about current rows of some tables."""

    def answer(tables, question):
        outside.load(tables.split())
        return outside.connection.execute(question).fetchall()

    return answer


def test_every_kind_of_supporting_document_is_with_some_declaration(ask):
    found = {kind for (kind,) in ask("chungtu", "select distinct LOAI_CT from chungtu")}
    assert found == set(CODE_LISTS["document"])


def test_norms_go_with_products_and_permits_for_species_with_imports(ask):
    found = ask(
        "tk chungtu",
        "select distinct LOAI_CT, MA_LH in ('E52', 'E62'), NHOM from chungtu"
        " inner join tk using (SO_TK) where LOAI_CT in ('DM', 'CITES')",
    )
    assert sorted(found) == [("CITES", False, "N"), ("DM", True, "X")]


def test_an_exemption_list_begins_on_the_day_of_its_grant(ask):
    """The files begin on 20 February 2025, lists in January of this year and the one before."""
    (days,) = ask(
        "dmmt",
        "select count(distinct TU_NGAY) filter (where TU_NGAY < '2025-02-20'), min(TU_NGAY)::text"
        " from dmmt",
    )
    assert days[0] > 10
    assert days[1] < "2024-02"


def test_a_tax_has_its_rate_choice_and_an_exemption_its_ground(ask):
    (counts,) = ask(
        "thue",
        "select count(*), count(MA_AP_DUNG), count(distinct CAN_CU),"
        " count(*) filter (where (CAN_CU is null) <> (MA_MIEN is null)) from thue",
    )
    assert counts[0] == counts[1]
    assert counts[2] > 1
    assert counts[3] == 0


def test_goods_leave_early_only_while_a_laboratory_or_an_agency_looks(ask):
    found = ask(
        "tk sukien kiemtra",
        """
        with pending as (
            select SO_TK_GOC, max(DEN) as until from kiemtra
            where HINH_THUC in ('5', '6') group by SO_TK_GOC
        )
        select MA_SK, count(*), bool_and(until is null or until > THOI_DIEM),
            bool_and((LY_DO is null) = (MA_SK = 'MHBQ')), count(until)
        from sukien left join pending using (SO_TK_GOC)
        where MA_SK in ('BP', 'MHBQ') group by MA_SK
        """,
    )
    assert {row[0] for row in found} == {"BP", "MHBQ"}
    assert all(row[2] and row[3] for row in found)
    assert sum(row[4] for row in found) > 10


def test_some_goods_pass_the_port_between_release_and_clearance(ask):
    (early,) = ask(
        "tk sukien port_message",
        """
        select count(distinct base) from declaration
        inner join port_message on base = left(decl, 11) and kind = 'GATE_OUT'
        inner join sukien on SO_TK_GOC = base and MA_SK in ('BP', 'MHBQ')
        where NHOM = 'N' and cast(ts as timestamp) between THOI_DIEM and NGAY_TQ
        """,
    )
    assert early[0] > 0


def test_bills_of_one_declaration_are_all_among_its_papers(ask):
    """Of exports those that are issued: a carrier gives the number with the booking."""
    (counts,) = ask(
        "tk chungtu",
        """
        with named as (
            select SO_TK, NHOM, unnest([SO_VD1, SO_VD2, SO_VD3, SO_VD4, SO_VD5]) as number from tk
        ),
        listed as (
            select SO_TK, SO_CT as number from chungtu where LOAI_CT in ('BOL', 'AWB')
        )
        select count(*) filter (where listed.number is null and NHOM = 'N'),
            (select count(SO_VD2) from tk), (select count(SO_VD4) from tk),
            count(*) filter (where named.number is null),
            count(*) filter (where listed.number is null), count(*)
        from (select * from named where number is not null) as named
        full join listed using (SO_TK, number)
        """,
    )
    assert counts[0] == counts[3] == 0
    assert counts[1] > counts[2] > 0
    assert 0 < counts[4] < 0.2 * counts[5]


def test_boxes_are_shared_and_some_are_empty_until_they_are_stuffed(ask):
    (found,) = ask(
        "tk cont port_message",
        """
        with box as (
            select SO_CONT, count(distinct left(SO_TK, 11)) as declarations,
                count(distinct SO_VD1) as bills
            from cont inner join tk using (SO_TK) where MA_PTVT = '3' group by SO_CONT
        ),
        stuffed as (
            select decl as SO_TK, container as SO_CONT, max(cast(ts as timestamp)) as moment
            from port_message where kind = 'STUFF' group by all
        )
        select (select count(*) from box where declarations > 1 and bills > 1),
            count(*) filter (where RONG_DAY = '4'),
            bool_and((RONG_DAY = '4') = (moment > NGAY_DK))
        from cont inner join tk using (SO_TK) inner join stuffed using (SO_TK, SO_CONT)
        """,
    )
    assert found[0] > 0
    assert found[1] > 0
    assert found[2]


def test_royalties_are_added_to_the_value_and_what_comes_after_the_border_is_taken_off(ask):
    (found,) = ask(
        "tk",
        """
        select count(*) filter (where DC_TRI_GIA > 0 and NHOM = 'N'),
            count(*) filter (where DC_TRI_GIA < 0 and MA_DKGH in ('DAP', 'DDP')),
            count(DC_TRI_GIA) filter (where NHOM = 'X'),
            avg(coalesce(DC_TRI_GIA > 0, false)::int) filter (
                where MA_PL_TRI_GIA = '7' and NHOM = 'N'),
            avg(coalesce(DC_TRI_GIA > 0, false)::int) filter (
                where MA_PL_TRI_GIA = '6' and NHOM = 'N')
        from tk
        """,
    )
    assert found[0] > 10
    assert found[1] > 0
    assert found[2] == 0
    assert found[3] > found[4]


def test_a_producer_with_a_rate_of_its_own_is_named_on_the_goods_that_bear_it(ask):
    (found,) = ask(
        "tk hang thue pvtm",
        """
        with own as (
            select hang.SO_TK, hang.STT, pvtm.THUE_SUAT
            from hang
            inner join tk using (SO_TK)
            inner join pvtm on pvtm.MA_HS = hang.MA_HS and pvtm.MA_NUOC_XX = hang.MA_NUOC_XX
                and pvtm.NHA_SX = hang.NHA_SX
                and cast(NGAY_DK as date) between try_cast(pvtm.TU_NGAY as date) and pvtm.DEN_NGAY
            where NHOM = 'N'
        )
        select count(*), count(*) filter (where thue.THUE_SUAT is distinct from own.THUE_SUAT)
        from own left join thue
            on thue.SO_TK = own.SO_TK and thue.STT = own.STT and MA_SAC_THUE = 'G'
        where thue.SO_TK is not null
        """,
    )
    assert found[0] > 0
    assert found[1] == 0
