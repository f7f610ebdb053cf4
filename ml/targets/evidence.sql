-- name: target_evidence
-- The open items of the listed traders with the highest expected amounts, a few for each.
with

expected as (

    select
        open_item.*,
        open_item.stake * worths.expected_per_stake_vnd as expected_vnd
    from open_item
    inner join target_worths as worths
        on
            open_item.trader_id = worths.trader_id
            and open_item.regime_code = worths.regime_code
            and open_item.duty_band = worths.duty_band

)

select
    trader_id,
    source_system,
    declaration_number,
    declaration_version,
    item_number,
    registered_date,
    tariff_line_code,
    country_of_origin_code,
    customs_value_vnd,
    probability,
    expected_vnd
from expected
qualify
    row_number() over (
        partition by trader_id
        order by
            round(expected_vnd) desc,
            source_system asc,
            declaration_number asc,
            item_number asc
    ) <= $items_per_trader
order by
    trader_id,
    round(expected_vnd) desc,
    source_system,
    declaration_number,
    item_number
