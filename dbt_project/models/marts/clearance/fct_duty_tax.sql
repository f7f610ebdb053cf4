-- Grain: one row per tax line of a current declaration version, and of a version that was never
-- accepted, flagged (source_system, declaration_number, declaration_version, item_number,
-- tax_type_code).
with

taxes as (

    select * from {{ ref('int_duty_taxes_counted') }}

)

select {{ contract_of('fct_duty_tax').columns | join(', ') }}
from taxes
