"""The only house that sees all the others.

`operations`: what needs several houses, put together; commands and assets both call it. `cli`: the
command line. `assets`, `checks`, `definitions`, `failures`, `resources`, `settings`: the same
street in Dagster (its assets, what they have to show, the code location, which error is tried
again, what assets are given, how the street is run). `environment`: which variables are ours.
"""
