-- Records of one table on the last day, where the office is, on which any came for it.
select
    sum(delivery_count.accepted) as accepted,
    sum(delivery_count.quarantined) as quarantined,
    sum(delivery_count.repeated) as repeated
from delivery_count
inner join delivery on delivery_count.receipt_number = delivery.receipt_number
where
    delivery.state = 'accepted'
    and delivery_count.table_name = :table_name
    and delivery_count.accepted + delivery_count.quarantined > 0
group by date(delivery.received_at, :office_offset)
order by date(delivery.received_at, :office_offset) desc
limit 1
