-- name: items
-- Current goods items and taxes: those of the current version of a declaration of the period, the
-- highest SEQ_NO of each key, withdrawn ones left out.

create table item_read as
select
    declaration.so_tk * 64 + try_cast(hang.STT as bigint) as key,
    try_cast(hang.SEQ_NO as bigint) as seq,
    hang.OP as op,
    declaration.base,
    try_cast(hang.STT as bigint) as stt,
    declaration.is_import,
    declaration.is_ended,
    declaration.regime,
    declaration.day,
    hang.MA_HS as hs8,
    hang.MA_NUOC_XX as origin,
    hang.MA_BIEU_THUE as schedule,
    number_of(hang.LUONG1) as quantity,
    hang.MA_DVT1 as unit,
    case
        when kilograms(hang.MA_DVT2) is not null
            then number_of(hang.LUONG2) * kilograms(hang.MA_DVT2)
        else number_of(hang.LUONG1) * kilograms(hang.MA_DVT1)
    end as net_kg,
    number_of(hang.DON_GIA) as unit_price,
    hang.MA_NT_DG as currency,
    number_of(hang.TRI_GIA_TT) as value_vnd
from raw_hang as hang
inner join declaration on try_cast(hang.SO_TK as bigint) = declaration.so_tk;

create table item as
select * exclude (key, seq, op) from current_rows('item_read')
where op <> 'D' and key is not null;

drop table item_read;

create table tax_read as
select
    (declaration.so_tk * 64 + coalesce(try_cast(thue.STT as bigint), 0)) * 128
    + ascii(thue.MA_SAC_THUE) as key,
    try_cast(thue.SEQ_NO as bigint) as seq,
    thue.OP as op,
    declaration.base,
    thue.MA_SAC_THUE as kind,
    greatest(
        coalesce(number_of(thue.SO_TIEN), 0)
        - coalesce(number_of(thue.SO_TIEN_MIEN), 0), 0
    ) as due_vnd,
    day_of(thue.HAN_NOP) as due_date
from raw_thue as thue
inner join declaration on try_cast(thue.SO_TK as bigint) = declaration.so_tk
where not declaration.is_ended;

create table tax as
select * exclude (key, seq, op) from current_rows('tax_read')
where op <> 'D' and key is not null;

drop table tax_read;
