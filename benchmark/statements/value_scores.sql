-- One row per declaration of the period, by customs value.
select
    number,
    week,
    coalesce(value_vnd, 0) as score
from facts
where registered between $first and $last
order by number
