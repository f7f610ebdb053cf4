-- In the dialect of SQLite.

-- name: schema
-- All or nothing: where the disk is full there is no table, and readers know it for empty.
begin immediate;

create table if not exists delivery (
    receipt_number integer primary key,
    sha256 text not null,
    source text not null,
    -- What the name says of the bytes: with them and the source it makes the delivery.
    meaning text not null,
    name text not null,
    size_bytes integer not null,
    received_at text not null,
    state text not null default 'received'
        check (state in ('received', 'accepted', 'not_applicable', 'refused', 'withdrawn')),
    reason_code text,
    reason_text text,
    load_id text,
    is_simulated integer not null default 0
) strict;

-- One that was taken back may come again, as another delivery.
create unique index if not exists delivery_standing on delivery (sha256, source, meaning)
where state <> 'withdrawn';

create index if not exists delivery_by_state on delivery (state, source);

create table if not exists delivery_count (
    receipt_number integer not null references delivery (receipt_number),
    table_name text not null,
    accepted integer not null check (accepted >= 0),
    quarantined integer not null check (quarantined >= 0),
    repeated integer not null check (repeated >= 0),
    conflicted integer not null check (conflicted >= 0),
    primary key (receipt_number, table_name)
) strict, without rowid;

-- Every source and name under which a content was seen; a duplicate is one more sighting.
create table if not exists delivery_name (
    receipt_number integer not null references delivery (receipt_number),
    source text not null,
    name text not null,
    first_seen_at text not null,
    last_seen_at text not null,
    seen_count integer not null,
    primary key (receipt_number, source, name)
) strict, without rowid;

create index if not exists delivery_name_by_name on delivery_name (name, source);

create table if not exists load (
    load_id text primary key,
    state text not null check (state in ('loading', 'loaded', 'rolled_back')),
    versions text not null,
    versions_after text,
    started_at text not null,
    ended_at text
) strict;

-- One landing at a time, so at most one load is open.
create unique index if not exists load_open on load (state) where state = 'loading';

create table if not exists receipt_sequence (
    only_row integer primary key check (only_row = 1),
    last_number integer not null
) strict;

insert or ignore into receipt_sequence values (1, 0);

commit;

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
