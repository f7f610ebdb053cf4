-- One verdict per incoming record: accepted, repeated or conflict; and the known records that a
-- conflict takes out of bronze (moved).
-- Reads `incoming` (slot, key_hash, sequence_number, content_hash, receipt_number, record_number,
-- is_message) and `known` (the same without slot, with is_quarantined), only keys of `incoming`.
create or replace temp table verdict as
with

records as (

    select
        slot,
        false as is_known,
        false as is_quarantined,
        is_message,
        key_hash,
        sequence_number,
        content_hash,
        receipt_number,
        record_number
    from incoming

    union all

    select
        null as slot,
        true as is_known,
        is_quarantined,
        false as is_message,
        key_hash,
        sequence_number,
        content_hash,
        receipt_number,
        record_number
    from known

),

-- The source numbers its changes: what arrives when does not matter. A number that stands for two
-- contents is worth nothing, so all of them go, the ones accepted earlier too.
sequenced as (

    select
        *,
        row_number() over (
            partition by key_hash, sequence_number, content_hash
            order by is_known desc, receipt_number asc, record_number asc
        ) as copy_number,
        min(content_hash) over (partition by key_hash, sequence_number)
        <> max(content_hash) over (partition by key_hash, sequence_number) as is_conflict
    from records
    where sequence_number is not null

),

sequenced_verdicts as (

    select
        *,
        case
            when is_known and is_conflict and not is_quarantined then 'moved'
            when is_known then 'known'
            when copy_number > 1 then 'repeated'
            when is_conflict then 'conflict'
            else 'accepted'
        end as verdict
    from sequenced

),

-- Without numbers the receipt is the order, and only inside one file do two contents contradict
-- each other.
unsequenced as (

    select
        *,
        row_number() over (
            partition by key_hash, receipt_number, content_hash order by record_number
        ) as copy_number,
        min(content_hash) over (partition by key_hash, receipt_number)
        <> max(content_hash) over (partition by key_hash, receipt_number) as is_contradicted,
        count(*) over (partition by key_hash, receipt_number) as key_count
    from records
    where sequence_number is null and not is_quarantined

),

succession as (

    select
        slot,
        lag(content_hash) over (
            partition by key_hash order by receipt_number, record_number
        ) as previous_content_hash
    from unsequenced
    where not is_contradicted and copy_number = 1

),

unsequenced_verdicts as (

    select
        unsequenced.*,
        case
            when unsequenced.is_known then 'known'
            -- A message is an act of its own: it repeats nothing, and may not name an item twice.
            when unsequenced.is_message and unsequenced.key_count > 1 then 'conflict'
            when unsequenced.is_message then 'accepted'
            when unsequenced.copy_number > 1 then 'repeated'
            when unsequenced.is_contradicted then 'conflict'
            when succession.previous_content_hash = unsequenced.content_hash then 'repeated'
            else 'accepted'
        end as verdict
    from unsequenced
    -- No match: contradicted or a copy, which the cases above settle first; known ones have no slot.
    left join succession on unsequenced.slot = succession.slot

)

select slot, verdict, key_hash, sequence_number, content_hash, receipt_number, record_number
from sequenced_verdicts
where verdict <> 'known'

union all

select slot, verdict, key_hash, sequence_number, content_hash, receipt_number, record_number
from unsequenced_verdicts
where verdict <> 'known'
