-- Joins go over the key alone: two declarations that share one would mix their items.
select
    declaration_key,
    count(*) as declaration_count
from (
    select
        declaration_key,
        source_system,
        declaration_number
    from {{ ref('int_goods_items_valued') }}
    group by declaration_key, source_system, declaration_number

    union

    select
        declaration_key,
        source_system,
        declaration_number
    from {{ ref('int_declaration_versions') }}
    group by declaration_key, source_system, declaration_number
) as declarations
group by declaration_key
having count(*) > 1
