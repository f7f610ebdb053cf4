"""Which ministry grants a licence, by the day it is granted: a merger gave two a new name."""

from datetime import date

import pyarrow as pa

from simulator.kernel.arrays import Ints, coded
from simulator.reference.calendar import to_day
from simulator.reference.goods import LICENCES

# The government of fourteen ministries took office (Resolution 176/2025/QH15).
MERGED_DAY = to_day(date(2025, 3, 1))
_TRADE, _BANK = "Bộ Công Thương", "Ngân hàng Nhà nước Việt Nam"
_FARMING = ("Bộ Nông nghiệp và Phát triển nông thôn", "Bộ Nông nghiệp và Môi trường")
# The name until the merger and since.
_GRANTED_BY = {
    "MEDICINE": ("Bộ Y tế", "Bộ Y tế"),
    "CHEMICAL": (_TRADE, _TRADE),
    "PRECURSOR": (_TRADE, _TRADE),
    "SCRAP": ("Bộ Tài nguyên và Môi trường", _FARMING[1]),
    "CITES": _FARMING,
    "TOBACCO": (_TRADE, _TRADE),
    "ALCOHOL": (_TRADE, _TRADE),
    "QUOTA": (_TRADE, _TRADE),
    "GOLD": (_BANK, _BANK),
    "RADIO": ("Bộ Thông tin và Truyền thông", "Bộ Khoa học và Công nghệ"),
    "PESTICIDE": _FARMING,
    "PETROLEUM": (_TRADE, _TRADE),
}
_NAMES = [name for licence in LICENCES for name in _GRANTED_BY[licence]]


def licensing_body(licence: Ints, granted: Ints) -> pa.Array:
    """Return who grants each licence, as dictionary text.

    Args:
        licence: Positions in LICENCES.
        granted: Day of each licence, days since 1970.
    """
    return coded(_NAMES, 2 * licence + (granted >= MERGED_DAY))
