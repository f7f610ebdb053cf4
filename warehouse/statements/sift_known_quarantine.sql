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
    and quarantined.receipt_number not in (select receipt_number from withdrawn)
