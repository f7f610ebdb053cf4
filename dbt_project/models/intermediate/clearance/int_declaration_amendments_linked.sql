-- Grain: one row per amendment line (source_system, amendment_number, amendment_line_number).
-- The new idea: a WCO message names its target by customs' reference, or it repeats the sender's
-- own reference of the original; whichever is known here is the target.
with

amendments as (

    select * from {{ ref('int_declaration_amendments_latest') }}

),

known as (

    select declaration_key
    from {{ ref('stg_bronze__declaration') }}
    group by declaration_key

),

linked as (

    select
        amendments.* exclude (declaration_key, message_key),
        coalesce(
            by_customs.declaration_key, by_sender.declaration_key, amendments.declaration_key
        ) as declaration_key
    from amendments
    -- no match: customs' reference is of a declaration that never came here
    left join known as by_customs on amendments.declaration_key = by_customs.declaration_key
    -- no match: the message has a reference of its own
    left join known as by_sender on amendments.message_key = by_sender.declaration_key

)

select * from linked
