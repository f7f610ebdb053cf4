-- Grain: one row per recorded state of a declaration version (source_system, declaration_number,
-- declaration_version, recorded_from), with both clocks. The current truth is fct_declaration.
with

records as (

    select * from {{ ref('int_declaration_records_clocked') }}

),

versions as (

    select * from {{ ref('int_declaration_versions') }}

),

totals as (

    select * from {{ ref('int_declaration_versions_totalled') }}

),

lanes as (

    select * from {{ ref('int_declaration_lanes') }}

),

closures as (

    select * from {{ ref('int_declaration_closures') }}

),

misdated as (

    -- its status may come from such an event: it counts from its receipt, and is told
    select declaration_key
    from {{ ref('int_declaration_events_accepted') }}
    where {{ is_in_future('occurred_at', 'received_at') }}

    union

    select declaration_key
    from {{ ref('int_declaration_amendments_linked') }}
    where {{ is_in_future('amended_at', 'received_at') }}

),

mass_units as (

    select * from {{ ref('mass_unit') }}

),

joined as (

    select
        records.source_system,
        records.declaration_number,
        records.declaration_version,
        records.direction_code,
        records.regime_code,
        records.customs_office_code,
        records.registered_at,
        records.registered_date,
        records.trader_id,
        records.trader_name,
        case
            when {{ of_source('declarant_may_be_the_trader', 'records.source_system') }}
                then coalesce(records.declarant_id, records.trader_id)
            else records.declarant_id
        end as declarant_id,
        records.foreign_party_country_code,
        records.transport_mode_code,
        records.goods_item_count,
        try_cast(
            round(records.gross_mass_quantity * mass_units.kg_per_unit, 6) as decimal(22, 6)
        ) as gross_mass_kg,
        records.valuation_method_code,
        records.incoterm_code,
        records.other_law_codes,
        records.invoice_currency_code,
        records.customs_value_vnd,
        records.duty_tax_vnd,
        lanes.control_channel,
        records.cleared_at,
        {{ office_date('records.cleared_at') }} as cleared_date,
        coalesce(closures.is_cancelled, false) as is_cancelled,
        coalesce(closures.is_refused, false) as is_refused,
        records.is_registered_in_future
        or {{ is_in_future('records.cleared_at', 'records.received_at') }}
        or misdated.declaration_key is not null as is_in_future,
        records.is_order_doubtful,
        records.goods_item_count = coalesce(totals.item_count, 0) as is_complete,
        -- not decidable while items are missing or one has no value
        case
            when records.goods_item_count = totals.item_count and totals.is_every_item_valued
                then records.customs_value_vnd = totals.items_customs_value_vnd
        end as is_value_reconciled,
        records.declaration_version as valid_from,
        versions.valid_to,
        records.recorded_from,
        records.recorded_to,
        records.registered_at as valid_from_at,
        records.received_at as recorded_from_at,
        records.recorded_to_at,
        records.is_withdrawn,
        records.recorded_to is null
        and not records.is_withdrawn
        and coalesce(versions.is_current, false) as is_current
    from records
    -- no match: every record of the version was taken back with its delivery
    left join versions
        on
            records.declaration_key = versions.declaration_key
            and records.declaration_version = versions.declaration_version
    -- no match: no item of the version is there yet
    left join totals
        on
            records.declaration_key = totals.declaration_key
            and records.declaration_version = totals.declaration_version
    -- no match: no lane was set; neither cancelled nor refused; no event is in the future; the mass
    -- has no unit of mass
    left join lanes on records.declaration_key = lanes.declaration_key
    left join closures on records.declaration_key = closures.declaration_key
    left join misdated on records.declaration_key = misdated.declaration_key
    left join mass_units on records.gross_mass_unit_code = mass_units.unit_code

)

select * from joined
