-- name: find_relation
select table_name
from information_schema.tables
where table_schema = ? and table_name = ?;
