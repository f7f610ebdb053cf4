-- Grain: one row per recorded state of an amendment line (source_system, amendment_number,
-- amendment_line_number, recorded_from).
-- The new idea: a message names its target by the number that customs gave, or it repeats the
-- sender's own reference of the original. A reference may be used again, also by somebody else: it
-- is known where it names one declaration alone of the party that sends the message.
{{ config(materialized='table') }}
with

declarations as (

    {{ records('declaration') }}

),

clocked as (

    {{ clocked('declaration_amendment') }}

),

doubted as (

    {{ with_order_doubt('clocked', 'declaration_amendment') }}

),

amendments as (

    select
        *,
        -- whether the message says the number that customs gave
        coalesce(stated_declaration_number <> message_reference_number, true) as is_by_number,
        {{ declaration_key('message_reference_number') }} as message_key
    from doubted

),

known as (

    select declaration_key
    from declarations
    group by declaration_key

),

sent as (

    -- what later messages of the sender may call it
    select distinct
        {{ declaration_key('sender_number') }} as sender_key,
        declaration_key,
        trader_id,
        declarant_id
    from (
        select
            source_system,
            declaration_key,
            trader_id,
            declarant_id,
            coalesce(
                {{ json_text('extras', 'sender_reference_number') }}, stated_declaration_number
            ) as sender_number
        from declarations
        where {{ of_source('messages_are_whole') }}
    ) as originals

),

named_by_sender as (

    select
        amendments.source_system,
        amendments.amendment_number,
        amendments.amendment_line_number,
        amendments.recorded_from,
        min(sent.declaration_key) as declaration_key
    from amendments
    inner join sent
        on
            amendments.message_key = sent.sender_key
            and (
                amendments.reference_owner_id is null
                or amendments.reference_owner_id = sent.trader_id
                or amendments.reference_owner_id = sent.declarant_id
            )
    group by
        amendments.source_system,
        amendments.amendment_number,
        amendments.amendment_line_number,
        amendments.recorded_from
    having count(distinct sent.declaration_key) = 1

),

linked as (

    select
        amendments.source_system,
        amendments.amendment_number,
        amendments.amendment_line_number,
        amendments.stated_declaration_number as declaration_number,
        amendments.item_number,
        amendments.tax_type_code,
        amendments.function_code,
        amendments.function_name,
        amendments.reason_code,
        amendments.pointers_text,
        amendments.before_vnd,
        amendments.after_vnd,
        amendments.goods_item_count,
        amendments.amended_at,
        amendments.recorded_from,
        amendments.recorded_to,
        amendments.recorded_to_at,
        amendments.is_withdrawn,
        amendments.operation_code,
        amendments.is_order_doubtful,
        amendments.received_at,
        amendments.receipt_number,
        amendments.record_number,
        coalesce(
            by_number.declaration_key,
            by_sender.declaration_key,
            case when amendments.is_by_number then amendments.declaration_key end
        ) as declaration_key
    from amendments
    -- no match: the number is of a declaration that never came here, or none is told
    left join known as by_number
        on amendments.is_by_number and amendments.declaration_key = by_number.declaration_key
    -- no match: the reference names none here, or several
    left join named_by_sender as by_sender
        on
            amendments.source_system = by_sender.source_system
            and amendments.amendment_number = by_sender.amendment_number
            and amendments.amendment_line_number = by_sender.amendment_line_number
            and amendments.recorded_from = by_sender.recorded_from

)

select * from linked
