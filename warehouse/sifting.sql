-- name: known_quarantine
-- Contents that lost their place because their key is in conflict still count as contents of it.
insert into known
select
    quarantined.key_hash,
    quarantined.sequence_number,
    quarantined.content_hash,
    quarantined.receipt_number,
    quarantined.record_number,
    cast(null as varchar) as cut,
    true as is_quarantined
from quarantined
semi join incoming on quarantined.key_hash = incoming.key_hash
where
    quarantined.table_name = $table_name
    and quarantined.sequence_number is not null
    and list_contains(quarantined.reason_codes, 'E_KEY_CONFLICT')
    and quarantined.receipt_number not in (select receipt_number from withdrawn);

-- name: fragments
-- Records of files that ended without a line end, which are another record of their key and number
-- up to the field that was cut. Reads `numbered` (key_hash, sequence_number, content_hash,
-- receipt_number, record_number, cut, content): `cut` is a JSON object of the fields that the last
-- column fills and of its text, `content` one of all fields.
create or replace temp table fragment as
select distinct
    short.receipt_number,
    short.record_number,
    short.content_hash
from numbered as short
inner join numbered as whole
    on
        short.key_hash = whole.key_hash
        and short.sequence_number = whole.sequence_number
        and short.content_hash <> whole.content_hash
where
    short.cut is not null
    and json_merge_patch(whole.content, short.cut -> '$.none')
    = json_merge_patch(short.content, short.cut -> '$.none')
    and len(
        list_filter(
            json_keys(short.cut -> '$.none'),
            lambda name: not starts_with(
                coalesce(whole.content ->> name, ''), coalesce(short.cut ->> '$.text', '')
            )
        )
    ) = 0;

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

-- name: accepted
select accepted.* exclude (slot)
from accepted
inner join verdict on accepted.slot = verdict.slot
where verdict.verdict = 'accepted'
order by accepted.slot;

-- name: quarantine
-- Rows for the quarantine, without what the delivery knows (source, sha256, received_at, load_id).
select
    receipt_number,
    record_number,
    reason_codes,
    raw,
    cast(null as varchar) as key_hash,
    cast(null as bigint) as sequence_number,
    cast(null as varchar) as content_hash
from rejected

union all

select
    verdict.receipt_number,
    verdict.record_number,
    ['E_KEY_CONFLICT'] as reason_codes,
    conflicting.raw,
    verdict.key_hash,
    verdict.sequence_number,
    verdict.content_hash
from verdict
inner join conflicting
    on
        verdict.receipt_number = conflicting.receipt_number
        and verdict.record_number = conflicting.record_number
        and verdict.content_hash = conflicting.content_hash
where verdict.verdict in ('conflict', 'moved')

order by receipt_number, record_number;

-- name: counts
select
    receipt_number,
    count(*) filter (where verdict = 'accepted') as accepted,
    count(*) filter (where verdict in ('quarantined', 'conflict')) as quarantined,
    count(*) filter (where verdict = 'repeated') as repeated,
    count(*) filter (where verdict = 'conflict') as conflicted,
    count(*) filter (where verdict = 'moved') as moved,
    count(*) filter (where verdict = 'absorbed') as absorbed
from (
    select receipt_number, verdict from verdict
    union all
    select receipt_number, 'quarantined' as verdict from rejected
)
group by receipt_number
order by receipt_number;

-- name: moved
select receipt_number, record_number
from verdict
where verdict = $verdict
order by receipt_number, record_number;
