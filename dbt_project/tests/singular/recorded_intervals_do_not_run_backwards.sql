-- What the lake knew, it knew from some moment on until a later one.
select
    source_system,
    recorded_from,
    recorded_to
from {{ ref('fct_declaration_version') }}
where recorded_to_at < recorded_from_at or recorded_to <= recorded_from or valid_to <= valid_from
