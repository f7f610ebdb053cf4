select other.*
from delivery as other
where
    other.state = 'accepted'
    and other.receipt_number <> :receipt_number
    and other.source = (
        select given.source from delivery as given where given.receipt_number = :receipt_number
    )
    and exists (
        select 1
        from delivery_count as other_count
        inner join delivery_count as given_count
            on other_count.table_name = given_count.table_name
            and given_count.receipt_number = :receipt_number
        where
            other_count.receipt_number = other.receipt_number
            and (other_count.repeated > 0 or other_count.conflicted > 0)
    )
order by other.receipt_number
