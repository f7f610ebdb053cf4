-- What was found at the listed traders, by kind of irregularity.
select
    trader_id,
    irregularity_type_code,
    count(*) as finding_count,
    count(*) filter (where found_vnd > 0) as paying_count,
    cast(sum(found_vnd) as bigint) as found_vnd
from audit_finding
where list_contains($trader_ids, trader_id)
group by all
order by
    trader_id,
    found_vnd desc,
    irregularity_type_code
