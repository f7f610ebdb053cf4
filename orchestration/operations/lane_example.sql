-- name: declarations
-- The newest current import declarations of the national system with several scored items, newest
-- first. Grain: one row per declaration.
select
    declaration.source_system,
    declaration.declaration_number
from marts.fct_declaration as declaration
inner join marts.fct_risk_score as score
    on
        score.source_system = declaration.source_system
        and score.declaration_number = declaration.declaration_number
        and score.declaration_version = declaration.declaration_version
where
    declaration.source_system = 'vcis_extract'
    and declaration.direction_code = 'import'
    and declaration.is_complete
    and not declaration.is_cancelled
    and not declaration.is_refused
    and not declaration.is_in_future
group by all
-- several models may have scored one item
having count(distinct score.item_number) between 2 and $most_items
order by max(declaration.registered_date) desc, max(score.margin) desc, 2 asc
limit 100;

-- name: header
-- One current declaration as it stands in the restricted release. Grain: one row.
select * from marts.fct_declaration
where source_system = $source_system and declaration_number = $declaration_number;

-- name: items
-- The current goods items of one declaration. Grain: one row per item_number.
select * from marts.fct_goods_item
where source_system = $source_system and declaration_number = $declaration_number
order by item_number;
