-- name: rate_numbers
-- Per cent of value in a rate as text; 0 where it is an amount alone.
create macro per_cent(text) as coalesce(
    try_cast(nullif(regexp_extract(text, '^\s*([0-9.]+)\s*%?\s*(\+.*)?$', 1), '') as double), 0
);

-- name: rate_amount
-- Amount per unit in a rate as text; null where there is none.
create macro amount_of(text) as try_cast(
    nullif(regexp_extract(text, '([0-9.]+)\s+[A-Z]{3}/', 1), '') as double
);

-- name: rate
-- Every dated rate of the tariff files, by tax: N and X by schedule, G of trade defence, T, M, V.
create table rate as
select
    * exclude (TU_NGAY, DEN_NGAY),
    per_cent(THUE_SUAT) / 100 as share,
    amount_of(THUE_SUAT) as amount,
    nullif(regexp_extract(THUE_SUAT, '\s([A-Z]{3})/', 1), '') as currency,
    nullif(regexp_extract(THUE_SUAT, '/([A-Z0-9]+)\s*$', 1), '') as unit,
    day_of(TU_NGAY) as since,
    coalesce(day_of(DEN_NGAY), '2999-12-31'::date) as until
from (
    select
        case when regexp_full_match(MA_BIEU_THUE, 'B\d\d') then 'N' else 'X' end as tax,
        MA_BIEU_THUE as schedule, MA_NHOM_NUOC as members, null as origin, null as producer,
        MA_HS as hs,
        THUE_SUAT, TU_NGAY, DEN_NGAY
    from last_told('raw_bieuthue', (MA_BIEU_THUE, MA_NHOM_NUOC, MA_HS, TU_NGAY))
    union all
    select 'G', null, null, MA_NUOC_XX, NHA_SX, MA_HS, THUE_SUAT, TU_NGAY, DEN_NGAY
    from last_told('raw_pvtm', (MA_HS, MA_NUOC_XX, NHA_SX, TU_NGAY))
    union all
    select 'T', null, null, null, null, MA_HS, THUE_SUAT, TU_NGAY, DEN_NGAY
    from last_told('raw_ttdb', (MA_HS, TU_NGAY))
    union all
    select 'M', null, null, null, null, MA_HS, THUE_SUAT, TU_NGAY, DEN_NGAY
    from last_told('raw_bvmt', (MA_HS, TU_NGAY))
    union all
    select 'V', null, null, null, null, MA_HS, THUE_SUAT, TU_NGAY, DEN_NGAY
    from last_told('raw_vat', (MA_HS, TU_NGAY))
);

-- name: lowered
-- Lines of the full VAT rate to which a period's lower rate applies: not left out, or taken in.
create table lowered as
with

periods as (

    select distinct
        per_cent(VAT_SUAT) / 100 as share,
        day_of(TU_NGAY) as since,
        coalesce(day_of(DEN_NGAY), '2999-12-31'::date) as until
    from raw_giamvat

)

select rate.hs, periods.since, periods.until, min(periods.share) as share
from rate
cross join periods
left join raw_giamvat as listed
    on periods.since = day_of(listed.TU_NGAY) and starts_with(rate.hs, listed.MA_HS)
where rate.tax = 'V' and rate.share = 0.1
group by rate.hs, periods.since, periods.until
having
    not coalesce(bool_or(listed.LOAI in ('LOAI_TRU', 'TRU')), false)
    or coalesce(bool_or(listed.LOAI in ('AP_DUNG', 'GOM')), false);

-- name: case
-- What is to be taxed: each irregular item as it was declared, and as it truly is, with the
-- schedules by which its true origin may have been taxed.
create table tax_case as
with

facts as (

    select
        irregular.base, irregular.stt, item.day, item.is_import, item.regime,
        coalesce(true_hs, hs) as true_hs, coalesce(true_origin, origin) as true_origin,
        coalesce(true_quantity, quantity) as true_quantity,
        coalesce(true_value_vnd, value_vnd) as true_value_vnd,
        item.hs, item.origin, item.producer, item.quantity, item.value_vnd, item.unit, item.kg,
        coalesce(item.schedule, '') as schedule
    from irregular
    inner join item using (base, stt)

),

rights as (

    -- Who may use a schedule is shown by those who did.
    select distinct coalesce(schedule, '') as schedule, origin from item
    union
    select 'B01', origin from (select distinct origin from item)

),

makers as (

    -- Whose goods hide behind another origin nothing tells: any maker's, or none with its own rate.
    select distinct hs as true_hs, origin as true_origin, producer from rate where tax = 'G'

)

select
    base, stt, 0 as side, day, is_import, regime, hs, origin, producer, quantity,
    value_vnd::double as value, schedule, unit, kg / nullif(quantity, 0) as kg_each
from facts
union all
select
    base, stt, 1, day, is_import, regime, facts.true_hs, facts.true_origin,
    case when makers.true_hs is null then facts.producer else makers.producer end, true_quantity,
    true_value_vnd::double, rights.schedule, unit, kg / nullif(quantity, 0)
from facts
inner join rights
    on rights.origin = facts.true_origin
    -- A preference that the true code gives may be none that the declared one could claim.
    and (
        facts.true_origin <> facts.origin or rights.schedule = facts.schedule
        or (facts.true_hs <> facts.hs and facts.schedule = 'B01')
    )
    and (rights.schedule not in ('B30', 'B61') or rights.schedule = facts.schedule)
left join makers
    on facts.true_origin <> facts.origin and facts.true_hs = makers.true_hs
    and facts.true_origin = makers.true_origin;
