-- Rejected records: each goes to quarantine, as often as it comes.
create or replace temp table rejected_verdict as
select
    receipt_number,
    record_number,
    reason_codes,
    raw,
    'quarantined' as verdict
from rejected
