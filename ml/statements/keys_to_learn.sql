-- The items whose inputs the training needs: (source_system, declaration_number,
-- declaration_version, item_number). Only what a sight examined that could also have cleared it, so
-- that being here does not depend on what was found.
create or replace temp table item_key as

select
    source_system,
    declaration_number,
    declaration_version,
    item_number
from labelled_item
where is_examined
