-- name: begin
-- What is remembered of earlier weeks: items and headers as they were registered.
create table items (
    number varchar, trader varchar, partner varchar, direction varchar, day date, hs varchar,
    origin varchar, unit varchar, quantity double, value_vnd double, schedule varchar,
    certificate varchar
);
create table headers (
    number varchar, trader varchar, partner varchar, direction varchar, day date, regime varchar,
    bill varchar, gross_kg double, value_vnd double, freight double, invoice double
);

-- name: week_headers
-- One row per declaration of the week.
create or replace table week_headers as

select
    left(SO_TK, 11) as number,
    MA_DN as trader,
    TEN_DT as partner,
    left(SO_TK, 1) as direction,
    try_cast(NGAY_DK as date) as day,
    MA_LH as regime,
    SO_VD1 as bill,
    try_cast(TRONG_LUONG as double) * kilograms(MA_DVT_TL) as gross_kg,
    try_cast(TONG_TG_TT as double) as value_vnd,
    try_cast(PHI_VC as double) as freight,
    try_cast(TONG_TG_HD as double) as invoice
from week_tk;

-- name: week_items
-- One row per goods item of the week.
create or replace table week_items as

select
    week_headers.number,
    week_headers.trader,
    week_headers.partner,
    week_headers.direction,
    week_headers.day,
    week_hang.MA_HS as hs,
    week_hang.MA_NUOC_XX as origin,
    week_hang.MA_DVT1 as unit,
    try_cast(week_hang.LUONG1 as double) as quantity,
    try_cast(week_hang.TRI_GIA_TT as double) as value_vnd,
    week_hang.MA_BIEU_THUE as schedule,
    week_hang.SO_CO as certificate
from week_hang
inner join week_headers on left(week_hang.SO_TK, 11) = week_headers.number;

-- name: rates
-- One row per line: its rate of most-favoured-nation duty in the week, as a share. Of a rate that
-- was told again, with its end, the latest file counts.
create or replace table rates as

with

told as (

    select * from bieuthue
    where MA_BIEU_THUE = 'B01'
    qualify
        row_number() over (partition by MA_HS, TU_NGAY order by parse_filename(FILE) desc) = 1

)

select
    MA_HS as hs,
    max(try_cast(regexp_extract(THUE_SUAT, '^([0-9.]+)%', 1) as double)) / 100 as rate
from told
where
    try_cast(TU_NGAY as date) <= (select max(day) from week_headers)
    and coalesce(try_cast(DEN_NGAY as date), date '9999-12-31')
    >= (select min(day) from week_headers)
group by MA_HS;

-- name: stakes
-- One row per declaration of the week, in the order of its table: customs value times duty.
select
    week_headers.number,
    coalesce(
        sum(week_items.value_vnd * coalesce(rates.rate, 0))
        filter (where week_items.direction = '1'),
        0
    ) as duty_vnd,
    coalesce(max(week_headers.value_vnd), 0) as value_vnd
from week_headers
left join week_items on week_headers.number = week_items.number
left join rates on week_items.hs = rates.hs
group by week_headers.number
order by week_headers.number;

-- name: remember
-- The week becomes the past.
insert into items from week_items;
insert into headers from week_headers;
