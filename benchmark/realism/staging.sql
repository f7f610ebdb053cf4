-- name: kilograms
create macro kilograms(unit) as (
    select mass_unit.kilograms from mass_unit where mass_unit.code = unit
);

-- name: declarations
-- Current declarations of the period, one row a base number: the highest version whose header is
-- not withdrawn, and inside a version the highest SEQ_NO. Test offices are left out, so is what
-- was registered before the period (warm-up) or after it.

-- Rows of a table with columns key, seq, op: the last of each key, repetitions once.
create or replace macro current_rows(source) as table

with

repeated as (

    select key from query_table(source) group by key having count(*) > 1

)

select * from query_table(source) anti join repeated using (key)
union all by name
(
    select * from query_table(source) semi join repeated using (key)
    qualify row_number() over (partition by key order by seq desc) = 1
);

create table header_read as
select
    try_cast(SO_TK as bigint) as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    NHOM = 'N' as is_import,
    MA_LH as regime,
    MA_HQ as office_code,
    try_cast(NGAY_DK as timestamp) as registered,
    try_cast(NGAY_TQ as timestamp) as cleared,
    MA_DN as trader,
    MA_DL as broker,
    TEN_DT is not null as has_partner,
    MA_NUOC_DT as partner_country,
    try_cast(TONG_TG_TT as double) as value_vnd,
    coalesce(try_cast(LAN_SUA as integer), 0) as amendments
from raw_tk
where MA_HQ <> '88AB';

create table header_version as
select * exclude (key, seq), key as so_tk, key // 10 as key, key % 10 as seq
from current_rows('header_read')
where op <> 'D' and key is not null;

-- Codes before and after the reorganisation are one office.
create table office_alias as

with

pairs as (

    select MA_HQ as old_code, min(MA_MOI) as new_code
    from raw_hq where MA_MOI is not null group by MA_HQ

)

select old_code as code, new_code as office, left(old_code, 2) as department from pairs
union all
select new_code, new_code, left(min(old_code), 2) from pairs
where new_code not in (select old_code from pairs) group by new_code;

-- The official rate holds from its day to the next.
create table usd_rate as
select try_cast(TU_NGAY as date) as from_date, max(try_cast(VND as double)) as vnd
from raw_tygia where MA_NT = 'USD' and try_cast(TU_NGAY as date) is not null group by 1;

create table ended as
select distinct try_cast(SO_TK_GOC as bigint) as base, MA_SK = 'HUY' as is_cancelled
from raw_sukien where MA_SK in ('HUY', 'TU_CHOI');

create table declaration as

with

latest as (

    select
        headers.* exclude (key, seq, op, office_code),
        headers.key as base,
        headers.seq as version,
        coalesce(office_alias.office, headers.office_code) as office,
        coalesce(office_alias.department, left(headers.office_code, 2)) as department,
        cast(headers.registered as date) as day
    from current_rows('header_version') as headers
    left join office_alias on headers.office_code = office_alias.code
    where headers.registered is not null

)

select
    latest.*,
    latest.value_vnd / usd_rate.vnd as value_usd,
    latest.base in (select base from ended where is_cancelled) as is_cancelled,
    latest.base in (select base from ended) as is_ended
from latest
cross join world
asof left join usd_rate on latest.day >= usd_rate.from_date
where
    latest.day >= coalesce(world.first_date, latest.day)
    and latest.day < coalesce(world.end_date, latest.day + 1);

drop table header_read;
drop table header_version;

create table period as
select
    min(day) as first_day,
    max(day) as last_day,
    -- Days without one declaration are days all the same, but not those before the first.
    greatest(
        coalesce(max(world.end_date) - max(world.first_date), 0),
        coalesce(max(day) - min(day) + 1, 0)
    ) as days,
    count(base) as declarations
from world left join declaration on true;

-- name: items
-- Current goods items and taxes: those of the current version of a declaration of the period, the
-- highest SEQ_NO of each key, withdrawn ones left out.

