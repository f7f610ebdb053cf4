-- Grain: one row per tax line of a current declaration version (source_system, declaration_number,
-- declaration_version, item_number, tax_type_code), and of a version that was never accepted,
-- flagged.
-- The new idea: what counts as revenue. Nothing exempted is zero, not unknown.
with

versions as (

    select * from {{ ref('int_declaration_versions') }}

),

closures as (

    select * from {{ ref('int_declaration_closures') }}

),

messages as (

    select * from {{ ref('int_declaration_messages') }}

),

latest_taxes as (

    {{ latest('duty_tax') }}

),

flagged_taxes as (

    {{ with_order_doubt('latest_taxes', 'duty_tax') }}

),

counted as (

    select
        latest_taxes.source_system,
        latest_taxes.declaration_number,
        latest_taxes.declaration_version,
        latest_taxes.item_number,
        latest_taxes.tax_type_code,
        versions.registered_date,
        latest_taxes.base_vnd,
        latest_taxes.assessed_vnd,
        coalesce(latest_taxes.exempted_vnd, 0) as exempted_vnd,
        latest_taxes.rate_text,
        latest_taxes.due_date,
        latest_taxes.is_order_doubtful,
        versions.declaration_key is not null as has_declaration,
        versions.declaration_key is not null
        and not coalesce(closures.is_cancelled or closures.is_refused, false) as is_revenue
    from flagged_taxes as latest_taxes
    -- no match: the source states its records one by one
    left join messages
        on
            latest_taxes.declaration_key = messages.declaration_key
            and latest_taxes.recorded_from = messages.recorded_from
    -- no match: no record of this version was ever accepted
    left join versions
        on
            latest_taxes.declaration_key = versions.declaration_key
            and latest_taxes.declaration_version = versions.declaration_version
    -- no match: the declaration is neither cancelled nor refused
    left join closures on latest_taxes.declaration_key = closures.declaration_key
    where
        -- what a later message of the declaration leaves out is gone
        messages.next_recorded_from is null
        and coalesce(versions.is_current, true)

)

select * from counted
