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
    moment_of(THOI_DIEM) as decided
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
    HINH_THUC as method,
    KET_QUA as result,
    coalesce(try_cast(THUE_TANG as double), 0) > 0 as brings_tax
from raw_kiemtra;

-- One row per declaration and method of a finished check.
create table examined as

with

finished as (

    select
        base, method,
        bool_or(result = '1') as is_irregular,
        bool_or(result = '1' and brings_tax) as brings_tax
    from current_rows('check_read')
    where op <> 'D' and result in ('0', '1') group by base, method

)

select finished.*, lane.is_random, lane.is_import
from finished inner join lane using (base);

drop table check_read;

create table audit_read as
select
    MA_QD as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    LOAI as kind,
    NGAY_KL is not null as is_concluded,
    day_of(NGAY_KL) <= (select last_day - 90 from period) as is_due,
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
