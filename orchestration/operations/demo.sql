-- name: sources
-- What the national database holds by source, cancelled and refused declarations left out. Grain:
-- one row per source_system.
select
    source_system,
    sum(living_declaration_count) as declaration_count,
    cast(sum(living_customs_value_vnd) as decimal(38, 0)) as customs_value_vnd,
    cast(sum(revenue_vnd) as decimal(38, 0)) as revenue_vnd,
    sum(inspected_count) as inspected_count,
    sum(irregular_count) as irregular_count
from marts.agg_clearance_month
group by source_system
order by source_system;
