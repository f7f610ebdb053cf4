-- name: goods
-- Goods items that stood, with what most rules look at; the ground of all signs.
create table goods as
select
    item.base, item.stt, item.trader, item.day, item.is_import, item.regime, item.hs, words_of(item.name) as head,
    item.own_code, item.origin, item.quantity, item.unit, item.kg, item.price_vnd,
    item.value_vnd, item.schedule, item.certificate, item.list, item.list_line,
    declaration.seller, declaration.broker, declaration.office, declaration.transport,
    declaration.terms, declaration.load_country, declaration.export_country,
    declaration.seller_country, declaration.bill, declaration.invoice, declaration.gross_kg,
    declaration.packages, declaration.valuation, declaration.lane, declaration.first_lane,
    declaration.last_lane, declaration.lane_officer, declaration.registered_at, declaration.freight,
    declaration.invoice_total, declaration.tax_vnd, declaration.value_vnd as total_vnd,
    declaration.export_deadline,
    ln(nullif(item.price_vnd, 0)) as log_price
from item
inner join declaration using (base)
where not declaration.is_ended and item.quantity > 0 and item.price_vnd > 0;

-- name: price_signs
-- How an item's price lies to the published reference, to its peers and to what others pay.
create table price_sign as
with

references_vnd as (

    select
        MA_HS as hs, MA_DVT as unit,
        min(day_of(TU_NGAY)) as since,
        coalesce(day_of(DEN_NGAY), '2999-12-31'::date) as until,
        MA_NT as currency, min(number_of(GIA_THAM_KHAO)) as price
    from raw_ruirotg
    group by MA_HS, MA_DVT, MA_NT, day_of(DEN_NGAY)

),

exchange as (
    select MA_NT as currency, day_of(TU_NGAY) as monday, number_of(VND) as vnd
    from raw_tygia
),

listed as (

    select goods.base, goods.stt, min(ln(references_vnd.price * exchange.vnd)) as log_reference
    from goods
    inner join references_vnd
        on goods.hs = references_vnd.hs and goods.unit = references_vnd.unit
        and goods.day between references_vnd.since and references_vnd.until
    inner join exchange
        on references_vnd.currency = exchange.currency
        and date_trunc('week', goods.day) = exchange.monday
    group by goods.base, goods.stt

),

levels as (

    select
        *,
        median(log_price) over (partition by is_import, hs, origin, unit) as peer_level,
        count(*) over (partition by is_import, hs, origin, unit) as peers,
        median(log_price) over (partition by is_import, hs, unit) as line_level,
        median(log_price) over (partition by is_import, trader, hs, unit) as own_level,
        median(log_price) over (partition by is_import, seller, hs, unit) as seller_level,
        median(freight / nullif(invoice_total, 0))
            over (partition by transport, load_country) as freight_level,
        ln(nullif(freight, 0) / nullif(invoice_total, 0)) as log_freight,
        median(ln(nullif(freight, 0) / nullif(invoice_total, 0)))
            over (partition by is_import, transport, hs) as line_freight
    from goods

)

select
    base, stt,
    case when is_import then log_reference - log_price end as price_under_reference,
    -- Who fears a doubt stays above the list, mostly within 5 %: what lies below it hugs nothing.
    case when is_import and log_price >= log_reference then log_reference - log_price
    end as price_just_over_reference,
    case when is_import and peers >= 5 then peer_level - log_price end as price_under_peers,
    case when is_import then line_level - log_price end as price_under_line,
    case when not is_import and peers >= 5 then log_price - peer_level end as export_over_peers,
    case when is_import then own_level - log_price end as price_under_own,
    case when is_import then seller_level - log_price end as price_under_seller,
    case when is_import then freight / nullif(invoice_total, 0) end as freight_share,
    case when is_import then freight / nullif(invoice_total, 0) - freight_level
    end as freight_over_route,
    case
        when is_import and log_freight is not null
            then avg(log_freight - line_freight) over (partition by is_import, trader)
    end as freight_of_trader,
    (valuation = '7')::integer as is_related,
    ln(value_vnd + 1) as item_value,
    tax_vnd / nullif(total_vnd, 0) as tax_share
from levels
left join listed using (base, stt);

-- name: ring_signs
-- Whether the clients of a broker, or a trader's items, lie below their peers as one.
create table ring_sign as
with

gaps as (
    select goods.*, price_sign.price_under_peers as gap
    from goods inner join price_sign using (base, stt)
    where price_sign.price_under_peers is not null
),

brokers as (

    select broker, avg(gap) as broker_gap
    from gaps
    where broker <> ''
    group by broker
    having count(distinct trader) >= 3
),

traders as (
    select trader, avg(gap) as trader_gap, stddev_pop(gap) as trader_spread
    from gaps group by trader having count(*) >= 3
),

exporters as (
    select goods.trader, count(*) filter (price_sign.export_over_peers > 0.45) as dear, count(*) as known
    from goods inner join price_sign using (base, stt)
    where price_sign.export_over_peers is not null
    group by goods.trader
),

prices as (
    -- The same price to the last digit, asked of several clients of one broker.
    select hs, unit, broker, round(price_vnd, 0) as price, count(distinct trader) as heads
    from goods
    where broker <> '' and is_import
    group by hs, unit, broker, round(price_vnd, 0)
)

select
    goods.base, goods.stt, brokers.broker_gap, traders.trader_gap,
    -traders.trader_spread as trader_steady, prices.heads as same_price_clients,
    case when not goods.is_import then (exporters.dear + 0.1) / (exporters.known + 4)
    end as exports_too_dear
from goods
left join exporters using (trader)
left join brokers using (broker)
left join traders using (trader)
left join prices
    on goods.hs = prices.hs and goods.unit = prices.unit and goods.broker = prices.broker
    and round(goods.price_vnd, 0) = prices.price;
