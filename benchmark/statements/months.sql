-- One row per month in which something was registered.
select distinct month
from facts
order by month
