-- Grain: one row per own reference of a trader that another trader used before (reference_owner_id,
-- declaration_number).
-- The new idea: told apart by a count in brackets, in the order of receipt. The first trader keeps
-- the bare number, and those that land later change nobody's. Who has only deliveries that were
-- taken back comes last.
{{ config(materialized='table') }}

with

lodged as (

    select
        lodged.declaration_number,
        lodged.reference_owner_id,
        min(lodged.receipt_number) as first_receipt_number,
        min(case when withdrawn.receipt_number is null then lodged.receipt_number end)
            as first_standing_receipt_number
    from {{ source('bronze', 'declaration') }} as lodged
    -- no match: the delivery was never taken back
    left join {{ source('bronze', 'delivery_withdrawal') }} as withdrawn
        on lodged.receipt_number = withdrawn.receipt_number
    where lodged.reference_owner_id is not null
    group by lodged.declaration_number, lodged.reference_owner_id

),

counted as (

    select
        declaration_number,
        reference_owner_id,
        row_number() over (
            partition by declaration_number
            order by
                first_standing_receipt_number asc nulls last,
                first_receipt_number asc,
                reference_owner_id asc
        ) as ordinal
    from lodged

),

numbered as (

    select
        reference_owner_id,
        declaration_number,
        declaration_number || ' (' || cast(ordinal as string) || ')' as reference_number
    from counted
    where ordinal > 1

)

select * from numbered
