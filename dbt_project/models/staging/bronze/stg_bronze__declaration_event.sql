-- Grain: one row per event of a declaration (source_system, declaration_number, recorded_from).
with

source as (

    select * from {{ source('bronze', 'declaration_event') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'declaration_number') }} as declaration_key,
        source_system,
        declaration_number,
        -- what happened
        event_code,
        value_text,
        occurred_at,
        -- the record
        coalesce(sequence_number, receipt_number) as recorded_from,
        operation_code,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
