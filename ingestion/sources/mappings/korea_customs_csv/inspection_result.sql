-- Every row is an inspection with its result; the method is not told.
select
    korea.record_number,
    korea."Declaration ID" as inspection_number,
    '1' as inspection_line_number,
    korea."Declaration ID" as declaration_number,
    '1' as item_number,
    korea."Critical Fraud" as severity_code,
    coalesce(outcome.to_code, '?' || korea."Fraud") as outcome,
    errors(
        case
            when not regexp_full_match(korea."Declaration ID", '[0-9]+')
                then 'E_PATTERN:declaration_number'
        end,
        case when korea."Fraud" is null then 'E_REQUIRED:outcome' end,
        case when korea."Critical Fraud" is null then 'E_REQUIRED:severity_code' end,
        case when korea."Critical Fraud" not in ('0', '1', '2') then 'E_CODE:severity_code' end
    ) as mapping_errors
from korea_declaration as korea
-- no match: neither 0 nor 1, which the contract's list refuses
left join crosswalk as outcome
    on outcome.name = 'korea_inspection_outcome' and korea."Fraud" = outcome.from_code
