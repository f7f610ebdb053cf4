-- Every listed rate as numbers, by tax: per cent of value, amount a unit, or both.
create or replace macro per_cent(text) as try_cast(
    regexp_extract(text, '^\s*([0-9.]+)\s*%?\s*(\+.*)?$', 1) as decimal(9, 4)
);
create or replace macro amount_of(text) as try_cast(
    regexp_extract(text, '([0-9.]+)\s+[A-Z]{3}/', 1) as decimal(12, 4)
);
create or replace macro currency_of(text) as nullif(
    regexp_extract(text, '\s([A-Z]{3})/[A-Z0-9]+\s*$', 1), ''
);
create or replace macro unit_of(text) as nullif(
    regexp_extract(text, '/([A-Z0-9]+)\s*$', 1), ''
);

create or replace table rate as
with listed as (
    -- An export schedule is one whose code is not among the import schedules B01 to B99.
    select
        case when regexp_full_match(MA_BIEU_THUE, 'B\d\d') then 'N' else 'X' end as tax,
        MA_BIEU_THUE as schedule, MA_NHOM_NUOC as members, MA_HS, cast(null as varchar) as origin,
        cast(null as varchar) as producer, THUE_SUAT, TU_NGAY, DEN_NGAY
    from bieuthue
    union all
    select 'V', null, null, MA_HS, null, null, THUE_SUAT, TU_NGAY, DEN_NGAY from vat
    union all
    select 'T', null, null, MA_HS, null, null, THUE_SUAT, TU_NGAY, DEN_NGAY from ttdb
    union all
    select 'M', null, null, MA_HS, null, null, THUE_SUAT, TU_NGAY, DEN_NGAY from bvmt
    union all
    select
        LOAI, null, null, MA_HS, MA_NUOC_XX, NHA_SX, THUE_SUAT, TU_NGAY, DEN_NGAY
    from pvtm
)

select
    * exclude (TU_NGAY, DEN_NGAY),
    cast(TU_NGAY as date) as since,
    coalesce(cast(DEN_NGAY as date), cast('2999-12-31' as date)) as until
from listed;

-- Members of the groups by which RCEP rates differ, as the schedules name them.
create or replace table member as
select 'RCEP_' || code as members, code as origin
from unnest(['AU', 'CN', 'JP', 'KR', 'NZ']) as single (code)
union all
select 'RCEP_ASEAN', code
from unnest(['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH']) as joint (code);

-- Items with what decides their rates. Other regimes than these need not have every tax line.
create or replace table item as
select
    hang.SO_TK, STT, MA_HS, MA_NUOC_XX, NHA_SX, MA_BIEU_THUE, LUONG1, MA_DVT1, LUONG2, MA_DVT2,
    TRI_GIA_TT as worth, NHOM, MA_LH, cast(NGAY_DK as date) as day,
    date_trunc('week', NGAY_DK) as monday,
    MA_LH in ('A11', 'A12', 'A21', 'A41', 'A42', 'B11') as is_taxed_in_full
from hang inner join tk using (SO_TK);
