-- Grain: one row per code and span of days in which the import tariff lists it (listed_code,
-- from_date).
-- The new idea: which codes there are on a day, whatever the schedule: tariff lines, the six digits
-- that they share with other countries, and the empty code, which stands for any line at all.
{{ config(materialized='table') }}

with

rates as (

    {{ latest('tariff_rate') }}

),

lines as (

    {% for code in ['tariff_line_code', 'left(tariff_line_code, 6)', "''"] %}
        {{ 'union all' if not loop.first }}

        select
            {{ code }} as listed_code,
            valid_from_date,
            coalesce(valid_to_date, date '9999-12-31') as last_date
        from rates
        where rate_kind_code = 'import'
    {% endfor %}

),

begun as (

    select
        *,
        -- a day later is no gap
        coalesce(
            valid_from_date > max(last_date) over (
                partition by listed_code
                order by valid_from_date, last_date
                rows between unbounded preceding and 1 preceding
            ) + 1,
            true
        ) as is_beginning
    from lines

),

numbered as (

    select
        *,
        -- range: lines of equal days have no order, and belong to one span
        count(case when is_beginning then 1 end) over (
            partition by listed_code
            order by valid_from_date, last_date
            range between unbounded preceding and current row
        ) as span_number
    from begun

),

spans as (

    select
        listed_code,
        min(valid_from_date) as from_date,
        max(last_date) as last_date
    from numbered
    group by listed_code, span_number

)

select * from spans
