-- Grain: one row per amendment line (source_system, amendment_number, amendment_line_number).
with

records as (

    select * from {{ ref('int_declaration_amendment_records_linked') }}

),

standing as (

    select
        source_system,
        amendment_number,
        amendment_line_number,
        declaration_number,
        item_number,
        tax_type_code,
        function_code,
        function_name,
        reason_code,
        pointers_text,
        before_vnd,
        after_vnd,
        goods_item_count,
        amended_at,
        is_order_doubtful,
        received_at,
        declaration_key
    from records
    where recorded_to is null and not is_withdrawn

)

select * from standing
