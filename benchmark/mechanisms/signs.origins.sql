-- name: origin_signs
-- Whether certificate, route, seller and the partner's own statistics bear out the origin. How often
-- a number is used again is a habit: the mean over the trader's certified goods.
create table origin_sign as
with

shown as (
    -- As it came last: what is sent again is no second one.
    select number, list(left(hs, 6)) as codes, min(importer) as importer,
        sum(number_of(quantity)) as quantity
    from (from raw_certificate qualify FILE = max(FILE) over (partition by number))
    group by number
),

used as (
    select certificate, count(distinct invoice) as invoices, sum(quantity) as quantity
    from goods where certificate is not null group by certificate
),

defended as (
    -- A safeguard is on the goods of all origins: nothing lies beside it.
    select distinct hs, origin, since, until from rate where tax = 'G' and origin is not null
),

mirror as (
    select reporter as origin, hs6, sum(number_of(value_usd)) as value_usd
    from (
        from raw_partner
        qualify row_number() over (
            partition by year, month, reporter, partner, hs6, flow, unit, basis order by FILE desc
        ) = 1
    )
    where flow = 'X' and partner = 'VN' group by reporter, hs6
),

declared as (
    select origin, left(hs, 6) as hs6, sum(value_vnd) as value_vnd
    from goods where is_import group by origin, left(hs, 6)
),

gaps as (
    -- A dollar is about 25,000 VND. Of what a partner that tells anything tells nothing, it is one.
    select origin, hs6, ln(value_vnd / 25000 / greatest(coalesce(value_usd, 1), 1)) as gap
    from declared
    left join mirror using (origin, hs6)
    where origin in (select origin from mirror)
)

select
    goods.base, goods.stt,
    case
        when goods.certificate is not null
            then avg(used.invoices) over (partition by goods.trader)
    end as certificate_again,
    case
        when shown.number is not null then (
            not list_contains(shown.codes, left(goods.hs, 6))
            or shown.importer <> goods.trader or shown.quantity < used.quantity * 0.9
        )::integer
    end as certificate_of_others,
    case when is_import then (load_country <> goods.origin)::integer end as loaded_elsewhere,
    case when is_import then (export_country <> goods.origin)::integer end as exported_elsewhere,
    case when is_import then (seller_country <> goods.origin)::integer end as sold_elsewhere,
    case
        when is_import and exists (
            from defended
            where
                defended.hs = goods.hs and goods.day between since and until
        ) then (not exists (
            from defended
            where
                defended.hs = goods.hs and defended.origin = goods.origin
                and goods.day between since and until
        ))::integer
    end as beside_defence,
    case when is_import then gaps.gap end as over_mirror,
    case
        when is_import then 1 - count(*) over (
            partition by is_import, trader, left(hs, 6), goods.origin
        ) / count(*) over (partition by is_import, trader, left(hs, 6))
    end as unusual_origin,
    case
        when is_import then case
            when seller_country <> goods.origin and export_country = goods.origin
                then 1 - count(*) over (partition by is_import, trader, seller, goods.origin)
                / count(*) over (partition by is_import, trader, seller)
            else 0
        end
    end as mixed_seller,
    is_of_agreement(goods.schedule)::integer as is_preferred
from goods
left join shown on goods.certificate = shown.number
left join used on goods.certificate = used.certificate
left join gaps on goods.origin = gaps.origin and left(goods.hs, 6) = gaps.hs6;
