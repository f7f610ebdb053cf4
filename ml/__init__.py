"""Learning: models as values, what each foresees, and why. Only the published release is read.

A model: `model` (name, features, inputs, target, systems, labels, parameters), `models` (each in a
module of its own), `inputs` (the columns that features may read, and the statement that gives
them), `labels` (what an inspection says, and when it counts), `features` (by subject, with their
definition, their fingerprint and the matrix).

Learning: `extraction` (labelled items and their inputs, a month at a time), `splits` (by time
only), `training_set` (the arrays), `train` (the trees), `calibrate` (from margin to probability),
`baselines`, `evaluate` (the last quarter, beside what a model has to beat), `comparison` (with the
model in use, on the same items), `learning` (all of it, in order), `bundle` (the trained model on
disk).

Use: `scoring` (margins and contributions), `batch_scoring` (all current items, month by month),
`reasons` (contributions in words), `targets` (whom to audit after clearance, with amounts), `lanes`
(the service that decides on one declaration).
"""
