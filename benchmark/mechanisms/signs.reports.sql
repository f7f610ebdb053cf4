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
        told.MA_DN as trader, told.LOAI as kind, told.DEN_NGAY as year,
        told.MA_SP as product, told.MA_NVL as material,
        number_of(DINH_MUC) as norm, number_of(HAO_HUT_PCT) as waste,
        -- What is used beyond need is told as norm or as waste.
        ln(nullif(norm * (1 + coalesce(waste, 0) / 100), 0)) as log_need,
        own.hs as of_material, made.hs as of_product
    from last_filings('raw_dmtt', (MA_SP, MA_NVL)) as told
    left join codes as own on told.MA_DN = own.trader and told.MA_NVL = own.own_code
    left join codes as made on told.MA_DN = made.trader and told.MA_SP = made.own_code

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
    select
        trader, kind, year, material,
        sum(norm * (1 + coalesce(waste, 0) / 100) * products.quantity) as needed
    from norms
    inner join (
        select MA_DN as trader, LOAI as kind, DEN_NGAY as year, MA_SP as product,
            number_of(NHAP_KHO) as quantity
        from last_filings('raw_qtsp', MA_SP)
    ) as products using (trader, kind, year, product)
    group by trader, kind, year, material
),

balances as (
    select
        trader,
        sum(left_over) / nullif(sum(came), 0) as stock,
        sum(destroyed) / nullif(sum(came), 0) as destroyed,
        -median(ln(used / nullif(needed, 0))) filter (used > 0) as need_over_used
    from (
        select
            MA_DN as trader, LOAI as kind, DEN_NGAY as year, MA_NVL as material,
            number_of(NHAP) as came, number_of(XUAT_SX) as used,
            number_of(TON_CUOI) as left_over, number_of(TIEU_HUY) as destroyed
        from last_filings('raw_qtnvl', MA_NVL)
    )
    left join made using (trader, kind, year, material)
    group by trader
)

select
    coalesce(normed.trader, balances.trader) as trader, need_over_peers, waste_pct,
    mean_waste_pct, stock, destroyed, need_over_used
from normed
full join balances on normed.trader = balances.trader;
