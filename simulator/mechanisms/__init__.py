"""What goes wrong: planted mechanisms, one module each, and honest mistakes and oddities.

Depths, shares and spreads in these modules and in `plans.csv` are assumptions where no source is
named.
"""
