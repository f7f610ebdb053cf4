-- Days that decide on which side of the split an item to learn from lies.
select
    registered_date,
    known_date
from labelled_item
where is_examined
