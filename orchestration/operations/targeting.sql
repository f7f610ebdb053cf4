-- name: trader_names
-- One row per trader that ever declared: its tax code and the name on its latest declaration.
-- For the restricted release only.
select
    trader_id,
    -- one that is dated in the future by mistake is the latest of none
    arg_max(trader_name, (not is_in_future, registered_at, declaration_number)) as trader_name
from marts.fct_declaration
where trader_id is not null
group by trader_id
order by trader_id;
