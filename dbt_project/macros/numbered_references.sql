{#-
    A table of bronze with `reference_number`: the number of the declaration as people see it.
    A trader's own reference that another trader uses as well is told apart by a count in brackets. An
    original that states trader, reference and moment of acceptance of an earlier one is that one again,
    though customs gave it another number: the last number counts.
    Arguments: `table` a table of bronze with declaration_number and reference_owner_id.
-#}
{% macro numbered_references(table) -%}
    select
        records.*,
        case
            when renumbered.last_number is not null then renumbered.last_number
            when reused.ordinal is not null
                then concat(records.declaration_number, ' (', cast(reused.ordinal as varchar), ')')
            else records.declaration_number
        end as reference_number
    from {{ source('bronze', table) }} as records
    -- no match: customs gave the number, or one trader alone uses it
    left join (
        select
            declaration_number,
            reference_owner_id,
            ordinal
        from (
            select
                declaration_number,
                reference_owner_id,
                row_number() over (
                    partition by declaration_number
                    order by reference_owner_id
                ) as ordinal,
                count(*) over (partition by declaration_number) as owner_count
            from (
                select distinct
                    declaration_number,
                    reference_owner_id
                from {{ source('bronze', 'declaration') }}
                where reference_owner_id is not null
            ) as owners
        ) as counted
        where owner_count > 1
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
