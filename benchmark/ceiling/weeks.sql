-- name: of_week
-- One row per goods item registered in a week, with its signs.
select
    sign.base as number,
    sign.stt as item,
    sign.* exclude (base, stt)
from sign
inner join declaration on sign.base = declaration.base
where (declaration.day - date '1970-01-01' + 3) // 7 = $week
order by sign.base, sign.stt;
