-- One row per current item inside the audit window that no look at the goods and no finding has settled yet, with the
-- additional duty to expect from it: probability x value x ratio x collectable share.
-- The spread belongs to a finding that comes (or not) with that probability and whose amount varies
-- around its mean by the model's coefficient of variation.
create or replace temp table expected_item as

with

open_items as (

    select
        declarations.trader_id,
        items.source_system,
        items.declaration_number,
        items.declaration_version,
        items.item_number,
        items.registered_date,
        items.tariff_line_code,
        items.country_of_origin_code,
        items.customs_value_vnd,
        scores.probability,
        cast(items.customs_value_vnd as double)
        * coalesce(uplift_ratio.ratio, $overall_ratio)
        * $collectable_ratio as amount_if_irregular_vnd
    from marts.fct_goods_item as items
    inner join marts.fct_risk_score as scores
        on
            items.source_system = scores.source_system
            and items.declaration_number = scores.declaration_number
            and items.declaration_version = scores.declaration_version
            and items.item_number = scores.item_number
            and scores.model_id = $model_id
    inner join marts.fct_declaration as declarations
        on
            items.source_system = declarations.source_system
            and items.declaration_number = declarations.declaration_number
    -- No match: the chapter had no finding in training, the overall ratio stands in.
    left join uplift_ratio
        on left(items.hs6_code, 2) = uplift_ratio.hs2_code
    where
        items.registered_date > cast($window_start as date)
        and items.registered_date <= cast($as_of as date)
        and declarations.registered_date > cast($window_start as date)
        and declarations.registered_date <= cast($as_of as date)
        and items.customs_value_vnd > 0
        and declarations.trader_id is not null
        and not coalesce(declarations.is_cancelled, false)
        and not coalesce(declarations.is_refused, false)

)

select
    open_items.*,
    open_items.probability * open_items.amount_if_irregular_vnd as expected_vnd,
    open_items.amount_if_irregular_vnd * open_items.amount_if_irregular_vnd * (
        open_items.probability * (1 + $variation * $variation)
        - open_items.probability * open_items.probability
    ) as variance,
    -- Registered so long ago that its five years end within the next quarter.
    open_items.registered_date <= cast($expiring_until as date) as is_expiring
from open_items
anti join labelled_item as settled
    on
        open_items.source_system = settled.source_system
        and open_items.declaration_number = settled.declaration_number
        and open_items.item_number = settled.item_number
        -- A look at the papers settles nothing: that is what an audit goes beyond.
        and (settled.is_irregular_in_goods is not null or settled.is_irregular)
