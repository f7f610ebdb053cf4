-- One row per declaration: how long and how often its trader had been seen before.
create or replace table traders_so_far as

select
    number,
    row_number() over (partition by trader order by registered, number) - 1 as earlier_count,
    (registered - min(registered) over (partition by trader)) / 86400.0 as known_days
from facts
