-- name: facts
-- One row per declaration: its first version as it was first registered, which is what was known. Of
-- versions withdrawn last there is nothing.
create or replace table facts as

with

versions as (

    select
        try_cast(left(SO_TK, 11) as bigint) as number,
        SO_TK as version,
        try_cast(SEQ_NO as bigint) as sequence,
        moment_of(NGAY_DK) as registered_at,
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
    qualify coalesce(
        arg_max(OP, try_cast(SEQ_NO as bigint)) over (partition by SO_TK), 'I'
    ) != 'D'

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
-- One row per goods item of the first version of a declaration, unless it was withdrawn last.
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
    qualify coalesce(
        arg_max(hang.OP, try_cast(hang.SEQ_NO as bigint))
            over (partition by hang.SO_TK, hang.STT), 'I'
    ) != 'D'

)

select * exclude (sending)
from numbered
where sending = 1;
