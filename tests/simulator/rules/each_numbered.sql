-- rule: sequence_is_unique
-- A number of the source is given to one row of the table only.
select SEQ_NO as record_key, count(*) > 1 or SEQ_NO is null as is_violated
from ${name}_distinct
group by SEQ_NO;

-- rule: operations_are_known
-- A row is new, replaced or withdrawn.
select SEQ_NO as record_key, not is_listed(OP, 'operation') as is_violated
from ${name}_distinct;
