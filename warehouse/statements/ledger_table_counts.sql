select
    delivery_count.table_name,
    sum(delivery_count.accepted) as accepted,
    sum(delivery_count.quarantined) as quarantined,
    sum(delivery_count.repeated) as repeated
from delivery_count
inner join delivery on delivery_count.receipt_number = delivery.receipt_number
where delivery.state = 'accepted'
group by delivery_count.table_name
order by delivery_count.table_name
