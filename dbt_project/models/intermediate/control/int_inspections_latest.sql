-- Grain: one row per inspection line (source_system, inspection_number, inspection_line_number).
with

results as (

    {{ latest('inspection_result') }}

),

standing as (

    select
        *,
        {{ office_date('ended_at') }} as ended_date
    from results
    where operation_code is distinct from 'D'

),

flagged as (

    {{ with_order_doubt('standing', 'inspection_result') }}

)

select * from flagged
