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
