"""What offices report each month for the programme's targets: `thutuc`, `hosocv` and `thietbi`.

Dossiers of the first procedure are the declarations of the month, or what the nation lets expect
where the month is not wholly written; the others go with them. How many a thousand declarations
bring, and the share of each level that is handled online, are assumptions, as are work dossiers
(420,000 a month at scale 1) and equipment (as a nation of any scale has it). The
programme wants all procedures at the highest level, 95 % of documents as data and 90 % of work
dossiers online by 2025. A month is told after its end.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from simulator.block import Block
from simulator.delivery.outbox import Outbox
from simulator.delivery.partial_sums import add_parts, added_up, leave_part
from simulator.delivery.plan import DeliveryPlan
from simulator.kernel import keyed
from simulator.kernel.arrays import Floats, Ints, coded, constant, dates, whole
from simulator.nation import Nation
from simulator.reference.calendar import first_day_of, to_date, year_month
from simulator.reference.lists import rows_of
from simulator.reference.offices import REORGANISED, ROLES, codes
from simulator.sources.registry_tables import Columns

DEVICES = ("CAM", "SOI_HANG", "SOI_HANH_LY", "CAN", "CONG_DT")
_WORK_DOSSIERS_A_MONTH, _SECRET_SHARE = 420_000, 0.02
# Share handled online by level 1 to 4 at the start of 2024, and how the rest shrinks in a year.
_ONLINE_SHARES, _REST_A_YEAR = np.array([0.03, 0.35, 0.86, 0.975]), 0.75
_WORK_ONLINE_SHARE = 0.86
_FIRST_MONTH = 54 * 12
_SUMS = "declaration_sums"
# Mean number of each of DEVICES at a site of usual traffic, and the share of sites that have any.
_USUAL_DEVICES, _HAS_SHARE = (
    np.array([18.0, 0.8, 0.6, 1.6, 2.4]),
    np.array([0.97, 0.25, 0.2, 0.6, 0.45]),
)
_CONNECTED_SHARES, _KEY_SITES_SHARE = (0.45, 0.7), 0.3
_INSTALLED_DAYS = (18_262, 19_723)  # 2020-01-01 and 2024-01-01


def programme_months(nation: Nation) -> range:
    """Return the months that are told: from the one before the days written to the last whole."""
    ends = year_month(np.array([nation.written_from, nation.last_day + 1]))
    return range(int(ends[0]) - 1, int(ends[1]))


def put_declaration_sums(outbox: Outbox, nation: Nation, block: Block) -> None:
    """Leave how many declarations of a block each office registered by month."""
    if not outbox.wants("thutuc"):
        return
    offices = len(nation.offices.names)
    cell = year_month(block.batch.roster.day) * offices + block.batch.deals.office
    codes, (count,) = added_up(cell, [np.ones_like(cell)])
    month = codes // offices
    first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    leave_part(outbox, _SUMS, first, {"office": codes % offices, "count": count})


def programme_tables(nation: Nation, plan: DeliveryPlan) -> Iterator[tuple[str, int, Columns]]:
    """Yield table, first day of the month and columns of every report.

    Args:
        nation: The nation.
        plan: The plan of the run; all its blocks must be closed.
    """
    for month in programme_months(nation):
        day = first_day_of(month)
        yield "thutuc", day, procedure_columns(nation, month, _registered(nation, plan, day))
        yield "hosocv", day, work_columns(nation, month)
        yield "thietbi", day, equipment_columns(nation, month)


def _registered(nation: Nation, plan: DeliveryPlan, first_day: int) -> Ints | None:
    """Return the declarations of each office in a month, None where it is not wholly written."""
    if first_day < nation.written_from:
        return None
    office, (count,) = add_parts(plan, _SUMS, (first_day, first_day), "office", ("count",))
    return np.bincount(office, count, minlength=len(nation.offices.names)).astype(np.int64)


def _month_text(month: int) -> str:
    return f"{to_date(first_day_of(month)):%Y-%m}"


def _declarations(nation: Nation, month: int) -> Floats:
    """Return how many declarations each office may expect in a month."""
    days = np.arange(first_day_of(month), first_day_of(month + 1)) - nation.first_day
    loads = nation.clock.loads[np.clip(days, 0, len(nation.clock.loads) - 1)]
    weights = (nation.offices.import_weight, nation.offices.export_weight)
    share: Floats = sum((one / one.sum() for one in weights), np.zeros(1)) / 2
    expected: Floats = share * loads.sum()
    return expected


def _online(base: Floats, month: int) -> Floats:
    years = (month - _FIRST_MONTH) / 12
    share: Floats = np.clip(1 - (1 - base) * _REST_A_YEAR**years, 0.0, 0.999)
    return share


def _binomial(key: keyed.Keys, name: str, count: Ints, share: Floats) -> Ints:
    """Return how many of some dossiers are of a kind, by the normal limit."""
    spread = np.sqrt(count * share * (1 - share)) * keyed.normal(key, name)
    return np.clip(np.rint(count * share + spread), 0, count).astype(np.int64)


def procedure_columns(nation: Nation, month: int, registered: Ints | None) -> Columns:
    """Return `thutuc` of a month: dossiers by procedure and office, in all and online.

    Args:
        nation: The nation.
        month: Months since 1970-01.
        registered: Declarations of each office in the month, None where nobody has counted them.
    """
    listed = rows_of("procedures.csv", "simulator.sources")
    expected, offices = _declarations(nation, month), nation.offices
    expected = expected if registered is None else registered.astype(np.float64)
    day = first_day_of(month)
    units, mine = _units(nation, day)
    by_unit = np.bincount(mine, expected, minlength=len(units))
    known = codes(offices, np.arange(len(expected)), np.full(len(expected), day)).to_pylist()
    places, group = np.unique(np.array(known), return_inverse=True)
    by_office = np.bincount(group, expected)
    parts = []
    for number, one in enumerate(listed):
        where, load = (places, by_office) if one["at"] == "office" else (np.array(units), by_unit)
        wanted = load * float(one["per_thousand"]) / 1_000
        parts.append((np.full(len(load), number), where, wanted))
    turn, place, mean = (np.concatenate(column) for column in zip(*parts, strict=True))
    key = keyed.derive(
        keyed.derive(nation.root("procedures"), "month", month)[0], "cell", np.arange(len(turn))
    )
    is_counted = (turn == 0) & (registered is not None)
    count = np.where(is_counted, np.rint(mean), keyed.poisson(key, "dossiers", mean))
    count = count.astype(np.int64)
    level = np.array([int(one["level"]) for one in listed])[turn]
    share = _online(_ONLINE_SHARES[level - 1], month)
    rows = np.flatnonzero(count)
    return {
        "THANG": constant(_month_text(month), len(rows)),
        "MA_TT": coded([one["code"] for one in listed], turn[rows]),
        "MA_HQ": pa.array(place[rows].tolist(), pa.string()),
        "MUC_DO": whole(level[rows]),
        "SO_HS": whole(count[rows]),
        "SO_HS_DT": whole(_binomial(key, "online", count, share)[rows]),
    }


def _units(nation: Nation, day: int) -> tuple[list[str], Ints]:
    """Return departments, or regions since the reorganisation, and that of each office."""
    names = nation.offices.region if day >= REORGANISED else nation.offices.department
    units, mine = np.unique(np.array(names), return_inverse=True)
    return units.tolist(), mine


def work_columns(nation: Nation, month: int) -> Columns:
    """Return `hosocv` of a month: work dossiers by unit, those online and the secret ones."""
    units, mine = _units(nation, first_day_of(month))
    size = np.bincount(mine, np.sqrt(_declarations(nation, month)), minlength=len(units))
    mean = size / size.sum() * _WORK_DOSSIERS_A_MONTH * nation.scale
    key = keyed.derive(
        keyed.derive(nation.root("work dossiers"), "month", month)[0],
        "unit", np.arange(len(units)),
    )  # fmt: skip
    count = keyed.poisson(key, "dossiers", mean)
    secret = _binomial(key, "secret", count, np.full(len(count), _SECRET_SHARE))
    share = _online(np.full(len(count), _WORK_ONLINE_SHARE), month)
    rows = np.flatnonzero(count)
    return {
        "THANG": constant(_month_text(month), len(rows)),
        "MA_DV": coded(units, rows),
        "SO_HS": whole(count[rows]),
        "SO_HS_DT": whole(_binomial(key, "online", count - secret, share)[rows]),
        "SO_HS_MAT": whole(secret[rows]),
    }


def equipment_columns(nation: Nation, month: int) -> Columns:
    """Return `thietbi` as it stands at the end of a month: devices of the sites of gate offices."""
    offices = nation.offices
    gates = np.flatnonzero(offices.role == ROLES.index("CK"))
    sites, site_of = np.unique(np.array(offices.port_code)[gates], return_inverse=True)
    traffic = np.bincount(site_of, (offices.import_weight + offices.export_weight)[gates])
    is_key_site = traffic >= np.quantile(traffic, 1 - _KEY_SITES_SHARE)
    stage, site, device = (
        part.ravel() for part in np.indices((len(_INSTALLED_DAYS), len(sites), len(DEVICES)))
    )
    key = keyed.derive(nation.root("equipment"), "site", site * len(DEVICES) + device)
    size = (1 + traffic[site] / np.median(traffic)) ** 0.35
    number = np.maximum(keyed.poisson(key, "devices", _USUAL_DEVICES[device] * size), 1)
    begins = np.array(_INSTALLED_DAYS)[stage] + keyed.integers(key, "begins", 0, 700)
    more = number + keyed.integers(key, "more", 0, 3)
    count = np.where(stage > 0, more, number)
    share = np.array(_CONNECTED_SHARES)[stage] * (0.6 + 0.8 * keyed.uniform(key, "connected"))
    ends = np.where(stage > 0, begins, np.roll(begins, -len(sites) * len(DEVICES))) - 1
    today = first_day_of(month + 1) - 1
    is_there = keyed.happens(key, "has", _HAS_SHARE[device] + 0.5 * is_key_site[site])
    rows = np.flatnonzero(is_there & (begins <= today))
    return {
        "MA_DD": pa.array(sites[site[rows]].tolist(), pa.string()),
        "LOAI": coded(DEVICES, device[rows]),
        "TU_NGAY": dates(begins[rows]),
        "SO_LUONG": whole(count[rows]),
        "SO_KET_NOI": whole(np.minimum(np.rint(count * share), count).astype(np.int64)[rows]),
        "DEN_NGAY": dates(ends[rows], (stage[rows] > 0) | (ends[rows] > today)),
        "TRONG_DIEM": whole(is_key_site[site[rows]].astype(np.int64)),
    }
