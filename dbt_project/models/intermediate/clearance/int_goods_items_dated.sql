-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
-- The new idea: the item takes from its declaration version the day, the currency and whether it
-- counts.
with

items as (

    select * from {{ ref('int_goods_items_measured') }}

),

versions as (

    select
        declaration_key,
        declaration_version,
        invoice_currency_code,
        registered_at,
        registered_date,
        valid_to,
        is_current
    from {{ ref('int_declaration_versions') }}

),

dated as (

    select
        items.*,
        -- an item without a currency of its own is in the currency of its header; a WCO message
        -- states one with each amount (135), and the amount of its header is another one
        coalesce(
            items.stated_currency_code,
            case
                when not {{ of_source('messages_are_whole', 'items.source_system') }}
                    then versions.invoice_currency_code
            end
        ) as invoice_currency_code,
        versions.registered_at,
        versions.registered_date,
        versions.valid_to,
        versions.declaration_key is not null as has_declaration,
        -- an item whose declaration version was never accepted counts, flagged; one of a version
        -- that is replaced or withdrawn does not
        items.recorded_to is null
        and not items.is_withdrawn
        and coalesce(versions.is_current, true) as is_current
    from items
    -- no match: no record of this version was ever accepted
    left join versions
        on
            items.declaration_key = versions.declaration_key
            and items.declaration_version = versions.declaration_version

)

select * from dated
