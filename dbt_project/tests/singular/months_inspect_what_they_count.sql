-- The inspected are some of the declarations that a month counts, the irregular some of the
-- inspected: one population in every figure of a row.
select
    source_system,
    month_code,
    direction_code,
    customs_office_code,
    control_channel
from {{ ref('agg_clearance_month') }}
where
    inspected_count > living_declaration_count
    or greatest(documents_inspected_count, physical_inspected_count) > inspected_count
    or irregular_count > inspected_count
    or greatest(documents_irregular_count, physical_irregular_count) > irregular_count
    or documents_irregular_count > documents_inspected_count
    or physical_irregular_count > physical_inspected_count
