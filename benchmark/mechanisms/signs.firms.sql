-- name: report_signs
-- One row per trader that settles: norms, waste and stock against those of its peers.
create table report_sign as
with

codes as (
    -- What a material or product is, by the code that its owner gave it on declarations.
    select trader, own_code, min(left(hs, 4)) as heading
    from item where own_code is not null group by trader, own_code
),

norms as (

    select
        norm.MA_DN as trader, norm.MA_SP as product, norm.MA_NVL as material,
        try_cast(DINH_MUC as double) as norm, try_cast(HAO_HUT_PCT as double) as waste,
        ln(nullif(try_cast(DINH_MUC as double), 0)) - median(
            ln(nullif(try_cast(DINH_MUC as double), 0))
        ) over (partition by own.heading, made.heading) as over_peers,
        count(*) over (partition by own.heading, made.heading) as peers
    from raw_dmtt as norm
    left join codes as own on norm.MA_DN = own.trader and norm.MA_NVL = own.own_code
    left join codes as made on norm.MA_DN = made.trader and norm.MA_SP = made.own_code
    qualify row_number() over (
        partition by norm.MA_DN, LOAI, DEN_NGAY, norm.MA_SP, norm.MA_NVL
        order by try_cast(LAN_NOP as integer) desc
    ) = 1

),

normed as (
    select
        trader, avg(over_peers) filter (peers >= 3) as norm_over_peers,
        max(waste) as waste_pct, avg(waste) as mean_waste_pct
    from norms group by trader
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
    coalesce(normed.trader, balances.trader) as trader, norm_over_peers, waste_pct,
    mean_waste_pct, stock, destroyed, need_over_used
from normed
full join balances on normed.trader = balances.trader;

-- name: firm_signs
-- One row per trader: its age, kin, debts, violations and licences.
create table firm_sign as
with

firms as (
    select
        MA_DN as trader, min(try_cast(NGAY_TL as date)) as founded, min(DIA_CHI) as address,
        max((TRANG_THAI = '03')::integer) as is_closed,
        max((TRANG_THAI <> '00')::integer) as is_inactive, max((MA_CU is not null)::integer) as came
    from raw_dn group by MA_DN
),

kin as (
    select distinct one.MA_DN as trader
    from raw_chusohuu as one
    inner join raw_chusohuu as other on one.SO_GT = other.SO_GT and one.MA_DN <> other.MA_DN
    inner join firms on other.MA_DN = firms.trader and firms.is_closed = 1
    union
    select one.trader
    from firms as one
    inner join firms as other
        on one.address = other.address and one.trader <> other.trader and other.is_closed = 1
),

debts as (
    select MA_DN as trader, max(try_cast(CON_NO as double)) as most_vnd
    from raw_no where OP <> 'D' group by MA_DN
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
    came as came_from_another, (kin.trader is not null)::integer as kin_of_closed,
    coalesce(debts.most_vnd, 0) as debt, coalesce(fines.count, 0) as fined,
    licences.used as licence_used, (warned.trader is not null)::integer as warned_of
from firms
left join kin using (trader)
left join debts using (trader)
left join fines using (trader)
left join licences using (trader)
left join warned using (trader);
