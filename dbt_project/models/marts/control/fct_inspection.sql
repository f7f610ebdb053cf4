-- Grain: one row per inspection line (source_system, inspection_number, inspection_line_number).
with

inspections as (

    select * from {{ ref('int_inspections_latest') }}

),

declarations as (

    -- a declaration that is withdrawn is still there
    select
        declaration_key,
        min(case when is_current then registered_date end) as registered_date
    from {{ ref('int_declaration_versions') }}
    group by declaration_key

),

dated as (

    select
        inspections.source_system,
        inspections.inspection_number,
        inspections.inspection_line_number,
        inspections.declaration_number,
        inspections.item_number,
        inspections.method_code,
        inspections.outcome,
        inspections.severity_code,
        inspections.irregularity_type_code,
        inspections.additional_duty_vnd,
        inspections.started_at,
        {{ office_date('inspections.started_at') }} as started_date,
        inspections.ended_at,
        inspections.ended_date,
        declarations.registered_date,
        inspections.officer_id,
        case
            when inspections.declaration_key is not null
                then declarations.declaration_key is not null
        end as has_declaration,
        {{ is_in_future('inspections.started_at', 'inspections.received_at') }}
        or {{ is_in_future('inspections.ended_at', 'inspections.received_at') }} as is_in_future,
        inspections.is_order_doubtful
    from inspections
    -- no match: no record of the declaration was ever accepted, or none is named
    left join declarations on inspections.declaration_key = declarations.declaration_key

)

select * from dated
