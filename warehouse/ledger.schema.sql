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
