-- name: slip_signs
-- One row per slip of a border resident: the load that it may be a part of, its paper and its van.
create table slip_sign as
with

slips as (
    -- Just below the quota of 2 million VND a person and day.
    select *, (is_import and value_vnd between 1840000 and 2000000)::integer as fills_quota
    from slip
),

loads as (
    select
        day, office, van, heading,
        sum(fills_quota) as quotas,
        -- What is left over goes on one paper more.
        sum(fills_quota) >= count(*) - 1 and bool_and(value_vnd <= 2000000)
        and count(*) >= 3 as is_filled
    from slips
    group by day, office, van, heading
),

gates as (
    select office, heading, count(*) as filled_loads
    from loads
    where is_filled
    group by office, heading
)

select
    base, stt, van as trader,
    if(is_filled, quotas, 0) as quotas_in_van,
    if(is_filled, filled_loads, 0) as loads_alike,
    count(*) over (partition by paper, day) as paper_again,
    count(*) over (partition by day, van) as van_slips,
    ln(value_vnd) as slip_value
from slips
inner join loads using (day, office, van, heading)
left join gates using (office, heading);
