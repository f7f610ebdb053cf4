-- Items whose check was known before a moment, with their features, the newest first.
select
    features.* exclude (number, month, week, item, item_value_vnd, item_tax_vnd),
    labels.is_irregular
from features
inner join labels on features.number = labels.number and features.item = labels.item
where labels.known < $moment
order by labels.known desc, features.number, features.item
limit $most
