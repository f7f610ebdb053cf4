-- The monthly figures are the declarations, undated ones included, to the đồng.
with

months as (

    select
        source_system,
        sum(declaration_count) as declaration_count,
        sum(living_declaration_count) as living_count,
        sum(living_customs_value_vnd) as living_value_vnd,
        sum(customs_value_vnd) as customs_value_vnd,
        sum(duty_tax_vnd) as duty_tax_vnd
    from {{ ref('agg_clearance_month') }}
    group by source_system

),

declarations as (

    select
        source_system,
        count(*) as declaration_count,
        count(case when not is_cancelled and not is_refused then 1 end) as living_count,
        sum(case when not is_cancelled and not is_refused then customs_value_vnd end)
            as living_value_vnd,
        sum(customs_value_vnd) as customs_value_vnd,
        sum(duty_tax_vnd) as duty_tax_vnd
    from {{ ref('fct_declaration') }}
    group by source_system

)

select
    coalesce(months.source_system, declarations.source_system) as source_system,
    months.declaration_count,
    declarations.declaration_count as expected_count
from months
full outer join declarations on months.source_system = declarations.source_system
where
    months.declaration_count is distinct from declarations.declaration_count
    or months.living_count is distinct from declarations.living_count
    or months.living_value_vnd is distinct from declarations.living_value_vnd
    or months.customs_value_vnd is distinct from declarations.customs_value_vnd
    or months.duty_tax_vnd is distinct from declarations.duty_tax_vnd
