"""Intelligence: short messages that name a trader, a route, a code or a vehicle. Few are right.

About one in five names somebody who runs a scheme at that time; right and wrong ones are worded
alike, last equally long and come from the same places. Numbers are figures of our own.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.cargo.markings import container_numbers
from simulator.chronicle.living import Chronicle
from simulator.delivery.plan import DeliveryPlan, Receipt
from simulator.exchange.dated import send_dated
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, coded, dates
from simulator.kernel.glyphs import fixed, hexes, joined, listed
from simulator.kernel.keyed import Keys
from simulator.nation import Nation
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.offices import codes
from simulator.trade.deals import draw_traders_of

_A_YEAR, _FEWEST_A_YEAR, _YEAR_DAYS = 900, 24, 365.25
KINDS = ("TRADER", "HS", "ROUTE", "VEHICLE", "PERSON", "CONTAINER")
_KIND_SHARES = (0.38, 0.18, 0.16, 0.12, 0.1, 0.06)
# Only the first three kinds can name a scheme; so one message in five is right in all.
_NAMING_KINDS, _RIGHT_SHARE = 3, 0.28
_SOURCES = ("RILO", "KDL", "TINH BÁO HẢI QUAN", "CƠ QUAN THUẾ", "HẢI QUAN NƯỚC NGOÀI", "CƠ SỞ")
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
    rate = max(_A_YEAR * nation.scale, _FEWEST_A_YEAR) / _YEAR_DAYS
    day_key = keyed.derive(nation.root("intelligence"), "day", days)
    counts = keyed.poisson(day_key, "messages", rate)
    day = np.repeat(days, counts)
    place = np.arange(len(day)) - np.repeat(np.cumsum(counts) - counts, counts)
    key = keyed.derive(np.repeat(day_key, counts), "message", place)
    kind = keyed.choose(key, "kind", _KIND_SHARES)
    trader = _named_traders(nation, chronicle, key, day, kind < _NAMING_KINDS)
    offices = 1 + keyed.integers(key, "offices", 0, _MOST_OFFICES)
    habit = keyed.integers(key, "which habit", 0, nation.traders.office.shape[2])
    office = np.repeat(nation.traders.office[trader, 0, habit], offices)
    at = np.arange(len(office)) - np.repeat(np.cumsum(offices) - offices, offices)
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
            coded(_WARNINGS, keyed.integers(key, "warning", 0, len(_WARNINGS))).cast(pa.string()),
            ": ",
            value,
        ),
        "instruction": coded(
            _INSTRUCTIONS, keyed.integers(key, "instruction", 0, len(_INSTRUCTIONS))
        ),
        "offices": listed(named, offices),
        "classification": coded(_CLASSES, keyed.choose(key, "class", (6, 3, 1))),
    }


def _named_traders(
    nation: Nation, chronicle: Chronicle, key: Keys, day: Ints, may_be_right: Bools
) -> Ints:
    """Return the trader whom each message is about: one that runs a scheme for the right ones.

    The others are as active as anybody in that month: nobody who is not there yet is named.
    """
    anybody = draw_traders_of(nation, keyed.derive(key, "anybody"), day)
    if not len(nation.schemes) or not len(key):
        return anybody
    week = chronicle.states.week(day)
    traders, runner = nation.traders, nation.schemes.trader
    trades = (traders.founded_day[runner] <= day[:, None]) & (
        traders.closed_day[runner] > day[:, None]
    )
    runs = chronicle.states.active[:, week].T & trades
    so_far = np.cumsum(runs, axis=1)
    wanted = np.floor(keyed.uniform(key, "which scheme") * so_far[:, -1]).astype(np.int64) + 1
    scheme = np.argmax(so_far >= wanted[:, None], axis=1)
    right = may_be_right & keyed.happens(key, "right", _RIGHT_SHARE) & (so_far[:, -1] > 0)
    return np.where(right, runner[scheme], anybody)


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
        nation.actors.texts.tax_codes.take(pa.array(trader)),
        coded([f"{one:06d}" for one in nation.goods.hs6.tolist()], line).cast(pa.string()),
        pc.fill_null(route, ""),
        carriers.plates.take(pa.array(plate)),
        carriers.documents.take(pa.array(plate)),
        box,
    )
    return pc.choose(pa.array(kind), *named)
