-- The day up to which the release knows these systems.
select max(as_of_date) as last_date
from marts.dim_source
where list_contains($source_systems, source_system)
