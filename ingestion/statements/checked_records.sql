-- Verdict of the check pass with where each record came from. A withdrawal (D) names its record
-- and need not repeat what it held: only its key and what orders it are required of it.
create or replace temp table verdict as
select
    checked.*,
    origin.receipt_number,
    origin.file_record_number,
    coalesce(mapped.extras, origin.extras) as extras,
    case
        when mapped.operation_code = 'D'
            then list_filter(
                checked.reason_codes,
                lambda reason: not starts_with(reason, 'E_REQUIRED:')
                or list_contains($kept_reasons, reason)
            )
        else checked.reason_codes
    end as reasons
from checked
inner join mapped on checked.record_number = mapped.record_number
inner join origin on checked.record_number = origin.record_number;
