-- A declaration of which a version is not withdrawn stands exactly once in the current truth; one
-- whose versions are all withdrawn does not stand there.
with

versions as (

    select
        source_system,
        declaration_number,
        bool_or(not is_withdrawn) as is_living
    from {{ ref('int_declaration_versions') }}
    group by source_system, declaration_number

),

current_rows as (

    select
        source_system,
        declaration_number,
        count(*) as row_count
    from {{ ref('fct_declaration') }}
    group by source_system, declaration_number

)

select
    coalesce(versions.declaration_number, current_rows.declaration_number) as declaration_number,
    current_rows.row_count
from versions
full outer join current_rows
    on
        versions.source_system = current_rows.source_system
        and versions.declaration_number = current_rows.declaration_number
where
    coalesce(current_rows.row_count, 0)
    <> case when coalesce(versions.is_living, false) then 1 else 0 end
