"""The street as Dagster assets: they only wire, the work is done by the houses."""
