-- In the dialect of SQLite.

-- name: begin_load
insert into load (load_id, state, versions, started_at)
values (:load_id, 'loading', :versions, :started_at);

-- name: open_load
select
    max(case when state = 'loading' then load_id end) as load_id,
    max(case when state = 'loading' then versions end) as versions,
    coalesce(sum(state <> 'loading'), 0) as closed_count
from load;

-- name: set_state
update delivery
set state = :state, reason_code = :reason_code, reason_text = :reason_text, load_id = :load_id
where receipt_number = :receipt_number;

-- name: clear_counts
delete from delivery_count where receipt_number = :receipt_number;

-- name: add_count
insert into delivery_count values
(:receipt_number, :table_name, :accepted, :quarantined, :repeated, :conflicted);

-- name: move_count
update delivery_count
set
    accepted = accepted - :count,
    quarantined = quarantined + :count,
    conflicted = conflicted + :count
where receipt_number = :receipt_number and table_name = :table_name;

-- name: absorb_count
update delivery_count
set accepted = accepted - :count, repeated = repeated + :count
where receipt_number = :receipt_number and table_name = :table_name;

-- name: close_load
update load
set state = :state, versions_after = :versions_after, ended_at = :ended_at
where load_id = :load_id;

-- name: simulated_sources
select distinct source
from delivery
where is_simulated = 1 and state = 'accepted'
order by source;

-- name: states
select
    source,
    state,
    count(*) as files,
    sum(size_bytes) as size_bytes,
    max(received_at) as last_received_at
from delivery
group by source, state
order by source, state;

-- name: table_counts
select
    delivery_count.table_name,
    sum(delivery_count.accepted) as accepted,
    sum(delivery_count.quarantined) as quarantined,
    sum(delivery_count.repeated) as repeated
from delivery_count
inner join delivery on delivery_count.receipt_number = delivery.receipt_number
where delivery.state = 'accepted'
group by delivery_count.table_name
order by delivery_count.table_name;

-- name: last_day
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
limit 1;

-- name: names
select
    receipt_number,
    name,
    state = 'withdrawn' as is_withdrawn
from delivery;
