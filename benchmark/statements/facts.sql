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
        try_cast(TRONG_LUONG as double) as gross_kg,
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
from first_versions
