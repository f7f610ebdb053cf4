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

order by receipt_number, record_number
