"""The light pass: lives the world week by week and decides what the days then only carry out."""
