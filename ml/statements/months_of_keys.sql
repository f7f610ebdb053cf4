-- First day of each month in which items of `item_key` were registered.
select distinct date_trunc('month', registered_date)::date as month_date
from item_key
where
    registered_date is not null
    and ($since is null or last_day(registered_date) >= cast($since as date))
order by month_date
