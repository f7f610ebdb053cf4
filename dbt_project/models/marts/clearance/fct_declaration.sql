-- Grain: one row per declaration that is not withdrawn (source_system, declaration_number), as it
-- stands now. Cancelled and refused ones stay, flagged.

select {{ contract_of('fct_declaration').columns | join(', ') }}
from {{ ref('fct_declaration_version') }}
where is_current
