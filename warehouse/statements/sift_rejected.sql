-- Rejected records: one whose text the source has sent before, for this table, is a repetition.
create or replace temp table rejected_verdict as
with

seen as (

    select distinct quarantined.raw_hash
    from quarantined
    where
        quarantined.table_name = $table_name
        and quarantined.source = $source
        and not list_contains(quarantined.reason_codes, 'E_KEY_CONFLICT')
        and quarantined.receipt_number not in (select receipt_number from withdrawn)

),

hashed as (

    select
        receipt_number,
        record_number,
        reason_codes,
        raw,
        md5(coalesce(raw, '')) as raw_hash
    from rejected
)

select
    hashed.*,
    case
        when $is_message then 'quarantined'
        when seen.raw_hash is not null then 'repeated'
        when
            row_number() over (
                partition by hashed.raw_hash order by hashed.receipt_number, hashed.record_number
            ) > 1
            then 'repeated'
        else 'quarantined'
    end as verdict
from hashed
-- No match: the text is new.
left join seen on hashed.raw_hash = seen.raw_hash
