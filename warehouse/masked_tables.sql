-- name: parts
-- One row per month file (or one in all): how many rows, and a hash that no order of rows changes.
select
    release_part,
    count(*) as row_count,
    cast(sum(hash(measured)) as varchar) || '-' || cast(bit_xor(hash(measured)) as varchar)
        as content_hash
from measured
group by release_part
order by release_part;
