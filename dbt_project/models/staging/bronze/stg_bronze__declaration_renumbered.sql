-- Grain: one row per number that customs replaced (source_system, declaration_number).
-- The new idea: an original that states trader, reference and moment of acceptance of an earlier
-- one is that one again, though customs gave it another number: the last number counts.
{{ config(materialized='table') }}

with

originals as (

    select
        source_system,
        declaration_number,
        trader_id,
        {{ json_text('extras', 'sender_reference_number') }} as sender_reference_number,
        registered_at,
        receipt_number,
        record_number
    from {{ source('bronze', 'declaration') }} as declarations
    where
        {{ of_source('messages_are_whole') }}
        and not exists (
            select 1
            from {{ source('bronze', 'delivery_withdrawal') }} as withdrawn
            where withdrawn.receipt_number = declarations.receipt_number
        )

),

lodged as (

    select
        source_system,
        declaration_number,
        last_value(declaration_number) over (
            partition by source_system, trader_id, sender_reference_number, registered_at
            order by receipt_number, record_number
            rows between unbounded preceding and unbounded following
        ) as last_number
    from originals
    where
        trader_id is not null
        and registered_at is not null
        and sender_reference_number is not null

),

renumbered as (

    select
        source_system,
        declaration_number,
        max(last_number) as reference_number
    from lodged
    where declaration_number <> last_number
    group by source_system, declaration_number

)

select * from renumbered
