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
    moment_of(NGAY_DK) as registered,
    moment_of(NGAY_TQ) as cleared,
    MA_DN as trader,
    MA_DL as broker,
    MA_NUOC_DT as partner_country,
    number_of(TONG_TG_TT) as value_vnd,
    coalesce(try_cast(LAN_SUA as integer), 0) as amendments,
    SO_VD1 as bill,
    SO_VD2 is not null as has_more_bills,
    number_of(TRONG_LUONG) * kilograms(MA_DVT_TL) as gross_kg
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
create table exchange_rate as
select
    MA_NT as currency, day_of(TU_NGAY) as from_date, max(number_of(VND)) as vnd
from raw_tygia where day_of(TU_NGAY) is not null group by all;

create table usd_rate as
select from_date, vnd from exchange_rate where currency = 'USD';

-- Rates of import duty by their key, as the latest file tells them: their end may come later.
create table listed_row as
select * from raw_bieuthue
qualify row_number() over (
    partition by MA_BIEU_THUE, MA_NHOM_NUOC, MA_HS, TU_NGAY order by parse_filename(FILE) desc
) = 1;

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
