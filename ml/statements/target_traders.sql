-- One row per trader, the highest expected amount first.
select
    trader_id,
    count(*) as item_count,
    count(distinct declaration_number) as declaration_count,
    min(registered_date) as first_registered_date,
    max(registered_date) as last_registered_date,
    sum(customs_value_vnd) as customs_value_vnd,
    sum(probability) as expected_irregular_count,
    sum(expected_vnd) as expected_vnd,
    sum(variance) as variance,
    coalesce(sum(expected_vnd) filter (where is_expiring), 0) as expiring_vnd
from expected_item
group by trader_id
order by
    round(sum(expected_vnd)) desc,
    trader_id
limit $top
