"""A nation in a box: seeded and keyed, it writes the outside formats as other systems would.

What is here knows the outside formats only; it reads no contract, no lake and no adapter. Its
ground truth goes to a folder of its own that no house but the benchmark opens.

Layer on layer, each knows those before it alone (import-linter holds it). `kernel`: every fact is a
pure function of what it is about and of its own name (`keyed`). `delivery`: the files of outside
tables: late, doubled, out of order, broken on request; it knows nobody. `reference`, `actors`:
goods, prices, words, tariff by date, offices, calendar; traders, owners, brokers, partners,
officers. `cargo`: movement and devices. `setting`, `mechanisms`, `nation`: all that stays the same;
what goes wrong, one module each, and honest mistakes; both. `trade`: the roster of a day, deals,
what really comes, what is told of it, values and duties. `control`, `chronicle`: lanes, checks,
life cycle; the light pass that lives the world week by week, with its audits. `block`, `papers`:
what some days bring, and what all tables share of it. `revenue`, `settlement`, `exchange`: money;
processing balances; certificates, mirror statistics, messages. Each house writes the outside tables
of its own subject (codes in `reference`, bills and gates in `cargo`), `sources` those of the
national systems: declarations, control, registry, ledgers. `world` writes a nation with them.
"""
