-- Grain: one row per amendment line (source_system, amendment_number, amendment_line_number).
with

amendments as (

    select * from {{ ref('int_declaration_amendments_linked') }}

),

declarations as (

    -- a declaration that is withdrawn is still the target
    select
        declaration_key,
        min(declaration_number) as declaration_number,
        min(case when is_current then registered_date end) as registered_date
    from {{ ref('int_declaration_versions') }}
    group by declaration_key

),

linked as (

    select
        amendments.source_system,
        amendments.amendment_number,
        amendments.amendment_line_number,
        -- the target's number where the message has only the sender's reference
        coalesce(declarations.declaration_number, amendments.declaration_number)
            as declaration_number,
        amendments.item_number,
        amendments.tax_type_code,
        amendments.amended_at,
        {{ office_date('amendments.amended_at') }} as amended_date,
        amendments.function_code,
        amendments.function_name,
        amendments.before_vnd,
        amendments.after_vnd,
        amendments.reason_code,
        amendments.pointers_text,
        amendments.goods_item_count,
        declarations.registered_date,
        declarations.declaration_key is null as is_orphan,
        {{ is_in_future('amendments.amended_at', 'amendments.received_at') }} as is_in_future,
        amendments.is_order_doubtful
    from amendments
    -- no match: the target is unknown or never came, the amendment is an orphan
    left join declarations on amendments.declaration_key = declarations.declaration_key

)

select * from linked
