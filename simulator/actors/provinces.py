"""Provinces: their codes in the statistics, in tax codes and on plates, and how much they trade.

Codes of the statistics: Decision 124/2004/QD-TTg; 63 provinces as before July 2025, which the
registry keeps. Shares of exports of the eight largest are published (nine months of 2024, together
63 %); all other weights are typical figures of our own.
"""

from typing import NamedTuple

import numpy as np

from simulator.kernel.arrays import Floats, Ints

NORTH, CENTRE, SOUTH = range(3)


class Province(NamedTuple):
    """A province.

    Attributes:
        name: In Vietnamese.
        code: Two digits of the statistics; with a 0 before them they begin a citizen's number.
        tax_prefix: First two digits of tax codes given out there.
        plates: Number-plate codes.
        part: NORTH, CENTRE or SOUTH.
        department: First two digits of its customs offices.
        traders: Weight by number of trading firms.
        exports: Weight by exports.
    """

    name: str
    code: str
    tax_prefix: int
    plates: tuple[int, ...]
    part: int
    department: str
    traders: float
    exports: float


PROVINCES = (
    Province("Hà Nội", "01", 1, (29, 30), NORTH, "01", 20.0, 4.7),
    Province("TP Hồ Chí Minh", "79", 3, (50, 51, 54, 59), SOUTH, "02", 26.0, 11.45),
    Province("Hải Phòng", "31", 2, (15, 16), NORTH, "03", 4.2, 7.4),
    Province("Đà Nẵng", "48", 4, (43,), CENTRE, "34", 1.6, 0.7),
    Province("Cần Thơ", "92", 18, (65,), SOUTH, "54", 0.6, 0.6),
    Province("Hà Giang", "02", 51, (23,), NORTH, "10", 0.15, 0.05),
    Province("Cao Bằng", "04", 48, (11,), NORTH, "11", 0.4, 0.1),
    Province("Bắc Kạn", "06", 47, (97,), NORTH, "11", 0.05, 0.03),
    Province("Tuyên Quang", "08", 50, (22,), NORTH, "10", 0.1, 0.05),
    Province("Lào Cai", "10", 53, (24,), NORTH, "13", 0.9, 0.6),
    Province("Điện Biên", "11", 56, (27,), NORTH, "12", 0.05, 0.03),
    Province("Lai Châu", "12", 62, (25,), NORTH, "12", 0.05, 0.02),
    Province("Sơn La", "14", 55, (26,), NORTH, "12", 0.1, 0.06),
    Province("Yên Bái", "15", 52, (21,), NORTH, "01", 0.15, 0.1),
    Province("Hoà Bình", "17", 54, (28,), NORTH, "01", 0.25, 0.4),
    Province("Thái Nguyên", "19", 46, (20,), NORTH, "18", 0.8, 7.3),
    Province("Lạng Sơn", "20", 49, (12,), NORTH, "15", 1.6, 0.9),
    Province("Quảng Ninh", "22", 57, (14,), NORTH, "20", 1.5, 1.0),
    Province("Bắc Giang", "24", 24, (98,), NORTH, "18", 1.7, 7.5),
    Province("Phú Thọ", "25", 26, (19,), NORTH, "01", 0.8, 2.6),
    Province("Vĩnh Phúc", "26", 25, (88,), NORTH, "01", 1.2, 2.4),
    Province("Bắc Ninh", "27", 23, (99,), NORTH, "18", 3.2, 9.9),
    Province("Hải Dương", "30", 8, (34,), NORTH, "03", 1.8, 3.1),
    Province("Hưng Yên", "33", 9, (89,), NORTH, "03", 2.0, 2.0),
    Province("Thái Bình", "34", 10, (17,), NORTH, "03", 0.9, 0.9),
    Province("Hà Nam", "35", 7, (90,), NORTH, "28", 1.0, 1.9),
    Province("Nam Định", "36", 6, (18,), NORTH, "28", 0.9, 1.0),
    Province("Ninh Bình", "37", 27, (35,), NORTH, "28", 0.5, 1.1),
    Province("Thanh Hoá", "38", 28, (36,), NORTH, "27", 0.9, 1.6),
    Province("Nghệ An", "40", 29, (37,), CENTRE, "29", 0.8, 0.9),
    Province("Hà Tĩnh", "42", 30, (38,), CENTRE, "30", 0.3, 0.6),
    Province("Quảng Bình", "44", 31, (73,), CENTRE, "31", 0.15, 0.1),
    Province("Quảng Trị", "45", 32, (74,), CENTRE, "32", 0.2, 0.1),
    Province("Thừa Thiên Huế", "46", 33, (75,), CENTRE, "33", 0.4, 0.4),
    Province("Quảng Nam", "49", 40, (92,), CENTRE, "60", 0.5, 0.6),
    Province("Quảng Ngãi", "51", 43, (76,), CENTRE, "35", 0.3, 0.7),
    Province("Bình Định", "52", 41, (77,), CENTRE, "37", 0.7, 0.5),
    Province("Phú Yên", "54", 44, (78,), CENTRE, "37", 0.15, 0.1),
    Province("Khánh Hoà", "56", 42, (79,), CENTRE, "41", 0.7, 0.5),
    Province("Ninh Thuận", "58", 45, (85,), CENTRE, "41", 0.1, 0.05),
    Province("Bình Thuận", "60", 34, (86,), SOUTH, "47", 0.3, 0.2),
    Province("Kon Tum", "62", 61, (82,), CENTRE, "38", 0.05, 0.05),
    Province("Gia Lai", "64", 59, (81,), CENTRE, "38", 0.2, 0.2),
    Province("Đắk Lắk", "66", 60, (47,), CENTRE, "40", 0.4, 0.4),
    Province("Đắk Nông", "67", 64, (48,), CENTRE, "40", 0.1, 0.2),
    Province("Lâm Đồng", "68", 58, (49,), SOUTH, "40", 0.5, 0.3),
    Province("Bình Phước", "70", 38, (93,), SOUTH, "61", 0.8, 1.2),
    Province("Tây Ninh", "72", 39, (70,), SOUTH, "45", 1.2, 2.1),
    Province("Bình Dương", "74", 37, (61,), SOUTH, "43", 9.5, 8.5),
    Province("Đồng Nai", "75", 36, (60, 39), SOUTH, "47", 5.2, 5.9),
    Province("Bà Rịa - Vũng Tàu", "77", 35, (72,), SOUTH, "51", 1.3, 1.6),
    Province("Long An", "80", 11, (62,), SOUTH, "48", 3.2, 2.3),
    Province("Tiền Giang", "82", 12, (63,), SOUTH, "48", 0.7, 1.6),
    Province("Bến Tre", "83", 13, (71,), SOUTH, "48", 0.35, 0.5),
    Province("Trà Vinh", "84", 21, (84,), SOUTH, "54", 0.15, 0.2),
    Province("Vĩnh Long", "86", 15, (64,), SOUTH, "54", 0.3, 0.3),
    Province("Đồng Tháp", "87", 14, (66,), SOUTH, "49", 0.5, 0.5),
    Province("An Giang", "89", 16, (67,), SOUTH, "50", 0.5, 0.4),
    Province("Kiên Giang", "91", 17, (68,), SOUTH, "53", 0.4, 0.3),
    Province("Hậu Giang", "93", 63, (95,), SOUTH, "54", 0.15, 0.3),
    Province("Sóc Trăng", "94", 22, (83,), SOUTH, "54", 0.25, 0.5),
    Province("Bạc Liêu", "95", 19, (94,), SOUTH, "59", 0.15, 0.3),
    Province("Cà Mau", "96", 20, (69,), SOUTH, "59", 0.3, 0.4),
)
NAMES = tuple(province.name for province in PROVINCES)
CODES = tuple(province.code for province in PROVINCES)
PARTS: Ints = np.array([province.part for province in PROVINCES], dtype=np.int64)
TAX_PREFIXES: Ints = np.array([province.tax_prefix for province in PROVINCES], dtype=np.int64)
BY_TRADERS: Floats = np.array([province.traders for province in PROVINCES])
BY_EXPORTS: Floats = np.array([province.exports for province in PROVINCES])


def part_of_department(department: str) -> int:
    """Return NORTH, CENTRE or SOUTH for the first two digits of an office code."""
    parts = [province.part for province in PROVINCES if province.department == department]
    return parts[0] if parts else SOUTH
