-- name: slip_signs
-- One row per slip of a border resident: the load that it may be a part of, its paper and its van.
create table slip_sign as
with

slips as (
    -- Just below the quota of 2 million VND a person and day.
    select *, (is_import and value_vnd between 1840000 and 2000000)::integer as fills_quota
    from slip
)

select
    base, stt, van as trader,
    fills_quota * sum(fills_quota) over (partition by day, van, heading) as quotas_in_van,
    count(*) over (partition by paper, day) as paper_again,
    count(*) over (partition by day, van) as van_slips,
    ln(value_vnd) as slip_value
from slips;
