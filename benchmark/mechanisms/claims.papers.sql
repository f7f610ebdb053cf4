-- name: at_the_list
-- Goods of the published list are declared at its price or up to a seventh above, where nobody doubts
-- it, or at a quarter of the true price (1.386 is the logarithm of 4) where that is more; in a quarter of
-- the deals nobody looked at the list.
select
    mechanism,
    price_under_reference <= 0
    and (price_under_reference >= -0.15 or ln(true_value_vnd / value_vnd) >= 1.3) as holds
from deed
inner join price_sign using (base, stt)
where price_under_reference is not null;

-- name: one_price_list
-- The clients of a group shade by one list: of goods of one chapter two of them shade by about as
-- much, a tenth of the price at most apart. Depths without a list would agree in half of the cases.
with depths as (
    select
        mechanism, group_id, trader, left(hs, 2) as chapter,
        median(ln(true_value_vnd / value_vnd)) as depth
    from deed
    where true_value_vnd > value_vnd and group_id is not null
    group by mechanism, group_id, trader, left(hs, 2)
)

select mechanism, abs(one.depth - other.depth) <= 0.1 as holds
from depths as one
inner join depths as other using (mechanism, group_id, chapter)
where one.trader < other.trader;

-- name: number_of_others
-- A number that partners did send is there about other goods, or shown for several invoices.
select mechanism, certificate_of_others = 1 or again.invoices > 1 as holds
from deed
inner join (select distinct number from raw_certificate) as shown
    on deed.certificate = shown.number
left join origin_sign using (base, stt)
left join (
    select certificate, count(distinct invoice) as invoices
    from item inner join declaration using (base)
    where certificate is not null
    group by certificate
) as again on deed.certificate = again.certificate;

-- name: dearer_than_true
-- The declared value is above the true one.
select mechanism, value_vnd > true_value_vnd as holds from deed;

-- name: needs_more_than_peers
-- Who diverted for three months at least before a report ends tells there that its products need
-- more material, as norm or as waste, than others tell. Honest ones do so in half of the cases.
select mechanism, need_over_peers > 0 as holds
from (
    select mechanism, scheme_trader as trader, min(starts_on) as began
    from deed where is_told group by mechanism, scheme_trader
) as own
inner join report_sign using (trader)
inner join (
    select MA_DN as trader, max(day_of(DEN_NGAY)) as reported from raw_dmtt group by MA_DN
) as report using (trader)
where need_over_peers is not null and began <= reported - interval 3 month;

-- name: deadline_passes
-- Where a day is set by which the goods must leave, and it came within the files, it is not before
-- they came, and they did not leave by then.
select
    mechanism,
    export_deadline >= day and coalesce(later.left_on > export_deadline, true) as holds
from deed
left join (
    select earlier_base as base, earlier_stt as stt, min(day) as left_on
    from item where not is_ended group by earlier_base, earlier_stt
) as later using (base, stt)
where export_deadline < (select max(day) from declaration);
