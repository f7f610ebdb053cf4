-- name: facts
-- One row per declaration: its first version as it was first registered, which is what was known.
create or replace table facts as

with

versions as (

    select
        try_cast(left(SO_TK, 11) as bigint) as number,
        SO_TK as version,
        try_cast(SEQ_NO as bigint) as sequence,
        try_cast(NGAY_DK as timestamp) as registered_at,
        coalesce(MA_DN, '') as trader,
        NHOM as direction,
        MA_LH as regime,
        MA_HQ as office,
        try_cast(MA_PTVT as integer) as transport,
        MA_NUOC_XUAT as country,
        MA_PL_TRI_GIA as valuation,
        try_cast(SO_KIEN as double) as packages,
        try_cast(TRONG_LUONG as double) as gross_kg,
        try_cast(SO_DONG as integer) as item_count,
        try_cast(TONG_TG_TT as double) as value_vnd,
        try_cast(TONG_THUE as double) as tax_vnd
    from tk
    where length(SO_TK) = 12

),

first_versions as (

    select *
    from versions
    where number is not null and registered_at is not null
    qualify row_number() over (partition by number order by version, sequence) = 1

)

select
    *,
    epoch(registered_at)::bigint as registered,
    -- 1970-01-01 was a Thursday; weeks begin on Monday.
    ((epoch(registered_at)::bigint // 86400) + 3) // 7 as week,
    datediff('month', date '1970-01-01', registered_at::date) as month
from first_versions;

-- name: items
-- One row per goods item of the first version of a declaration.
create or replace table items as

with

numbered as (

    select
        facts.number,
        hang.STT as item,
        hang.MA_HS as hs8,
        left(hang.MA_HS, 6) as hs6,
        hang.MA_NUOC_XX as origin,
        hang.MA_DVT1 as unit,
        try_cast(hang.LUONG1 as double) as quantity,
        try_cast(hang.TRI_GIA_TT as double) as value_vnd,
        hang.MA_BIEU_THUE as schedule,
        hang.SO_CO is not null as has_certificate,
        row_number() over (
            partition by hang.SO_TK, hang.STT order by try_cast(hang.SEQ_NO as bigint)
        ) as sending
    from hang
    inner join facts on hang.SO_TK = facts.version

)

select * exclude (sending)
from numbered
where sending = 1;

-- name: labels
-- One row per goods item of a checked declaration, known when its last finished check ended.
create or replace table labels as

with

results as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        STT as item,
        KET_QUA as result,
        epoch(try_cast(DEN as timestamp))::bigint as known
    from kiemtra
    qualify
        row_number() over (partition by MA_KT, STT_KT order by try_cast(SEQ_NO as bigint) desc) = 1
        and coalesce(OP, 'I') != 'D'

),

finished as (

    select * from results
    where result in ('0', '1') and known is not null

),

checked as (

    select
        number,
        max(known) as known
    from finished
    group by number

),

irregular as (

    select
        number,
        item
    from finished
    where result = '1'
    group by number, item

)

select
    items.number,
    items.item,
    checked.known,
    ((checked.known // 86400) + 3) // 7 as known_week,
    -- A finding without an item is of the whole declaration.
    (of_item.number is not null or of_whole.number is not null)::integer as is_irregular
from items
inner join checked on items.number = checked.number
left join irregular as of_item
    on items.number = of_item.number and items.item = of_item.item
left join irregular as of_whole
    on items.number = of_whole.number and of_whole.item is null;

-- name: past_rates
-- One row per goods item: how often its like was irregular in checks known before its week.
-- Each rate leans on the wider one with the weight of ten checks.
create or replace table past_rates as

with

known as (

    select
        labels.known_week,
        labels.is_irregular,
        facts.trader,
        items.hs6,
        items.origin
    from labels
    inner join items on labels.number = items.number and labels.item = items.item
    inner join facts on labels.number = facts.number

),

sums as (

    select
        known_week,
        trader,
        hs6,
        origin,
        grouping_id(trader, hs6, origin) as grain,
        count(*) as checked,
        sum(is_irregular) as hits
    from known
    group by grouping sets (
        (known_week),
        (known_week, trader),
        (known_week, hs6),
        (known_week, hs6, origin),
        (known_week, trader, hs6)
    )

),

sums_so_far as (

    select
        known_week,
        trader,
        hs6,
        origin,
        grain,
        sum(checked) over so_far as checked,
        sum(hits) over so_far as hits
    from sums
    window so_far as (partition by grain, trader, hs6, origin order by known_week)

),

-- grouping_id has a bit set for each column that is summed over: trader 4, hs6 2, origin 1.
everywhere as (select * from sums_so_far where grain = 7),
by_trader as (select * from sums_so_far where grain = 3),
by_goods as (select * from sums_so_far where grain = 5),
by_goods_origin as (select * from sums_so_far where grain = 4),
by_trader_goods as (select * from sums_so_far where grain = 1),

rated as (

    select
        items.number,
        items.item,
        coalesce(by_trader.checked, 0) as trader_checked,
        coalesce(everywhere.hits / everywhere.checked, 0.01) as any_rate,
        (coalesce(by_trader.hits, 0) + 10 * any_rate)
        / (coalesce(by_trader.checked, 0) + 10) as trader_rate,
        (coalesce(by_goods.hits, 0) + 10 * any_rate)
        / (coalesce(by_goods.checked, 0) + 10) as goods_rate,
        (coalesce(by_goods_origin.hits, 0) + 10 * goods_rate)
        / (coalesce(by_goods_origin.checked, 0) + 10) as goods_origin_rate,
        (coalesce(by_trader_goods.hits, 0) + 10 * trader_rate)
        / (coalesce(by_trader_goods.checked, 0) + 10) as trader_goods_rate
    from items
    inner join facts on items.number = facts.number
    asof left join everywhere
        on facts.week > everywhere.known_week
    asof left join by_trader
        on facts.trader = by_trader.trader and facts.week > by_trader.known_week
    asof left join by_goods
        on items.hs6 = by_goods.hs6 and facts.week > by_goods.known_week
    asof left join by_goods_origin
        on items.hs6 = by_goods_origin.hs6
        and items.origin = by_goods_origin.origin
        and facts.week > by_goods_origin.known_week
    asof left join by_trader_goods
        on facts.trader = by_trader_goods.trader
        and items.hs6 = by_trader_goods.hs6
        and facts.week > by_trader_goods.known_week

)

select * from rated;

-- name: measured
-- One row per goods item whose quantity and value can be used, with its measures.
create or replace table measured as

select
    facts.number,
    items.item,
    facts.month,
    facts.week,
    facts.registered,
    items.hs8,
    items.origin,
    items.unit,
    items.value_vnd,
    ln(nullif(greatest(items.value_vnd, 0), 0)) as log_value,
    ln(nullif(greatest(items.value_vnd, 0), 0) / nullif(items.quantity, 0)) as log_unit_price,
    -- The mass of the whole declaration, shared out by value.
    ln(
        nullif(facts.gross_kg, 0) * items.value_vnd
        / nullif(facts.value_vnd, 0) / nullif(items.quantity, 0)
    ) as log_unit_mass
from items
inner join facts on items.number = facts.number
where items.quantity > 0 and items.value_vnd > 0 and facts.value_vnd > 0;

-- name: traders_so_far
-- One row per declaration: how long and how often its trader had been seen before.
create or replace table traders_so_far as

select
    number,
    row_number() over (partition by trader order by registered, number) - 1 as earlier_count,
    (registered - min(registered) over (partition by trader)) / 86400.0 as known_days
from facts;

-- name: value_scores
-- One row per declaration of the period, by customs value.
select
    number,
    week,
    coalesce(value_vnd, 0) as score
from facts
where registered between $first and $last
order by number;

-- name: past_rate_scores
-- One row per declaration of the period, by the worst past rate of its items, then by value.
select
    facts.number,
    facts.week,
    coalesce(max(past_rates.trader_goods_rate), 0)
    + 1e-9 * ln(1 + greatest(any_value(coalesce(facts.value_vnd, 0)), 0)) as score
from facts
left join past_rates on facts.number = past_rates.number
where facts.registered between $first and $last
group by facts.number, facts.week
order by facts.number;

-- name: opening
-- One row: the second with which the first day begins on which anything was registered.
select coalesce(epoch(date_trunc('day', min(try_cast(NGAY_DK as timestamp)))), 0)::bigint as first
from tk;

-- name: legacy_checks
-- One row per declaration that the legacy policy sent to a check, with the deepest check made.
with

lanes as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        try_cast(LUONG as integer) as lane,
        coalesce(NGAU_NHIEN, '0') as is_random,
        epoch(try_cast(THOI_DIEM as timestamp))::bigint as chosen,
        coalesce(OP, 'I') as operation
    from phanluong
    qualify
        row_number() over (partition by SO_TK_GOC order by try_cast(SEQ_NO as bigint) desc) = 1

),

made as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        -- Deepest first: whole, part, laboratory, value, scanner, agency, documents.
        min(list_position(['4', '3', '6', '7', '2', '5', '1'], HINH_THUC)) as depth
    from kiemtra
    where coalesce(OP, 'I') != 'D'
    group by number

)

select
    lanes.number,
    lanes.lane,
    lanes.chosen,
    -- No check on record: a red lane means the goods, a yellow one the papers.
    coalesce(made.depth, case lanes.lane when 3 then 1 else 7 end) as depth,
    hash(lanes.number, $seed) as lot
from lanes
left join made on lanes.number = made.number
where
    lanes.operation != 'D'
    and lanes.is_random = '0'
    and lanes.lane in (2, 3)
    and lanes.chosen between $first and $last
order by lanes.number;

-- name: legacy_audits
-- One row per audit that was decided, with its period.
select
    MA_DN as trader,
    epoch(try_cast(TU_NGAY as timestamp))::bigint // 86400 as period_from,
    epoch(try_cast(DEN_NGAY as timestamp))::bigint // 86400 as period_to,
    epoch(try_cast(NGAY_QD as timestamp))::bigint as decided
from ktstq
where
    MA_DN is not null
    and try_cast(TU_NGAY as timestamp) is not null
    and try_cast(DEN_NGAY as timestamp) is not null
    and epoch(try_cast(NGAY_QD as timestamp))::bigint between $first and $last
qualify
    row_number() over (partition by MA_QD order by try_cast(SEQ_NO as bigint) desc) = 1
    and coalesce(OP, 'I') != 'D'
order by decided, trader;
