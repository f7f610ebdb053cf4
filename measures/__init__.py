"""Figures and what chance does to them: imports nothing of ours, so all may use it."""
