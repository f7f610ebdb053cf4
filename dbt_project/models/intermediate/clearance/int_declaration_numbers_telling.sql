-- Grain: one row per declaration number that gives away a party of its own message
-- (declaration_number). Releases for others than the restricted role show none of them.
{{ config(materialized='table') }}

with

numbers as (

    select
        declaration_number,
        extras
    from ({{ records('declaration') }}) as declarations

    union all

    select
        stated_declaration_number as declaration_number,
        extras
    from ({{ records('declaration_amendment') }}) as amendments

),

telling as (

    select declaration_number
    from numbers
    where
        declaration_number is not null
        and {{ json_text('extras', 'number_names_party') }} = 'true'
    group by declaration_number

)

select * from telling
