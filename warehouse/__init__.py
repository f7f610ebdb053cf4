"""The lake, its ledger, and the doors through which it is read.

In: `offered_files` and `unpacked_size` (which files are offered and may come in, how much each
holds unpacked), `landing` (raw bytes by their hash, each delivery with its receipt), `ledger`
(what happened to each delivery and load), `sifting` (which records are new, repeated or
contradicting), `load_transaction` (one load: written whole, or put back), `rehearsal` (a copy in
which a landing is tried).

There: `lake`, `shapes`, `quarantine`, `quality` (Delta tables and their columns, records that did
not get in, what stewards are shown), `engine` (the only place that opens a DuckDB file),
`build_record` (what a build was made from), `summary` (what is in the lake, counted).

Out: `publish`, `masked_tables`, `masking`, `pseudonym_tables` (a release for each role, and what
that role may see), `release`, `release_files`, `opening` (releases on disk, their files, how one
is opened), `reading`, `door`, `guard`, `guard_bounds`, `query_call`, `query_process`,
`query_hints`, `audit` (the guarded door for SQL), `durations` (as people and programs read them).

Under all of it: `layout`, `access`, `settings`, `durable`, `locks` (where things lie and who may
see them, what outlives a crash, one process at a time), `stopping`, `tethered` (whether this
process was told to end, programs that end with it).
"""
