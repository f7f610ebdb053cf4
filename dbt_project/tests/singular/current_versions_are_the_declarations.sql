-- Nothing is written twice: the current truth is the current rows of the table of versions.
with

current_rows as (

    select
        count(*) as row_count,
        sum(customs_value_vnd) as customs_value_vnd
    from {{ ref('fct_declaration_version') }}
    where is_current

),

declarations as (

    select
        count(*) as row_count,
        sum(customs_value_vnd) as customs_value_vnd
    from {{ ref('fct_declaration') }}

)

select
    current_rows.row_count,
    declarations.row_count as declaration_count
from current_rows
cross join declarations
where
    current_rows.row_count <> declarations.row_count
    or current_rows.customs_value_vnd is distinct from declarations.customs_value_vnd
