"""Firms with an encouraged project: they import equipment under an exemption list (A43).

How many have one, and how much of their imports comes under it, are assumptions.
"""

from simulator.actors.kinds import COMMERCIAL, FIRM
from simulator.actors.traders import Traders
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools

UNDER_LIST_SHARE = 0.11
_PROJECT_SHARE = 0.08


def has_project(traders: Traders) -> Bools:
    """Return which traders have an exemption list, shape (n,)."""
    may: Bools = (traders.kind == FIRM) & (traders.trade == COMMERCIAL)
    return may & keyed.happens(traders.key, "encouraged project", _PROJECT_SHARE)
