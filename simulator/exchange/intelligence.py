"""Intelligence: short messages that name a trader, a route, a code or a vehicle. Few are right.

Whom they are about is drawn by `chronicle.tips`; right and wrong ones are worded alike, last
equally long and come from the same places. Numbers are assumptions.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo.markings import container_numbers
from simulator.chronicle.life import Chronicle
from simulator.chronicle.tips import KINDS, tips_of
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.exchange.dated import send_dated
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, dates, numbers_within
from simulator.kernel.glyphs import fixed, hexes, joined, listed
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.offices import codes

_SOURCES = ("RILO", "KDL", "TINH BÁO HẢI QUAN", "CƠ QUAN THUẾ", "HẢI QUAN NƯỚC NGOÀI", "CƠ SỞ")
# By `chronicle.tips.THEME_OF_WARNING`.
_WARNINGS = (
    "Nghi vấn khai thấp trị giá", "Nghi vấn khai sai mã số", "Nghi vấn giả mạo xuất xứ",
    "Nghi vấn giấu hàng trong lô hàng khai báo", "Nghi vấn khai thiếu lượng hàng",
    "Nghi vấn lợi dụng loại hình gia công, tạm nhập",
)  # fmt: skip
_INSTRUCTIONS = ("KIEM TRA HO SO", "SOI CHIEU", "KIEM TRA THUC TE", "THEO DOI", "KHONG DUNG LAI")
_CLASSES = ("THUONG", "HAN CHE", "MAT")
_TERMS = np.array([30, 60, 90, 180])
_MOST_OFFICES = 3


def publish_intelligence(plan: DeliveryPlan, nation: Nation, chronicle: Chronicle) -> list[Receipt]:
    """Write the intelligence of the days of a run."""
    days = np.arange(plan.first_day, plan.last_day + 1)
    moment, columns = intelligence(nation, chronicle, days)
    return send_dated(plan, "intelligence", moment, columns)


def intelligence(
    nation: Nation, chronicle: Chronicle, days: Ints
) -> tuple[Ints, dict[str, pa.Array]]:
    """Return when each message of some days comes, and its columns."""
    tips = tips_of(nation, chronicle.states, days)
    key, day, kind, trader = tips.key, tips.day, tips.kind, tips.trader
    offices = 1 + keyed.integers(key, "offices", 0, _MOST_OFFICES)
    habit = keyed.integers(key, "which habit", 0, nation.traders.office.shape[2])
    office = np.repeat(nation.traders.office[trader, 0, habit], offices)
    at = numbers_within(offices)
    other = keyed.derive(np.repeat(key, offices), "office", at)
    handling = np.flatnonzero(nation.offices.import_weight > 0)
    drawn = handling[keyed.integers(other, "other office", 0, len(handling))]
    office = np.where(at == 0, office, drawn)
    named = codes(nation.offices, office, np.repeat(day, offices)).cast(pa.string())
    length = _TERMS[keyed.integers(key, "term", 0, len(_TERMS))]
    value = _values(nation, key, trader, kind)
    moment = day * DAY_SECONDS + keyed.integers(key, "sent at", 25_200, 64_800)
    return moment, {
        "id": joined("TB", fixed(hexes(key, 12))),
        "issued": dates(day),
        "expires": dates(day + length),
        "source": coded(_SOURCES, keyed.integers(key, "source", 0, len(_SOURCES))),
        "subject.type": coded(KINDS, kind),
        "subject.value": value,
        "text": joined(
            coded(_WARNINGS, tips.warning).cast(pa.string()),
            ": ",
            value,
        ),
        "instruction": coded(
            _INSTRUCTIONS, keyed.integers(key, "instruction", 0, len(_INSTRUCTIONS))
        ),
        "offices": listed(named, offices),
        "classification": coded(_CLASSES, keyed.choose(key, "class", (6, 3, 1))),
    }


def _values(nation: Nation, key: Keys, trader: Ints, kind: Ints) -> pa.Array:
    """Return what each message names, in the words of its kind."""
    traders, countries = nation.traders, nation.countries
    carriers = nation.actors.carriers.home
    plate = keyed.integers(key, "vehicle", 0, len(carriers))
    line = traders.lines[trader, 0, 0, 0]
    country, office = traders.country[trader, 0, 0], traders.office[trader, 0, 0]
    ports = pa.array(nation.offices.port_code).take(pa.array(office))
    route = joined(coded(countries.codes, country).cast(pa.string()), "-", ports)
    box = fixed(container_numbers(key))
    named = (
        nation.actors.texts.codes_of(trader),
        coded([f"{one:06d}" for one in nation.goods.hs6.tolist()], line).cast(pa.string()),
        pc.fill_null(route, ""),
        carriers.plates.take(pa.array(plate)),
        carriers.documents.take(pa.array(plate)),
        box,
    )
    return pc.choose(pa.array(kind), *named)
