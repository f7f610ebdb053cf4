-- Grain: one row per tax line of a current declaration version, and of a version that was never
-- accepted, flagged (source_system, declaration_number, declaration_version, item_number,
-- tax_type_code).
with

taxes as (

    select * exclude (declaration_key) from {{ ref('int_duty_taxes_counted') }}

)

select * from taxes
