-- name: firm_signs
-- One row per trader: its age, kin, debts, violations and licences. Kin share an owner or the
-- address: 1 for one that has any, 2 where it or one of them is struck off.
create table firm_sign as
with

firms as (
    -- Its state is that of the last month that shows it: who rests is active again afterwards.
    select
        MA_DN as trader, min(day_of(NGAY_TL)) as founded, min(DIA_CHI) as address,
        arg_max(TRANG_THAI, (regexp_extract(FILE, 'dn_(\d{6})', 1), FILE)) as state,
        (state = '03')::integer as is_closed, (state <> '00')::integer as is_inactive,
        max((MA_CU is not null)::integer) as came
    from raw_dn group by MA_DN
),

owners as (select SO_GT as owner, MA_DN as trader from raw_chusohuu group by SO_GT, MA_DN),

kin as (
    select one.trader, 1 + max(greatest(one.is_closed, other.is_closed)) as closes
    from (
        select own.trader, kin.trader as other
        from owners as own inner join owners as kin using (owner)
        union
        select own.trader, kin.trader from firms as own inner join firms as kin using (address)
    ) as pairs
    inner join firms as one on pairs.trader = one.trader
    inner join firms as other on pairs.other = other.trader
    where one.trader <> other.trader
    group by one.trader
),

debts as (
    -- All lines of the last statement, which no longer tells what was paid since; as a share of the
    -- taxes of a year: large firms owe more.
    select MA_DN as trader, sum(number_of(CON_NO)) / any_value(tax_a_year_vnd) as of_tax
    from (
        from last_rows('raw_no', (THANG, MA_DN, SO_TK_GOC, MA_SAC_THUE))
        qualify THANG = max(THANG) over ()
    )
    left join (
        select trader as MA_DN, nullif(sum(tax_vnd), 0) / any_value(years) as tax_a_year_vnd
        from declaration
        cross join (select (max(day) - min(day) + 1) / 365.0 as years from declaration) as told
        where not is_ended group by trader
    ) as taxed using (MA_DN)
    group by MA_DN
),

fines as (
    -- Each month the register lists all decisions that stand; what is annulled is in no later list.
    select MA_DN as trader, count(distinct SO_QD) as count
    from (
        select MA_DN, SO_QD, regexp_extract(FILE, 'vipham_(\d{6})', 1) as month from raw_vipham
        qualify month = max(month) over ()
    )
    group by MA_DN
),

licences as (
    select holder as trader, max(
        number_of(used) / nullif(number_of(quantity), 0)
    ) as used
    from raw_licence group by holder
),

warned as (
    select distinct subject ->> '$.value' as trader from raw_intelligence
    where subject ->> '$.type' = 'TRADER'
)

select
    firms.trader, founded, is_closed as struck_off, is_inactive as inactive,
    came as came_from_another, coalesce(kin.closes, 0) as kin_closes,
    case when debts.trader is null then 0 else debts.of_tax end as debt_of_tax,
    coalesce(fines.count, 0) as fined,
    licences.used as licence_used, (warned.trader is not null)::integer as warned_of
from firms
left join kin using (trader)
left join debts using (trader)
left join fines using (trader)
left join licences using (trader)
left join warned using (trader);
