"""Features by subject: vectorised functions of the input columns.

`declaration`, `goods`, `trader`, `valuation`: the subjects. `arithmetic`: ratios and logarithms
with one meaning of null. `definition`: what a feature is, and Arrow into numpy. `fingerprint`: the
identity of a set of features. `matrix`: from columns to what the trees see.
"""
