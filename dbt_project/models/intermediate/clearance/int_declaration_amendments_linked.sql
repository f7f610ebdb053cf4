-- Grain: one row per amendment line (source_system, amendment_number, amendment_line_number).
-- The new idea: a WCO message names its target by customs' reference, or it repeats the sender's
-- own reference of the original; whichever is known here is the target. An original that names
-- itself by the sender's reference may tell the one of customs beside it.
with

amendments as (

    select * from {{ ref('int_declaration_amendments_latest') }}

),

known as (

    select declaration_key
    from {{ ref('stg_bronze__declaration') }}
    group by declaration_key

),

known_to_customs as (

    select
        customs_key,
        min(declaration_key) as declaration_key
    from {{ ref('stg_bronze__declaration') }}
    where customs_key is not null
    group by customs_key

),

linked as (

    select
        amendments.source_system,
        amendments.amendment_number,
        amendments.amendment_line_number,
        amendments.declaration_number,
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
        amendments.operation_code,
        amendments.received_at,
        amendments.receipt_number,
        amendments.record_number,
        coalesce(
            by_customs.declaration_key,
            by_customs_beside.declaration_key,
            by_sender.declaration_key,
            amendments.declaration_key
        ) as declaration_key
    from amendments
    -- no match: customs' reference is of a declaration that never came here
    left join known as by_customs on amendments.declaration_key = by_customs.declaration_key
    -- no match: no original told this reference of customs beside its own
    left join known_to_customs as by_customs_beside
        on amendments.declaration_key = by_customs_beside.customs_key
    -- no match: the message has a reference of its own
    left join known as by_sender on amendments.message_key = by_sender.declaration_key

)

select * from linked
