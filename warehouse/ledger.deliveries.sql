-- In the dialect of SQLite.

-- name: reserve
update receipt_sequence set last_number = last_number + :count returning last_number;

-- name: add_delivery
insert into delivery
(receipt_number, sha256, source, meaning, name, size_bytes, received_at, is_simulated)
values
(:receipt_number, :sha256, :source, :meaning, :name, :size_bytes, :received_at, :is_simulated);

-- name: add_seen
insert into delivery_name values (:receipt_number, :source, :name, :seen_at, :seen_at, 1)
on conflict (receipt_number, source, name) do update
set last_seen_at = excluded.last_seen_at, seen_count = delivery_name.seen_count + 1;

-- name: mark_simulated
update delivery set is_simulated = 1 where receipt_number = :receipt_number;

-- name: find_delivery
select *
from delivery
where
    sha256 = :sha256
    and source = :source
    and meaning = :meaning
    and state <> 'withdrawn';

-- name: receipt_numbers
select receipt_number
from delivery
where sha256 in (select value from json_each(:hashes));

-- name: find_prefix
select *
from delivery
where substr(sha256, 1, length(:prefix)) = :prefix
order by receipt_number;

-- name: by_receipt
select *
from delivery
where receipt_number in (select value from json_each(:receipts))
order by receipt_number;

-- name: find_name
-- Whether another content of the source was seen under a name.
select 1
from delivery_name
inner join delivery on delivery_name.receipt_number = delivery.receipt_number
where
    delivery_name.name = :name
    and delivery_name.source = :source
    and delivery.sha256 <> :sha256
limit 1;

-- name: in_state
select *
from delivery
where state = :state
order by receipt_number;

-- name: overlapping
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
order by other.receipt_number;

-- name: retry
update delivery
set name = :name, state = 'received', reason_code = null, reason_text = null
where receipt_number = :receipt_number;
