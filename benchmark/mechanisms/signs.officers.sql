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

methods as (select office, method, avg(is_hit) as rate from looks group by office, method),

officers as (
    select officer, ln((sum(rate) + 1) / (sum(is_hit) + 1)) as finds_little
    from looks inner join methods using (office, method) group by officer
),

pairs as (
    select
        officer, broker, count(*) as together,
        count(*) / sum(count(*)) over (partition by broker) as share
    from looks where broker <> '' group by officer, broker
),

looked as (
    select
        looks.base, max(officers.finds_little) as officer_finds_little,
        max(pairs.share) filter (together >= 3) as officer_of_broker, -min(minutes) as quick_look,
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
    officer_finds_little, officer_of_broker, pair_finds_little, quick_look, past_rate
from heads
left join releases using (trader, broker, office, is_import)
left join looked using (base)
left join tracks using (base);
