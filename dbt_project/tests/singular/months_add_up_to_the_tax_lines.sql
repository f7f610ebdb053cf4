-- Revenue of the months is the tax lines, assessed less exempted, to the đồng.
with

months as (

    select
        source_system,
        sum(revenue_vnd) as revenue_vnd
    from {{ ref('agg_clearance_month') }}
    group by source_system

),

tax_lines as (

    select
        source_system,
        sum(assessed_vnd - exempted_vnd) as revenue_vnd
    from {{ ref('fct_duty_tax') }}
    where is_revenue
    group by source_system

)

select
    months.source_system,
    months.revenue_vnd,
    tax_lines.revenue_vnd as expected_vnd
from months
-- no match: a source without tax lines has no revenue
left join tax_lines on months.source_system = tax_lines.source_system
where months.revenue_vnd is distinct from tax_lines.revenue_vnd
