-- Whether another content of the source was seen under a name.
select 1
from delivery_name
inner join delivery on delivery_name.receipt_number = delivery.receipt_number
where
    delivery_name.name = :name
    and delivery_name.source = :source
    and delivery.sha256 <> :sha256
limit 1
