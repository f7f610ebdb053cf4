-- name: truth
-- What is hidden: who schemes, how many imports evade duty, where prices that are too low are put.

create table evading as
select
    try_cast(so_tk_goc as bigint) as base, stt,
    any_value(true_hs) as true_hs,
    max(true_quantity) as true_quantity,
    max(true_value_vnd) as true_value_vnd,
    max(duty_evaded_vnd) as evaded_vnd,
    bool_or(intent = 1) as is_meant,
    bool_or(ma_cb is not null) as has_friend,
    -- Clients of a crooked broker go by its list, whatever is published.
    bool_or(irregular_read.mechanism in ('broker_ring', 'broker_cartel')) as has_own_list
from irregular_read left join scheme_read using (scheme_id)
group by all;

insert into measured
select 'schemer_share', avg(cast(scheme_trader.ma_dn is not null as double)), count(*)
from (select distinct trader from declaration where trader is not null) as declared
left join (
    select distinct ma_dn
    from scheme_read cross join period
    where
        starts_on <= period.last_day
        and coalesce(ends_on, date '9999-12-31') > period.first_day
) as scheme_trader on declared.trader = scheme_trader.ma_dn
union all
select 'irregular_import_share', avg(cast(evaded.base is not null as double)), count(*)
from declaration
left join (select distinct base from evading where evaded_vnd > 0) as evaded using (base)
where declaration.is_import and not declaration.is_ended
union all
select
    'list_price_bunching',
    avg(cast(listed_item.over_list >= 0 and listed_item.over_list < 0.05 as double)),
    count(*)
from listed_item inner join evading using (base, stt)
where
    evading.is_meant and not evading.has_friend and not evading.has_own_list
    and evading.true_hs = listed_item.hs8 and evading.true_quantity = listed_item.quantity
    and evading.true_value_vnd >= 1.1 * listed_item.value_vnd;
