-- One row per HS8, origin and unit of a month. Month by month: a median keeps what it has seen.
select
    hs8,
    origin,
    unit,
    month,
    median(log_unit_price) as log_unit_price,
    median(log_unit_mass) as log_unit_mass
from measured
where month = $month
group by hs8, origin, unit, month
