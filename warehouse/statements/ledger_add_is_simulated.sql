-- A ledger from before the column: none of its deliveries counts as simulated.
alter table delivery add column is_simulated integer not null default 0;
