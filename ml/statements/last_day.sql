-- The day up to which the release knows these systems: the last registration or inspection in it.
select max(day) as last_date
from (
    select max(registered_date) as day
    from marts.fct_declaration
    where list_contains($source_systems, source_system)
    union all
    select max(cast(timezone('Asia/Ho_Chi_Minh', ended_at) as date)) as day
    from marts.fct_inspection
    where list_contains($source_systems, source_system)
)
