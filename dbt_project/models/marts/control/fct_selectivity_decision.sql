-- Grain: one row per declaration for which a lane was decided (source_system, declaration_number).
with

decisions as (

    select * from {{ ref('int_selectivity_decisions_latest') }}

),

selected as (

    select
        source_system,
        declaration_number,
        decided_at,
        {{ office_date('decided_at') }} as decided_date,
        control_channel,
        ground_code,
        rule_codes,
        is_random,
        selection_probability_ratio,
        policy_version,
        {{ is_in_future('decided_at', 'received_at') }} as is_in_future
    from decisions

)

select * from selected
