-- The items that the training needs, each with its place in an order that depends on nothing but the
-- keys. Only what a sight examined that could also have cleared it, so that being here does not depend
-- on what was found.
create or replace temp table item_key as

with

judged_items as (

    select
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        registered_date,
        case cast($target as varchar)
            when 'finding' then is_irregular
            when 'finding_in_goods' then is_irregular_in_goods
            when 'finding_on_paper' then is_irregular_on_paper
        end as is_found
    from labelled_item
    where is_examined

)

select
    *,
    row_number() over (
        order by source_system, declaration_number, item_number
    ) - 1 as item_place,
    dense_rank() over (order by source_system, declaration_number) as declaration_place
from judged_items
where is_found is not null