create table item_read as
select
    declaration.so_tk * 64 + try_cast(hang.STT as bigint) as key,
    try_cast(hang.SEQ_NO as bigint) as seq,
    hang.OP as op,
    declaration.base,
    declaration.is_import,
    declaration.is_ended,
    declaration.regime,
    declaration.day,
    hang.MA_HS as hs8,
    hang.MA_NUOC_XX as origin,
    hang.MA_BIEU_THUE as schedule,
    try_cast(hang.LUONG1 as double) as quantity,
    hang.MA_DVT1 as unit,
    case
        when kilograms(hang.MA_DVT2) is not null
            then try_cast(hang.LUONG2 as double) * kilograms(hang.MA_DVT2)
        else try_cast(hang.LUONG1 as double) * kilograms(hang.MA_DVT1)
    end as net_kg,
    try_cast(hang.TRI_GIA_TT as double) as value_vnd
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
        coalesce(try_cast(thue.SO_TIEN as double), 0)
        - coalesce(try_cast(thue.SO_TIEN_MIEN as double), 0), 0
    ) as due_vnd,
    try_cast(thue.HAN_NOP as date) as due_date
from raw_thue as thue
inner join declaration on try_cast(thue.SO_TK as bigint) = declaration.so_tk
where not declaration.is_ended;

create table tax as
select * exclude (key, seq, op) from current_rows('tax_read')
where op <> 'D' and key is not null;

drop table tax_read;

-- name: events
-- Lanes, changes of lane, registry and results, one row each as they last stood.

create table lane_read as
select
    try_cast(SO_TK_GOC as bigint) as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    try_cast(LUONG as tinyint) as lane,
    NHOM_CAN_CU as ground,
    coalesce(NGAU_NHIEN, '0') = '1' as is_random,
    try_cast(THOI_DIEM as timestamp) as decided
from raw_phanluong;

create table lane as
select lanes.* exclude (key, seq, op), declaration.* exclude (value_usd, value_vnd, version)
from current_rows('lane_read') as lanes
inner join declaration on lanes.key = declaration.base
where lanes.op <> 'D' and lanes.lane in (1, 2, 3);

drop table lane_read;

-- An event that was sent twice is one; a second change of a declaration does not count again.
create table changed_lane as
select
    try_cast(SO_TK_GOC as bigint) as base,
    arg_min(try_cast(GIA_TRI as tinyint), try_cast(SEQ_NO as bigint)) as to_lane
from raw_sukien where MA_SK = 'CHUYEN_LUONG' group by 1;

-- Snapshot order is the month in the file's name.
create table trader as
select
    MA_DN as trader,
    arg_max(MA_TINH, FILE) as province,
    arg_max(coalesce(UU_TIEN, '0') = '1', FILE) as is_priority,
    arg_max(coalesce(TRANG_THAI, '00') = '00', FILE) as is_active
from (
    select * replace (regexp_extract(FILE, 'dn_(\d{6})', 1) as FILE) from raw_dn
)
where MA_DN is not null group by MA_DN;

create table check_read as
select
    concat_ws('|', MA_KT, STT_KT) as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    try_cast(SO_TK_GOC as bigint) as base,
    HINH_THUC in ('3', '4') as is_physical,
    KET_QUA as result
from raw_kiemtra;

create table physical_check as
select base, bool_or(result = '1') as is_irregular
from current_rows('check_read')
where op <> 'D' and is_physical and result in ('0', '1') group by base;

drop table check_read;

create table audit_read as
select
    MA_QD as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    LOAI as kind,
    NGAY_KL is not null as is_concluded,
    try_cast(NGAY_KL as date) <= (select last_day - 90 from period) as is_due,
    coalesce(try_cast(THUE_AN_DINH as double), 0) as assessed_vnd,
    coalesce(try_cast(TIEN_PHAT as double), 0) as fined_vnd,
    coalesce(try_cast(DA_NOP as double), 0) as paid_vnd,
    KET_QUA as result
from raw_ktstq;

create table audit as
select * exclude (key, seq, op) from current_rows('audit_read') where op <> 'D';

create table debt_read as
select
    concat_ws('|', THANG, MA_DN, SO_TK_GOC, MA_SAC_THUE) as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    THANG as month,
    MA_DN as trader,
    NHOM_NO as debt_group,
    coalesce(try_cast(CON_NO as double), 0) as owed_vnd
from raw_no;

create table debt as
select * exclude (key, seq, op) from current_rows('debt_read')
where op <> 'D' and owed_vnd > 0 and month = (select max(THANG) from raw_no);

drop table debt_read;
