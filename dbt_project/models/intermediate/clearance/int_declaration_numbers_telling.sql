-- Grain: one row per declaration number that gives away a party of its own message
-- (declaration_number). Releases for others than the restricted role show none of them.
{{ config(materialized='table') }}

with

numbers as (

    select declaration_number
    from {{ ref('stg_bronze__declaration') }}
    where is_number_telling

    union all

    select declaration_number
    from {{ ref('stg_bronze__declaration_amendment') }}
    where is_number_telling

),

telling as (

    select declaration_number
    from numbers
    where declaration_number is not null
    group by declaration_number

)

select * from telling
