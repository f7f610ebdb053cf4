-- The message reader names its columns as the contract does. No list of offices binds the messages; a
-- code is a country and six characters, or short (statistics show it to everybody).
select
    wco_declaration.*,
    errors(
        case
            when not regexp_full_match(
                wco_declaration.customs_office_code, '[A-Z]{2}[0-9A-Z]{6}|[0-9A-Z]{1,6}'
            ) then 'E_PATTERN:customs_office_code'
        end
    ) as mapping_errors
from wco_declaration
