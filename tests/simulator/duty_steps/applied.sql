-- The one rate of each tax that holds for each item on its day.
create or replace table applied as
with found as (
    -- Import and export duty: by schedule, a rate of the origin's group before one for all.
    select
        SO_TK, STT, tax, THUE_SUAT, cast(members is null as int) as place
    from item
    inner join rate on item.MA_HS = rate.MA_HS and day between since and until
    where
        (rate.tax = 'N' and NHOM = 'N' and schedule = MA_BIEU_THUE and (
            members is null or list_contains(string_split(members, ';'), MA_NUOC_XX)
            or MA_NUOC_XX in (select origin from member where member.members = rate.members)
        )) or (tax = 'X' and NHOM = 'X')
    union all
    -- Goods under no import duty.
    select SO_TK, STT, 'N', '0%', 0 from item
    where NHOM = 'N' and MA_BIEU_THUE in ('B30', 'B61')
    union all
    -- Trade defence: by origin, a producer's own rate before that of its country. A list that does
    -- not say which of the duties it is means the one that is on the item.
    select
        item.SO_TK, item.STT, coalesce(tax, MA_SAC_THUE, 'G'), rate.THUE_SUAT,
        cast(rate.producer is null as int) * 2 + cast(rate.origin is null as int)
    from item
    inner join rate on item.MA_HS = rate.MA_HS and day between since and until
    left join thue
        on thue.SO_TK = item.SO_TK and thue.STT = item.STT and MA_SAC_THUE in ('B', 'G', 'C', 'P')
        and tax is null
    where
        NHOM = 'N' and coalesce(tax, 'G') in ('B', 'G', 'C', 'P')
        and (origin is null or origin = MA_NUOC_XX)
        and (producer is null or producer = NHA_SX)
    union all
    select SO_TK, STT, tax, THUE_SUAT, 0
    from item
    inner join rate on item.MA_HS = rate.MA_HS and day between since and until
    where NHOM = 'N' and tax in ('T', 'M', 'V')
),

nearest as (
    select * from found qualify place = min(place) over (partition by SO_TK, STT, tax)
)

select SO_TK, STT, tax, any_value(THUE_SUAT) as THUE_SUAT, count(distinct THUE_SUAT) > 1 as is_torn
from nearest
group by SO_TK, STT, tax;

-- The lower VAT: of lines at the full rate, in a period that has a list, what the list leaves out
-- (TRU, by the first digits of the code) unless it takes it in again (GOM).
create or replace table lowered as
with period as (
    select distinct
        VAT_SUAT, cast(TU_NGAY as date) as since,
        coalesce(cast(DEN_NGAY as date), cast('2999-12-31' as date)) as until
    from giamvat
),

listed as (
    select
        MA_HS as prefix, LOAI, cast(TU_NGAY as date) as since
    from giamvat
)

select SO_TK, STT, VAT_SUAT as THUE_SUAT
from item
inner join applied using (SO_TK, STT)
inner join period on day between period.since and period.until
left join listed on listed.since = period.since and starts_with(MA_HS, prefix)
where tax = 'V' and per_cent(applied.THUE_SUAT) = 10
group by SO_TK, STT, VAT_SUAT
having not coalesce(bool_or(LOAI = 'TRU'), false) or coalesce(bool_or(LOAI = 'GOM'), false);
