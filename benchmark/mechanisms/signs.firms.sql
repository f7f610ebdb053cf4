-- name: report_signs
-- One row per trader that settles: norms, waste and stock against those of its peers.
create table report_sign as
with

codes as (
    -- What a material or product is, by the code that its owner gave it on declarations.
    select trader, own_code, min(hs) as hs
    from item where own_code is not null group by trader, own_code
),

norms as (

    select
        told.MA_DN as trader, told.MA_SP as product, told.MA_NVL as material,
        try_cast(DINH_MUC as double) as norm, try_cast(HAO_HUT_PCT as double) as waste,
        -- What is used beyond need is told as norm or as waste.
        ln(nullif(norm * (1 + coalesce(waste, 0) / 100), 0)) as log_need,
        own.hs as of_material, made.hs as of_product
    from raw_dmtt as told
    left join codes as own on told.MA_DN = own.trader and told.MA_NVL = own.own_code
    left join codes as made on told.MA_DN = made.trader and told.MA_SP = made.own_code
    qualify row_number() over (
        partition by told.MA_DN, LOAI, DEN_NGAY, told.MA_SP, told.MA_NVL
        order by try_cast(LAN_NOP as integer) desc
    ) = 1

),

compared as (
    -- Of the same material in the same product: lines of one heading need what they will.
    select
        trader, log_need - median(log_need) over (partition by of_material, of_product) as gap,
        count(distinct trader) over (partition by of_material, of_product) as peers
    from norms where of_material is not null and of_product is not null
),

normed as (
    select norms.trader, max(waste) as waste_pct, avg(waste) as mean_waste_pct, need_over_peers
    from norms
    left join (
        select trader, median(gap) as need_over_peers from compared where peers >= 3 group by trader
    ) as needs on norms.trader = needs.trader
    group by norms.trader, need_over_peers
),

made as (
    select trader, material, sum(norm * (1 + coalesce(waste, 0) / 100) * products.quantity) as needed
    from norms
    inner join (
        select MA_DN as trader, MA_SP as product, max(try_cast(NHAP_KHO as double)) as quantity
        from raw_qtsp group by MA_DN, MA_SP
    ) as products using (trader, product)
    group by trader, material
),

balances as (
    select
        balance.MA_DN as trader,
        sum(try_cast(TON_CUOI as double)) / nullif(sum(try_cast(NHAP as double)), 0) as stock,
        sum(try_cast(TIEU_HUY as double)) / nullif(sum(try_cast(NHAP as double)), 0) as destroyed,
        -median(ln(try_cast(XUAT_SX as double) / nullif(needed, 0))) filter (
            try_cast(XUAT_SX as double) > 0
        ) as need_over_used
    from raw_qtnvl as balance
    left join made on balance.MA_DN = made.trader and balance.MA_NVL = made.material
    group by balance.MA_DN
)

select
    coalesce(normed.trader, balances.trader) as trader, need_over_peers, waste_pct,
    mean_waste_pct, stock, destroyed, need_over_used
from normed
full join balances on normed.trader = balances.trader;

-- name: firm_signs
-- One row per trader: its age, kin, debts, violations and licences. Kin share an owner or the
-- address: 1 for one that has any, 2 where it or one of them is struck off.
create table firm_sign as
with

firms as (
    select
        MA_DN as trader, min(try_cast(NGAY_TL as date)) as founded, min(DIA_CHI) as address,
        max((TRANG_THAI = '03')::integer) as is_closed,
        max((TRANG_THAI <> '00')::integer) as is_inactive, max((MA_CU is not null)::integer) as came
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
    -- As a share of the taxes of a year: large firms owe more.
    select MA_DN as trader, max(try_cast(CON_NO as double)) / any_value(tax_a_year_vnd) as of_tax
    from last_rows('raw_no', (THANG, MA_DN, SO_TK_GOC, MA_SAC_THUE))
    left join (
        select trader as MA_DN, nullif(sum(tax_vnd), 0) / any_value(years) as tax_a_year_vnd
        from declaration
        cross join (select (max(day) - min(day) + 1) / 365.0 as years from declaration) as told
        where not is_ended group by trader
    ) as taxed using (MA_DN)
    group by MA_DN
),

fines as (select MA_DN as trader, count(distinct SO_QD) as count from raw_vipham group by MA_DN),

licences as (
    select holder as trader, max(
        try_cast(used as double) / nullif(try_cast(quantity as double), 0)
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
