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
where sending = 1
