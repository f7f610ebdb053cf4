{#-
    A table of bronze with `reference_number`: the number of the declaration as people see it.
    A trader's own reference that another trader uses as well is told apart by a count in brackets,
    in the order of receipt: the first trader keeps the bare number, and those that land later change
    nobody's. Who has only deliveries that were taken back comes last. An
    original that states trader, reference and moment of acceptance of an earlier one is that one again,
    though customs gave it another number: the last number counts.
    Arguments: `table` a table of bronze with declaration_number and reference_owner_id.
-#}
{% macro numbered_references(table) -%}
    select
        records.*,
        case
            when renumbered.last_number is not null then renumbered.last_number
            when reused.ordinal > 1
                then concat(records.declaration_number, ' (', cast(reused.ordinal as varchar), ')')
            else records.declaration_number
        end as reference_number
    from {{ source('bronze', table) }} as records
    -- no match: customs gave the number, or no declaration of the trader came
    left join (
        select
            lodged.declaration_number,
            lodged.reference_owner_id,
            row_number() over (
                partition by lodged.declaration_number
                order by
                    min(case when withdrawn.receipt_number is null then lodged.receipt_number end)
                        nulls last,
                    min(lodged.receipt_number),
                    lodged.reference_owner_id
            ) as ordinal
        from {{ source('bronze', 'declaration') }} as lodged
        -- no match: the delivery was never taken back
        left join {{ source('bronze', 'delivery_withdrawal') }} as withdrawn
            on lodged.receipt_number = withdrawn.receipt_number
        where lodged.reference_owner_id is not null
        group by lodged.declaration_number, lodged.reference_owner_id
    ) as reused
        on
            records.reference_owner_id = reused.reference_owner_id
            and records.declaration_number = reused.declaration_number
    -- no match: customs gave no number, or one only
    left join (
        select
            declaration_number,
            max(last_number) as last_number
        from (
            select
                declaration_number,
                last_value(declaration_number) over (
                    partition by
                        trader_id,
                        json_extract_string(extras, '$.sender_reference_number'),
                        registered_at
                    order by receipt_number, record_number
                    rows between unbounded preceding and unbounded following
                ) as last_number
            from {{ source('bronze', 'declaration') }} as originals
            where
                source_system = 'wco_dec_xml'
                and trader_id is not null
                and registered_at is not null
                and json_extract_string(extras, '$.sender_reference_number') is not null
                and not exists (
                    select 1
                    from {{ source('bronze', 'delivery_withdrawal') }} as withdrawn
                    where withdrawn.receipt_number = originals.receipt_number
                )
        ) as lodged
        where declaration_number <> last_number
        group by declaration_number
    ) as renumbered
        on
            records.source_system = 'wco_dec_xml'
            and records.declaration_number = renumbered.declaration_number
{%- endmacro %}
