"""What people look at.

`page_spec` reads the pages, `datasets` what Superset knows of marts; `superset_files` makes of both
what Superset imports, `validate` checks it without Superset. `server` starts Superset, in whose own
environment `superset` runs: access, limits, the releases as a database. `reports` are workbooks.
"""
