"""The words that say what sort of trader somebody is."""

import numpy as np

from simulator.kernel.arrays import Bools, Floats, Ints

FIRM, HOUSEHOLD, PERSON = range(3)
KINDS = ("DN", "HKD", "CN")
COMMERCIAL, PROCESSING, EXPORT_PRODUCTION, EXPORT_ZONE = range(4)
LIMITED, SHARES, FOREIGN, ZONE, BUSINESS_HOUSEHOLD = range(5)
COMPANY_TYPES = ("TNHH", "CP", "FDI", "DNCX", "HKD")
HABITS, HABIT_LINES = 6, 4
FAR = 10**9
INCOTERMS = ("CIF", "FOB", "CFR", "EXW", "FCA", "DAP", "CIP", "CPT", "DDP")
# Terms under which the invoice holds no freight to the first port.
IS_WITHOUT_FREIGHT: Bools = np.isin(INCOTERMS, ("FOB", "EXW", "FCA"))
AIR, CONTAINER, BULK_SHIP, ROAD, RAIL, RIVER, OTHER = 1, 2, 3, 4, 5, 6, 9

SECTORS = (
    "food", "minerals", "chemicals", "plastics", "wood", "textiles", "metals", "machinery",
    "vehicles", "other",
)  # fmt: skip
_LAST_CHAPTERS = (24, 27, 38, 40, 49, 67, 83, 85, 89, 99)
# Sector of each chapter of the Harmonized System, shape (100,); chapter 0 does not exist.
SECTOR_OF_CHAPTER: Ints = np.searchsorted(np.array(_LAST_CHAPTERS), np.arange(100)).astype(np.int64)

# VSIC classes (Decision 27/2018/QD-TTg) of who makes and who deals in the goods of each sector.
INDUSTRIES = (
    "1020", "1920", "2029", "2220", "1629", "1410", "2592", "2610", "2930", "3100",
    "4632", "4661", "4669", "4649", "4663", "4641", "4662", "4652", "4530", "4690",
)  # fmt: skip

# What each trade exports, by sector: how much likelier than its share (figures of our own).
EXPORT_AFFINITY: Floats = np.array([
    (6.0, 6.0, 3.0, 1.5, 3.0, 0.8, 2.0, 0.6, 1.5, 1.0),
    (0.4, 0.0, 0.3, 0.8, 1.0, 9.0, 0.6, 0.8, 0.5, 1.0),
    (2.5, 0.1, 0.8, 2.0, 3.0, 2.5, 2.0, 1.5, 2.0, 3.0),
    (0.1, 0.0, 0.5, 1.5, 0.5, 1.5, 1.0, 6.0, 2.0, 2.0),
])  # fmt: skip
