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
