-- name: telling_is_built
select 1
from duckdb_tables()
where schema_name = 'intermediate' and table_name = 'int_declaration_numbers_telling';
