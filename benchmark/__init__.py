"""The open benchmark on the simulated nation: who finds the most of what is wrong, honestly judged.

This house knows the outside formats and the published truth format. It knows the code lists of this
project, but none of its contracts of data, no lake and no model, so that an outsider's selection is
judged as ours are. Of the simulator it takes, outside `play`, what a check can see, which themes an
audit may have and how far back one reaches, the arguments and mechanisms of a nation and the mixing
of bits. Only `benchmark.truth` opens the truth. `realism` holds a folder of outside files against
published figures, `public` tries the learning on public data, `mechanisms` holds each mechanism
against its own story.

Judging: `outside_files`, `required_columns`, `outside`, `truth`, `world_note`, `nation` (the files
of a nation, its truth, whether both are of one, both joined), `kinds` (what a check sees and
costs), `selection_texts`, `selection`, `judgement` (what a policy sends in, which rows count),
`recovery`, `oracle`, `curves`, `score` (what is recovered, by who knows, by capacity, all of it),
`comparison` (two policies), `wording`, `results_page`, `told_contests`, `told_scores`, `arrays`,
`sums`, `listed_codes`, `broken_files`, `csv_headers`, `usable`.

Policies to compare with: `reference_policies`, `plain_trees`. Rounds that nobody can fit: `rounds`,
`told_rounds`, `round_arguments`.

The closed loop: `play`. What could be reached at all: `ceiling`.
"""
