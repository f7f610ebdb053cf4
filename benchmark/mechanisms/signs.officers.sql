-- name: heads
-- One row per declaration of goods that stood.
create table heads as
select distinct
    base, trader, broker, office, seller, bill, invoice, is_import, registered_at, day, lane,
    first_lane, last_lane, lane_officer, total_vnd
from goods;

-- name: officer_signs
-- One row per declaration: who released it and looked at it, and what these otherwise find.
create table officer_sign as
with

releases as (
    -- How often one officer released the trader's imports by the broker at the office.
    select trader, broker, office, is_import, max(released) as pair_releases
    from (
        select trader, broker, office, is_import, lane_officer, count(*) as released
        from heads where last_lane < first_lane group by all
    )
    group by all
),

looks as (
    select
        inspection.base, inspection.officer, heads.office, heads.broker, heads.trader, method,
        (result = '1')::integer as is_hit, ended_at,
        epoch(ended_at - begun_at) / 60 as minutes
    from inspection inner join heads using (base)
    where result in ('0', '1')
),

inspectors as (
    -- Who looks at goods and at papers.
    select officer from looks group by officer
    having bool_or(method = '1') and bool_or(method in ('3', '4'))
),

desks as (
    select heads.trader, heads.office, heads.broker, count(inspectors.officer) as papers_by_inspectors
    from heads
    inner join looks using (base)
    left join inspectors using (officer)
    where method = '1' group by all
),

brokers as (
    -- By how many brokers a trader declares, and which share by others than the commonest.
    select
        trader, count(*) as brokers_of_trader,
        1 - max(declarations) / sum(declarations) as by_other_broker
    from (
        select trader, broker, count(*) as declarations
        from heads where broker <> '' and is_import group by trader, broker
    )
    group by trader
),

methods as (select office, method, avg(is_hit) as rate from looks group by office, method),

officers as (
    select officer, ln((sum(rate) + 1) / (sum(is_hit) + 1)) as finds_little
    from looks inner join methods using (office, method) group by officer
),

pairs as (
    select
        officer, broker, count(*) as together,
        -- Of few checks somebody always does most.
        sqrt(count(*)) * count(*) / sum(count(*)) over (partition by broker) as share
    from looks where broker <> '' group by officer, broker
),

looked as (
    select
        looks.base, max(officers.finds_little) as officer_finds_little,
        max(pairs.share) as officer_of_broker, -min(minutes) as quick_look,
        max(pairs.together * officers.finds_little) as pair_finds_little
    from looks left join officers using (officer) left join pairs using (officer, broker)
    group by looks.base
),

tracks as (
    -- How often the trader was found irregular before: checks that ended before the day.
    select
        heads.base, (count(looks.base) filter (looks.is_hit = 1) + 0.1) / (count(looks.base) + 2)
            as past_rate
    from heads
    left join looks on heads.trader = looks.trader and looks.ended_at < heads.day
    group by heads.base
)

select
    heads.base, coalesce(pair_releases, 0) as pair_releases,
    coalesce(papers_by_inspectors, 0) as papers_by_inspectors,
    coalesce(brokers_of_trader, 0) as brokers_of_trader,
    coalesce(by_other_broker, 0) as by_other_broker,
    officer_finds_little, officer_of_broker, pair_finds_little, quick_look, past_rate
from heads
left join releases using (trader, broker, office, is_import)
left join desks using (trader, office, broker)
left join brokers using (trader)
left join looked using (base)
left join tracks using (base);
