"""Who grants licences."""

import datetime as dt

import numpy as np

from simulator.reference.calendar import to_day
from simulator.reference.goods import LICENCES
from simulator.reference.ministries import licensing_body

REAL = {
    "Bộ Y tế", "Bộ Công Thương", "Bộ Tài nguyên và Môi trường", "Bộ Nông nghiệp và Môi trường",
    "Bộ Nông nghiệp và Phát triển nông thôn", "Bộ Thông tin và Truyền thông",
    "Bộ Khoa học và Công nghệ", "Ngân hàng Nhà nước Việt Nam",
}  # fmt: skip


def _bodies(*moment: int) -> dict[str, str]:
    every = np.arange(len(LICENCES))
    names = licensing_body(every, np.full(len(every), to_day(dt.date(*moment)))).to_pylist()
    return dict(zip(LICENCES, names, strict=True))


def test_every_licence_has_a_real_ministry_before_and_after_the_merger() -> None:
    before, after = _bodies(2025, 2, 28), _bodies(2025, 3, 1)
    assert set(before.values()) | set(after.values()) == REAL
    changed = {name for name in LICENCES if before[name] != after[name]}
    assert changed == {"SCRAP", "CITES", "RADIO", "PESTICIDE"}
    assert after["RADIO"] == "Bộ Khoa học và Công nghệ"
