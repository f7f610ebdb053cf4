"""Figures and what chance does to them: imports nothing of ours, so all may use it.

`counted` puts a count into words, `intervals` says how sure a rate, a share, a sum or a difference
is, `capacity` what a ranking finds when a share of the items can be inspected, `calibration` how
far probabilities are from what happened.
"""
