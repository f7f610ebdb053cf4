-- Grain: one row per goods item of a current declaration version, and of a version that was never
-- accepted, flagged (source_system, declaration_number, declaration_version, item_number).

select {{ contract_of('fct_goods_item').columns | join(', ') }}
from {{ ref('fct_goods_item_version') }}
where is_current
