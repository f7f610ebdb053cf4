"""A nation in a box: seeded and keyed, it writes the outside formats as other systems would.

What is here knows the outside formats only; it reads no contract, no lake and no adapter. Its
ground truth goes to a folder of its own that no house but the benchmark opens.

`keyed`: every fact is a pure function of what it is about and of its own name. `reference`,
`actors`: goods, prices, words, tariff by date, offices, calendar; traders, owners, brokers,
partners, officers. `trade`: the roster of a day, deals, what really comes, what is told of it,
values and duties. `mechanisms`: what goes wrong, one module each, and honest mistakes. `control`,
`chronicle`: lanes, checks, life cycle; the light pass that lives the world week by week, with its
audits. `cargo`, `revenue`, `settlement`, `exchange`: movement and devices; money; processing
balances; certificates, mirror statistics, messages. `sources`, `delivery`: rows of the outside
tables; their files: late, doubled, out of order, broken on request.
"""
