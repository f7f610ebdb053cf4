-- Items registered in a month, with what is at stake in them.
select *
from features
where month = $month
order by number, item
