select 1
from delivery_name
where name = :name and source = :source
limit 1
