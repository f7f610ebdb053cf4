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
    ) = 0
