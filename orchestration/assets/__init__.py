"""The street as Dagster assets: they only wire, the work is done by the houses.

`landing`, `bronze`, `marts`, `published`, `learning`, `serving`: deliveries, tables, marts,
releases, models with their scores, lists and lanes. `keys`: their names; `lineage`: what a mart is
made from.
"""
