-- Grain: one row per amendment line (source_system, amendment_number, amendment_line_number).
with

records as (

    select * from {{ ref('int_declaration_amendment_records_linked') }}

),

standing as (

    select * exclude (recorded_to, recorded_to_at, is_withdrawn)
    from records
    where recorded_to is null and not is_withdrawn

)

select * from standing
