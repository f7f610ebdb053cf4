-- name: audit_declarations
-- One row per declaration with the cell that its goods are compared in: regime, and how high the
-- duty and tax are that it declares. What a correction would change depends on both: nothing is at
-- stake where goods bear no duty, whatever their value.
create or replace temp view audit_declaration as

with

declared as (

    select
        source_system,
        declaration_number,
        trader_id,
        registered_date,
        goods_item_count,
        coalesce(regime_code, '') as regime_code,
        coalesce(is_cancelled, false) or coalesce(is_refused, false) as is_void,
        -- No value or no total of duty and tax is declared: as if none were due.
        coalesce(
            round(cast(duty_tax_vnd as double) / nullif(cast(customs_value_vnd as double), 0), 2),
            0
        ) as duty_ratio
    from marts.fct_declaration
    where trader_id is not null

)

select
    * exclude (duty_ratio),
    case
        when duty_ratio <= 0 then 'none'
        when duty_ratio <= 0.10 then 'low'
        when duty_ratio <= 0.20 then 'middle'
        else 'high'
    end as duty_band
from declared

-- name: audit_findings
-- One row per item found irregular up to the day of the list, or per declaration where the finding
-- names no item. One loss may stand in the lines of several inspections: it counts once.
create or replace temp table audit_finding as

select
    declarations.trader_id,
    declarations.regime_code,
    declarations.duty_band,
    inspections.source_system,
    inspections.declaration_number,
    coalesce(
        inspections.item_number, case when declarations.goods_item_count = 1 then 1 end
    ) as found_item_number,
    max(coalesce(inspections.additional_duty_vnd, 0)) as found_vnd,
    arg_max(
        coalesce(inspections.irregularity_type_code, ''),
        (
            coalesce(inspections.additional_duty_vnd, 0),
            coalesce(inspections.irregularity_type_code, '')
        )
    ) as irregularity_type_code
from marts.fct_inspection as inspections
inner join audit_declaration as declarations
    on
        inspections.source_system = declarations.source_system
        and inspections.declaration_number = declarations.declaration_number
where
    inspections.outcome = 'irregular'
    and list_contains($source_systems, inspections.source_system)
    and coalesce(inspections.ended_date, inspections.registered_date) <= cast($as_of as date)
group by all

-- name: stake
-- What is at stake in an item: the chance that an inspection finds something, times the root of its
-- value in ten million VND. Findings in larger items bring more money, but such findings are rarer, so
-- that money grows with the root of the value and not with the value.
create or replace temp macro stake(probability, customs_value_vnd) as
probability * sqrt(cast(customs_value_vnd as double) / 10000000);

-- name: open_items
-- One row per current item inside the audit window that no look at the goods and no finding has
-- settled yet, with the chance that an inspection of it finds something, and its stake.
create or replace temp table open_item as

select
    declarations.trader_id,
    declarations.regime_code,
    declarations.duty_band,
    items.source_system,
    items.declaration_number,
    items.declaration_version,
    items.item_number,
    items.registered_date,
    items.tariff_line_code,
    items.country_of_origin_code,
    items.customs_value_vnd,
    scores.probability,
    stake(scores.probability, items.customs_value_vnd) as stake,
    -- Registered so long ago that its five years end within the next quarter.
    items.registered_date <= cast($expiring_until as date) as is_expiring
from marts.fct_goods_item as items
inner join marts.fct_risk_score as scores
    on
        items.source_system = scores.source_system
        and items.declaration_number = scores.declaration_number
        and items.declaration_version = scores.declaration_version
        and items.item_number = scores.item_number
        and scores.model_id = $model_id
inner join audit_declaration as declarations
    on
        items.source_system = declarations.source_system
        and items.declaration_number = declarations.declaration_number
anti join labelled_item as settled
    on
        items.source_system = settled.source_system
        and items.declaration_number = settled.declaration_number
        and items.item_number = settled.item_number
        -- A look at the papers settles nothing: that is what an audit goes beyond.
        and (settled.is_irregular_in_goods is not null or settled.is_irregular)
where
    items.registered_date > cast($window_start as date)
    and items.registered_date <= cast($as_of as date)
    and declarations.registered_date > cast($window_start as date)
    and declarations.registered_date <= cast($as_of as date)
    and items.customs_value_vnd > 0
    and not declarations.is_void
