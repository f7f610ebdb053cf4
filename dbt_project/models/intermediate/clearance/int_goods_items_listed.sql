-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
-- The new idea: whether the tariff lists the code on the day of registration. Only a national code
-- is a line of the national tariff: of another source the six international digits are looked up.
-- On a day for which no tariff has landed nobody knows.
with

items as (

    select * from {{ ref('int_goods_items_dated') }}

),

lines as (

    select * from {{ ref('int_tariff_lines_listed') }}

),

listed as (

    select
        items.*,
        case
            when
                tariffs.listed_code is not null
                then lines.listed_code is not null
        end as is_tariff_line_listed
    from items
    -- no match: no tariff of that day has landed; the tariff does not list the code on that day
    left join lines as tariffs
        on
            -- the empty beginning of a code, and no value of a missing one
            tariffs.listed_code = left(items.tariff_line_code, 0)
            and items.registered_date between tariffs.from_date and tariffs.last_date
    left join lines
        on
            lines.listed_code = case
                when {{ of_source('codes_are_national', 'items.source_system') }}
                    then items.tariff_line_code
                else items.hs6_code
            end
            and items.registered_date between lines.from_date and lines.last_date

)

select * from listed
