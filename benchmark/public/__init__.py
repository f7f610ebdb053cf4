"""Evaluation of the learning on public data sets, apart from the lake."""
