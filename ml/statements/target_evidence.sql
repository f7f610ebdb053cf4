-- The items of the listed traders with the highest expected amounts, a few for each.
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
from expected_item
where list_contains($trader_ids, trader_id)
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
