-- rule: versions_follow_each_other
-- tables: tk
-- An amended version has the one before it, which stays; its reason is given.
select
    amended.SO_TK as record_key,
    before.SO_TK is null or amended.MA_LY_DO_SUA is null or amended.LAN_SUA is null
        as is_violated
from tk as amended
left join tk_distinct as before
    on before.SO_TK = left(amended.SO_TK, 11) || (try_cast(right(amended.SO_TK, 1) as int) - 1)
where right(amended.SO_TK, 1) <> '0';

-- rule: declared_items_are_never_overwritten
-- tables: hang
-- An item of a version keeps its code, origin, quantity and value, whatever is sent for it again.
select
    SO_TK || ' ' || STT as record_key,
    count(distinct concat_ws('|', MA_HS, MA_NUOC_XX, LUONG1, TRI_GIA_HD, TRI_GIA_TT)) > 1
        as is_violated
from hang_distinct
where OP <> 'D'
group by SO_TK, STT;

-- rule: declared_headers_are_never_overwritten
-- tables: tk
-- Neither does a header: only its life goes on under the same number.
select
    SO_TK as record_key,
    count(distinct concat_ws('|', MA_DN, MA_LH, NGAY_DK, TONG_TG_HD, TONG_TG_TT, TRONG_LUONG)) > 1
        as is_violated
from tk_distinct
where OP <> 'D'
group by SO_TK;

-- rule: corrections_have_before_and_after
-- tables: khaibosung
-- Tax before and after stand together, and so do all other pairs.
select
    concat_ws(' ', SO_KBS, STT, MA_SAC_THUE) as record_key,
    TRUOC is null or SAU is null or MA_LY_DO is null as is_violated
from khaibosung;

-- rule: corrections_start_from_what_was_declared
-- tables: thue, khaibosung
-- The first correction of a tax line starts from the tax of a version of its declaration.
with first_one as (
    select distinct on (SO_TK_GOC, STT, MA_SAC_THUE) *
    from khaibosung
    order by NGAY, SO_KBS
)

select
    concat_ws(' ', first_one.SO_TK_GOC, first_one.STT, first_one.MA_SAC_THUE) as record_key,
    not bool_or(TRUOC = thue.SO_TIEN) as is_violated
from first_one
inner join thue
    on left(thue.SO_TK, 11) = first_one.SO_TK_GOC and thue.STT = first_one.STT
    and thue.MA_SAC_THUE = first_one.MA_SAC_THUE
group by all;

-- rule: amended_declarations_tell_their_event
-- tables: tk, sukien
-- An amended version has its SUA among the events.
select SO_TK as record_key, SO_TK_GOC is null as is_violated
from tk
left join (select distinct SO_TK_GOC from sukien where MA_SK = 'SUA') as amended
    on SO_TK_GOC = left(SO_TK, 11)
where right(SO_TK, 1) <> '0';

-- rule: clearance_outlives_its_correction
-- tables: tk
-- When a correction is withdrawn that told the clearance, the version that stands again tells it.
with told as (
    select distinct left(SO_TK, 11) as SO_TK_GOC
    from tk_distinct where OP = 'D' and NGAY_TQ is not null
)

select told.SO_TK_GOC as record_key, not bool_or(tk.NGAY_TQ is not null) as is_violated
from told
inner join tk on left(tk.SO_TK, 11) = told.SO_TK_GOC
group by all;
