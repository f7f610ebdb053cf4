-- name: verdicts
-- One verdict per incoming record: accepted, repeated or conflict; and the known records that leave
-- bronze, because of a conflict (moved) or because the whole record has come (absorbed).
-- Reads `incoming` (slot, key_hash, sequence_number, content_hash, receipt_number, record_number,
-- is_message) and `known` (the same without slot, with is_quarantined), only keys of `incoming`, and
-- `fragment` (receipt_number, record_number, content_hash): records that are another up to a cut
-- last field.
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

whole as (

    select *
    from records
    anti join fragment
        on
            records.receipt_number = fragment.receipt_number
            and records.record_number = fragment.record_number
            and records.content_hash = fragment.content_hash

),

fragment_verdicts as (

    select
        records.*,
        case
            when not records.is_known then 'repeated'
            when records.is_quarantined then 'known'
            else 'absorbed'
        end as verdict
    from records
    semi join fragment
        on
            records.receipt_number = fragment.receipt_number
            and records.record_number = fragment.record_number
            and records.content_hash = fragment.content_hash

),

-- The source numbers its changes: what arrives when does not matter. A number that stands for two
-- contents is worth nothing, so all of them go, the ones accepted earlier too, and each one that
-- still comes.
sequenced as (

    select
        *,
        row_number() over (
            partition by key_hash, sequence_number, content_hash
            order by is_known desc, receipt_number asc, record_number asc
        ) as copy_number,
        min(content_hash) over (partition by key_hash, sequence_number)
        <> max(content_hash) over (partition by key_hash, sequence_number) as is_conflict
    from whole
    where sequence_number is not null

),

sequenced_verdicts as (

    select
        *,
        case
            when is_known and is_conflict and not is_quarantined then 'moved'
            when is_known then 'known'
            when is_conflict then 'conflict'
            when copy_number > 1 then 'repeated'
            else 'accepted'
        end as verdict
    from sequenced

),

-- Without numbers the receipt is the order, and in one file the place: what the source has said
-- before says nothing new when it comes again.
unsequenced as (

    select
        *,
        row_number() over (
            partition by key_hash, content_hash
            order by is_known desc, receipt_number asc, record_number asc
        ) as copy_number,
        count(*) over (partition by key_hash, receipt_number) as key_count
    from whole
    where sequence_number is null and not is_quarantined

),

unsequenced_verdicts as (

    select
        *,
        case
            when is_known then 'known'
            -- a message is one act: it may not name a thing twice
            when is_message and key_count > 1 then 'conflict'
            when copy_number > 1 then 'repeated'
            else 'accepted'
        end as verdict
    from unsequenced

)

select slot, verdict, key_hash, sequence_number, content_hash, receipt_number, record_number
from fragment_verdicts
where verdict <> 'known'

union all

select slot, verdict, key_hash, sequence_number, content_hash, receipt_number, record_number
from sequenced_verdicts
where verdict <> 'known'

union all

select slot, verdict, key_hash, sequence_number, content_hash, receipt_number, record_number
from unsequenced_verdicts
where verdict <> 'known';
