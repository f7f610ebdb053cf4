"""Evaluation of the learning on public data sets, apart from the lake.

`korea`: both figures of the Korean declarations. `korea_rows`, `korea_encodings`, `korea_metrics`:
their rows as read, what was known of such goods the day before, ranking figures by goods tuple.
"""
