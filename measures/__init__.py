"""Figures and what chance does to them: imports nothing of ours, so all may use it.

`intervals`: of rates, sums and differences. `capacity`: what a ranking finds when only a share can
be inspected, with ties. `calibration`: how far probabilities are from what happened.
"""
