-- What the national database holds by source. Grain: one row per source_system.
select
    source_system,
    sum(declaration_count) as declaration_count,
    sum(item_count) as item_count,
    cast(sum(customs_value_vnd) as decimal(38, 0)) as customs_value_vnd,
    sum(inspected_count) as inspected_count,
    sum(irregular_count) as irregular_count
from marts.agg_clearance_month
group by source_system
order by source_system
