-- name: shown_tables
-- What SHOW TABLES is answered with: every published table once.
select table_name as name
from information_schema.tables
where table_catalog = 'hub' and table_schema = 'marts'
order by table_name;
