-- name: facts
-- One row per declaration: its first version as it was first registered, which is what was known.
create or replace table facts as

with

versions as (

    select
        try_cast(left(SO_TK, 11) as bigint) as number,
        SO_TK as version,
        try_cast(SEQ_NO as bigint) as sequence,
        try_cast(NGAY_DK as timestamp) as registered_at,
        coalesce(MA_DN, '') as trader,
        NHOM as direction,
        MA_LH as regime,
        MA_HQ as office,
        try_cast(MA_PTVT as integer) as transport,
        MA_NUOC_XUAT as country,
        MA_PL_TRI_GIA as valuation,
        try_cast(SO_KIEN as double) as packages,
        try_cast(TRONG_LUONG as double) * kilograms(MA_DVT_TL) as gross_kg,
        try_cast(SO_DONG as integer) as item_count,
        try_cast(TONG_TG_TT as double) as value_vnd,
        try_cast(TONG_THUE as double) as tax_vnd
    from tk
    where length(SO_TK) = 12

),

first_versions as (

    select *
    from versions
    where number is not null and registered_at is not null
    qualify row_number() over (partition by number order by version, sequence) = 1

)

select
    *,
    epoch(registered_at)::bigint as registered,
    -- 1970-01-01 was a Thursday; weeks begin on Monday.
    ((epoch(registered_at)::bigint // 86400) + 3) // 7 as week,
    datediff('month', date '1970-01-01', registered_at::date) as month
from first_versions;

-- name: items
-- One row per goods item of the first version of a declaration.
create or replace table items as

with

numbered as (

    select
        facts.number,
        hang.STT as item,
        hang.MA_HS as hs8,
        left(hang.MA_HS, 6) as hs6,
        hang.MA_NUOC_XX as origin,
        hang.MA_DVT1 as unit,
        try_cast(hang.LUONG1 as double) as quantity,
        try_cast(hang.TRI_GIA_TT as double) as value_vnd,
        hang.MA_BIEU_THUE as schedule,
        hang.SO_CO is not null as has_certificate,
        row_number() over (
            partition by hang.SO_TK, hang.STT order by try_cast(hang.SEQ_NO as bigint)
        ) as sending
    from hang
    inner join facts on hang.SO_TK = facts.version

)

select * exclude (sending)
from numbered
where sending = 1;

-- name: labels
-- One row per goods item of a checked declaration, known when its last finished check ended.
create or replace table labels as

with

results as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        STT as item,
        KET_QUA as result,
        epoch(try_cast(DEN as timestamp))::bigint as known
    from kiemtra
    qualify
        row_number() over (partition by MA_KT, STT_KT order by try_cast(SEQ_NO as bigint) desc) = 1
        and coalesce(OP, 'I') != 'D'

),

finished as (

    select * from results
    where result in ('0', '1') and known is not null

),

checked as (

    select
        number,
        max(known) as known
    from finished
    group by number

),

irregular as (

    select
        number,
        item
    from finished
    where result = '1'
    group by number, item

)

select
    items.number,
    items.item,
    checked.known,
    ((checked.known // 86400) + 3) // 7 as known_week,
    -- A finding without an item is of the whole declaration.
    (of_item.number is not null or of_whole.number is not null)::integer as is_irregular
from items
inner join checked on items.number = checked.number
left join irregular as of_item
    on items.number = of_item.number and items.item = of_item.item
left join irregular as of_whole
    on items.number = of_whole.number and of_whole.item is null;
