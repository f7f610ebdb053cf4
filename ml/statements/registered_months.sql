-- First day of each month in which current items of these systems were registered.
select distinct date_trunc('month', registered_date)::date as month_date
from marts.fct_goods_item
where
    registered_date is not null
    and list_contains($source_systems, source_system)
order by month_date
