-- How many items the mature inspections say something about, by what they say.
select
    count(*) as inspected_item_count,
    count(*) filter (where is_examined and is_irregular) as irregular_item_count,
    count(*) filter (where is_examined and not is_irregular) as as_declared_item_count,
    count(*) filter (where not is_examined and is_irregular) as blind_finding_item_count,
    count(*) filter (where is_irregular is null) as unknown_item_count,
    count(is_irregular_on_paper) as seen_on_paper_item_count,
    count(is_irregular_in_goods) as seen_in_goods_item_count
from labelled_item
