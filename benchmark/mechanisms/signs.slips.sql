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
        day, office, van, heading, date_trunc('month', day) as month, count(*) as slips,
        sum(fills_quota) as quotas,
        -- What is left over goes on one paper more.
        sum(fills_quota) >= count(*) - 1 and bool_and(value_vnd <= 2000000)
        and count(*) >= 3 as is_filled
    from slips
    group by day, office, van, heading
),

gates as (
    -- Loads as one owner sends them, but of the thing that most bring there in a month.
    select
        office, month, heading,
        if(
            sum(slips) = max(sum(slips)) over (partition by office, month), 0,
            count(*) filter (is_filled and slips <= 5)
        ) as filled_loads
    from loads
    group by office, month, heading
),

shown as (select distinct paper, day from slips),

companies as (
    -- Whose papers filled a load, and on how many days each was shown.
    select day, office, van, heading, paper, days
    from (select distinct day, office, van, heading, paper from slips)
    semi join (select * from loads where is_filled) using (day, office, van, heading)
    inner join (select paper, count(*) as days from shown group by paper) using (paper)
),

pairs as (
    select
        one.day, one.office, one.van, one.heading, one.paper, other.paper as other_paper,
        least(one.days, other.days) - 1 as other_days
    from companies as one
    inner join companies as other using (day, office, van, heading)
    where one.paper < other.paper
),

meetings as (
    -- Days on which both papers of a pair were shown, this one too.
    select paper, other_paper, count(*) as days
    from (select distinct paper, other_paper from pairs)
    inner join shown using (paper)
    semi join (select paper as other_paper, day from shown) using (other_paper, day)
    group by paper, other_paper
),

company as (
    select
        day, office, van, heading,
        sum(meetings.days - 1) / nullif(sum(other_days), 0) as together
    from pairs
    inner join meetings using (paper, other_paper)
    group by day, office, van, heading
)

select
    base, stt, van as trader,
    if(is_filled, quotas, 0) as quotas_in_van,
    if(is_filled and loads.slips <= 5, filled_loads, 0) as loads_alike,
    1 - together as seldom_together,
    count(*) over (partition by paper, day) as paper_again,
    count(*) over (partition by day, van) as van_slips,
    ln(value_vnd) as slip_value
from slips
inner join loads using (day, office, van, heading)
left join gates using (office, month, heading)
left join company using (day, office, van, heading);
