-- name: trader_history
-- The history of each trader as the features read it: every row of the window, and the last one
-- before it, in the order of the key's hash.
with

profile_days as (

    select
        *,
        md5_number_upper(source_system || chr(31) || trader_id) as key_high,
        md5_number_lower(source_system || chr(31) || trader_id) as key_low
    from marts.profile_trader_day
    where list_contains($source_systems, source_system)

),

answering_days as (

    select *
    from profile_days
    qualify
        as_of_date >= cast($first_date as date)
        or as_of_date = max(as_of_date) filter (where as_of_date < cast($first_date as date))
            over (partition by source_system, trader_id)

)

select
    key_high,
    key_low,
    as_of_date,
    declaration_count as trader_declaration_count,
    item_count as trader_item_count,
    customs_value_vnd as trader_customs_value_vnd,
    cancelled_count as trader_cancelled_count,
    amended_count as trader_amended_count,
    inspected_count as trader_inspected_count,
    irregular_count as trader_irregular_count,
    first_registered_date as trader_first_registered_date
from answering_days
order by
    key_high,
    key_low,
    as_of_date

-- name: unit_value_history
-- The history of unit values by HS6 and origin as the features read it: every row of the window,
-- and the last one before it, in the order of the key's hash.
with

profile_days as (

    select
        *,
        md5_number_upper(
            source_system || chr(31) || hs6_code || chr(31) || country_of_origin_code
        ) as key_high,
        md5_number_lower(
            source_system || chr(31) || hs6_code || chr(31) || country_of_origin_code
        ) as key_low
    from marts.profile_unit_value_day
    where list_contains($source_systems, source_system)

),

answering_days as (

    select *
    from profile_days
    qualify
        as_of_date >= cast($first_date as date)
        or as_of_date = max(as_of_date) filter (where as_of_date < cast($first_date as date))
            over (partition by source_system, hs6_code, country_of_origin_code)

)

select
    key_high,
    key_low,
    as_of_date,
    item_count as unit_value_item_count,
    log_unit_value_sum as unit_value_log_sum,
    log_unit_value_square_sum as unit_value_log_square_sum
from answering_days
order by
    key_high,
    key_low,
    as_of_date
