-- Grain: one row per inspection line (source_system, inspection_number, inspection_line_number).
with

results as (

    {{ latest('inspection_result') }}

),

dated as (

    select
        *,
        {{ office_date('ended_at') }} as ended_date
    from results

),

flagged as (

    {{ with_order_doubt('dated', 'inspection_result') }}

)

select * from flagged
