-- Grain: one row per declaration for which a lane was decided (source_system, declaration_number).
with

decisions as (

    select * from {{ ref('int_selectivity_decisions_latest') }}

),

declarations as (

    -- a declaration that is withdrawn is still there
    select declaration_key
    from {{ ref('int_declaration_versions') }}
    group by declaration_key

),

selected as (

    select
        decisions.source_system,
        decisions.declaration_number,
        decisions.decided_at,
        {{ office_date('decisions.decided_at') }} as decided_date,
        decisions.control_channel,
        decisions.ground_code,
        decisions.rule_codes,
        decisions.is_random,
        decisions.selection_probability_ratio,
        decisions.policy_version,
        declarations.declaration_key is not null as has_declaration,
        {{ is_in_future('decisions.decided_at', 'decisions.received_at') }} as is_in_future,
        decisions.is_order_doubtful
    from decisions
    -- no match: no record of the declaration was ever accepted
    left join declarations on decisions.declaration_key = declarations.declaration_key

)

select * from selected
