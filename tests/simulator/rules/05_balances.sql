-- rule: re_export_within_its_temporary_line
-- tables: tk, hang, sukien
-- What re-exports continue is at most the linked temporary line, by its declarant and in its unit.
with ended as (select distinct SO_TK_GOC as base from sukien where MA_SK in ('HUY', 'TU_CHOI')),

follow_up as (
    select
        left(hang.SO_TK_LQ, 11) as linked_base, hang.STT_LQ as linked_item, d.base,
        d.MA_DN, d.NGAY_DK, d.MA_LH, hang.LUONG1, hang.MA_DVT1
    from hang inner join declaration as d using (SO_TK)
    where SO_TK_LQ is not null and STT_LQ is not null
        and d.base not in (select ended.base from ended)
),

opened as (
    select
        d.base, hang.STT, d.MA_DN, d.HAN_TAI_XUAT, hang.LUONG1, hang.MA_DVT1
    from hang inner join declaration as d using (SO_TK)
)

select
    opened.base || ' ' || STT as record_key,
    sum(f.LUONG1) > any_value(opened.LUONG1)
    or bool_or(f.MA_DN is distinct from opened.MA_DN)
    or bool_or(f.MA_DVT1 <> opened.MA_DVT1)
    or bool_or(
        f.MA_LH in ('G21', 'G22', 'G23', 'G24') and cast(f.NGAY_DK as date) > HAN_TAI_XUAT
    ) as is_violated
from follow_up as f
inner join opened on opened.base = linked_base and STT = linked_item
group by opened.base, STT;

-- rule: exemption_list_within_its_balance
-- tables: tk, hang, dmmt, sukien
-- tolerated: 0.2
-- What was brought in under a line of an exemption list is at most that line; some supplements stand
-- on paper alone.
with ended as (select distinct SO_TK_GOC as base from sukien where MA_SK in ('HUY', 'TU_CHOI')),

used as (
    select hang.*, d.MA_DN, d.NGAY_DK
    from hang inner join declaration as d using (SO_TK)
    where SO_DMMT is not null and d.base not in (select ended.base from ended)
)

select
    used.SO_DMMT || ' ' || STT_DMMT as record_key,
    sum(used.LUONG1) > any_value(dmmt.LUONG) as is_violated
from used
inner join dmmt on used.SO_DMMT = dmmt.SO_DMMT and STT_DMMT = dmmt.STT
group by used.SO_DMMT, STT_DMMT;

-- rule: exemption_list_is_of_its_owner_goods_and_time
-- tables: tk, hang, dmmt
-- Who brings in goods under a line of an exemption list owns it, of its code and within its time.
select
    hang.SO_TK || ' ' || hang.STT as record_key,
    dmmt.SO_DMMT is null
    or d.MA_DN is distinct from dmmt.MA_DN
    or hang.MA_HS is distinct from dmmt.MA_HS
    or cast(d.NGAY_DK as date) not between dmmt.TU_NGAY and coalesce(dmmt.DEN_NGAY, '2999-12-31')
        as is_violated
from hang inner join declaration as d using (SO_TK)
left join dmmt on hang.SO_DMMT = dmmt.SO_DMMT and hang.STT_DMMT = dmmt.STT
where hang.SO_DMMT is not null;
