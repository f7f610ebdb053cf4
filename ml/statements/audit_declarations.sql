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
