-- Grain: one row per span in which a fact of a declaration was known (declaration_key, fact,
-- from_date).
-- The new idea: a fact is known while any record tells it, so the days of all that tell it are put
-- together: a span begins where none that began before reaches.
{{ config(materialized='table') }}

with

told as (

    select
        declaration_key,
        fact,
        from_date,
        coalesce(to_date, date '9999-12-31') as to_date
    from {{ ref('int_declaration_facts_told') }}

),

reached as (

    select
        *,
        max(to_date) over (
            partition by declaration_key, fact
            order by from_date, to_date
            rows between unbounded preceding and 1 preceding
        ) as reached_date
    from told

),

numbered as (

    select
        *,
        count(case when reached_date is null or from_date > reached_date then 1 end) over (
            partition by declaration_key, fact
            order by from_date, to_date
            rows between unbounded preceding and current row
        ) as span_number
    from reached

),

spans as (

    select
        declaration_key,
        fact,
        min(from_date) as from_date,
        nullif(max(to_date), date '9999-12-31') as to_date
    from numbered
    group by declaration_key, fact, span_number

)

select * from spans
