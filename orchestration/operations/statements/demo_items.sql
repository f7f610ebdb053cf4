-- The current goods items of one declaration. Grain: one row per item_number.
select * from marts.fct_goods_item
where source_system = $source_system and declaration_number = $declaration_number
order by item_number
