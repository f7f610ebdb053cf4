select
    table_name,
    table_version
from main.lake_cut
order by table_name
