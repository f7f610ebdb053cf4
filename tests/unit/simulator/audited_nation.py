"""A nation of a year and a half that is audited more often than its scale would be."""

from simulator.mechanisms.loading import MECHANISMS
from simulator.nation import Nation, draw_nation

FIRST, DAYS, A_YEAR = 19_724, 546, 105  # 2024-01-02


def audited_nation() -> Nation:
    """Return it; its audits are A_YEAR a year where a test does not say otherwise."""
    return draw_nation(5, 0.02, (FIRST, FIRST + 180, FIRST + DAYS - 1), 0.01, MECHANISMS)
