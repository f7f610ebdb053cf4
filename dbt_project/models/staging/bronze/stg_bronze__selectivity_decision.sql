-- Grain: one row per record of a lane decision (source_system, declaration_number, recorded_from).
with

source as (

    select * from {{ source('bronze', 'selectivity_decision') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'declaration_number') }} as declaration_key,
        source_system,
        declaration_number,
        -- the decision
        control_channel,
        ground_code,
        rule_codes,
        is_random,
        selection_probability_ratio,
        policy_version,
        -- times
        decided_at,
        -- the record
        sequence_number,
        coalesce(sequence_number, receipt_number) as recorded_from,
        operation_code,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
