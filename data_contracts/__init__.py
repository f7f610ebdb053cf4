"""What a table is: contracts, code lists and everything that is derived from them.

Said: `columns` (the dictionary of columns and kinds of record), `loading` (contracts from their
files), `model` (a contract and its fields as values), `code_lists` (codes and crosswalks), `rules`
(what a value must be), `reasons` (why a record is refused), `units` (what a column's name
promises), `text_forms` (how outside formats write a type).

Judged: `validation` (whether the contracts are right and agree), `compatibility` (what changed
between two states, and whether readers break).

Derived: `to_checks` (the check pass), `to_python` (what the lane door asks), `to_expectations`
(Great Expectations), `to_arrow` (Arrow schemas), `to_dbt` (dbt's sources, marts and macros),
`to_odcs` (documents for others), `to_dictionary` (the data dictionary), `generated_files` and
`generated_text` (which files these are, how they are brought up to date and look).

For every house: `errors`, `office_time` (the clock of an office), `finding` (what a probability of
ours says), `simulated` (the mark of made-up data), `statements` (SQL beside its module),
`places` (what lies where a file was expected), `json_files`,
`yaml_files` (files of our own, read so that a broken one says where).
"""
