"""Rows of `trader_registry` beside the traders themselves, and every month's snapshot of all.

A snapshot is taken on the first day of its month; contracts notified during a month are in its
list, as their numbers are used at once. The value-risk list (Decision of each year) holds from the
first to the last day of a year.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from simulator.actors.kinds import EXPORT_PRODUCTION, FAR, FIRM, PROCESSING
from simulator.actors.lives import Lives
from simulator.actors.partners import partner_names
from simulator.chronicle.record import Record
from simulator.chronicle.service_levels import service_levels
from simulator.chronicle.violations import ACTS, GROUP_OF_ACT, Violations
from simulator.control.lifecycle import NEVER
from simulator.control.overdue import NO_DECLARATION
from simulator.kernel import keyed
from simulator.kernel.arrays import (
    Bools,
    Ints,
    coded,
    constant,
    dates,
    decimals,
    numbered,
    texts,
    whole,
)
from simulator.nation import Nation
from simulator.papers.paper import (
    as_text,
    base_numbers,
    country_texts,
    sanction_numbers,
)
from simulator.reference.calendar import first_day_of, new_year, to_date, year_month, year_of
from simulator.reference.goods import UNITS
from simulator.reference.regimes import EXPORT
from simulator.reference.value_control import list_prices
from simulator.sources.other_agencies import inspection_plan_columns, other_violation_columns
from simulator.sources.registry_tables import (
    Columns,
    RegistryView,
    chusohuu_month,
    cosx_month,
    dn_month,
    xephang_table,
)
from simulator.sources.vcis_items import contract_numbers
from simulator.trade.scheme_states import FAR_DAY, SchemeStates, opened_days

# A month at least: trade is drawn by the month, and nobody trades before it is registered.
_LEAD_DAYS, _FADE_DAYS = (31, 73), (5, 120)
_UNTRACED_AFTER_DAYS = 60
_CONTRACT_LEAD_DAYS, _CONTRACT_REST_DAYS = 40, 60
# Rulings hold three years; this, how many there are and of what kind are assumptions.
_RULINGS_A_TRADER, _FEWEST_RULINGS, _RULING_DAYS = 0.003, 5, 1_096
_RULING_KINDS, _RULING_WEIGHTS = ("HS", "TG", "XX"), (80, 6, 14)


def view_of(nation: Nation, states: SchemeStates) -> RegistryView:
    """Return what the registry knows of the firms that closed, came back or cannot be found.

    A firm is founded some weeks before it trades, a successor as well; the firm before it is
    closed, or found not to be at its address, some weeks after. A firm whose scheme ends in
    vanishing is suspended.
    """
    traders = nation.traders
    reborn = np.flatnonzero((states.reborn_day < FAR_DAY) & (traders.successor >= 0))
    closed = traders.closed_day.copy()
    opened = opened_days(traders, states)
    lead = keyed.integers(traders.key, "founded before", *_LEAD_DAYS)
    founded = np.where(opened < FAR_DAY, opened - lead, FAR)
    after = states.reborn_day[reborn] + keyed.integers(
        traders.key[reborn], "closed after", *_FADE_DAYS
    )
    closed[reborn] = np.minimum(closed[reborn], after)
    lives = traders.lives
    return RegistryView(
        Lives(founded, closed, lives.rest_from, lives.rest_until, lives.growth),
        _suspended(nation),
    )


def _suspended(nation: Nation) -> Ints:
    """Return from when firms count as not found at their address, FAR for most."""
    result = np.full(len(nation.traders), FAR, dtype=np.int64)
    vanishes = [kind.vanishes for kind in nation.mechanisms]
    rows = np.flatnonzero(nation.of_kind(nation.mechanism_of, vanishes, nothing=False))
    trader = nation.schemes.trader[rows]
    wait = keyed.integers(nation.traders.key[trader], "untraced", 0, _UNTRACED_AFTER_DAYS)
    result[trader] = nation.schemes.end_day[rows] + _UNTRACED_AFTER_DAYS + wait
    return result


def contract_columns(nation: Nation, month: int, view: RegistryView) -> Columns:
    """Return `hopdonggc`: one contract a maker and year, by the numbers the goods items name."""
    traders, ends = nation.traders, first_day_of(month + 1)
    makers = nation.actors.texts.order
    makers = makers[np.isin(traders.trade[makers], (PROCESSING, EXPORT_PRODUCTION))]
    makers = makers[(traders.kind[makers] == FIRM) & (view.lives.founded_day[makers] < ends)]
    first, last = (year_of(np.array([nation.first_day, ends - 1])) - 1970).tolist()
    year = np.tile(np.arange(first, last + 1), len(makers))
    trader = np.repeat(makers, last - first + 1)
    opens, closes = new_year(1970 + year), new_year(1971 + year)
    key = keyed.derive(traders.key[trader], "contract", year)
    born = view.lives.founded_day[trader].astype("datetime64[D]").astype("datetime64[M]")
    since = opens - keyed.integers(key, "begins", 1, _CONTRACT_LEAD_DAYS)
    since = np.maximum(since, born.astype("datetime64[D]").astype(np.int64))
    rows = np.flatnonzero(
        (since < closes) & (view.lives.closed_day[trader] > opens - _CONTRACT_REST_DAYS)
    )
    trader, key = trader[rows], key[rows]
    partner = traders.partner[trader, EXPORT, 0]
    names = partner_names(nation.partners, partner, np.zeros(len(rows), dtype=np.int64))
    number = contract_numbers(nation, trader, opens[rows])
    rest = keyed.integers(key, "ends", 0, _CONTRACT_REST_DAYS)
    return {
        "SO_HD_GC": numbered("HDGC", number, 12),
        "MA_DN": nation.actors.texts.codes_of(trader),
        "TEN_DT": names,
        "MA_NUOC_DT": country_texts(nation, traders.country[trader, EXPORT, 0]),
        "TU_NGAY": dates(since[rows]),
        "DEN_NGAY": dates(closes[rows] - 1 + rest),
    }


def violation_columns(nation: Nation, violations: Violations, month: int) -> Columns:
    """Return `vipham`: every decision before the month that was not annulled before it.

    A fine that was lowered, or complained of, before the month is told as it is then, under its
    number.
    """
    begins = first_day_of(month)
    stands = (violations.annulled == NEVER) | (violations.annulled >= begins)
    rows = np.flatnonzero((violations.decided < begins) & stands)
    lowered = violations.lowered[rows]
    is_less = (lowered != NEVER) & (lowered < begins)
    fine = np.where(is_less, violations.lowered_vnd[rows], violations.fine_vnd[rows])
    complained = violations.complained[rows]
    is_disputed = (complained != NEVER) & (complained < begins)
    number = violations.number[rows]
    act = violations.act[rows]
    declaration = base_numbers(violations.direction[rows], np.maximum(number, 0))
    return {
        "SO_QD": sanction_numbers(violations.key[rows], violations.decided[rows]),
        "MA_DN": nation.actors.texts.codes_of(violations.trader[rows]),
        "NGAY_VP": dates(violations.happened[rows]),
        "NGAY_QD": dates(violations.decided[rows]),
        "SO_TK_GOC": as_text(declaration, number == NO_DECLARATION),
        "NHOM": whole(GROUP_OF_ACT[act]),
        "HANH_VI": coded(ACTS, act),
        "SO_TIEN": whole(fine),
        "KHIEU_NAI": whole(is_disputed.astype(np.int64)),
    }


def value_list_columns(nation: Nation, month: int) -> Columns:
    """Return `ruirotg`: the value-risk lists of the years up to a month, with reference prices."""
    goods = nation.goods
    listed = np.flatnonzero(goods.reference_usd > 0)
    base = to_date(nation.written_from).year - 1970
    lists = []
    for year in range(base - 1, month // 12 + 1):
        opens, closes = new_year(np.array([1970 + year, 1971 + year])) - (0, 1)
        days = np.full((2, len(listed)), ((opens,), (closes,)), dtype=np.int64)
        usd = list_prices(goods, nation.root("value list"), listed, days[0])
        price = np.rint(usd * 10_000).astype(np.int64)
        lists.append(
            pa.table(
                {
                    "MA_HS": coded(goods.codes, listed).cast(pa.string()),
                    "TEN": texts(goods.names_vi, listed),
                    "TU_NGAY": dates(days[0]),
                    "GIA_THAM_KHAO": decimals(price, 4),
                    "MA_NT": constant("USD", len(listed)),
                    "MA_DVT": texts(UNITS, goods.unit1[listed]),
                    "DEN_NGAY": dates(days[1]),
                }
            )
        )
    table = pa.concat_tables(lists).combine_chunks()
    return {name: table[name].combine_chunks() for name in table.column_names}


def ruling_columns(nation: Nation, month: int) -> Columns:
    """Return `xdtruoc`: advance rulings on code, value or origin, valid for three years."""
    traders, goods = nation.traders, nation.goods
    wanted = max(_FEWEST_RULINGS, round(_RULINGS_A_TRADER * int(traders.is_ordinary.sum())))
    since = nation.first_day - _RULING_DAYS
    count = max(1, round(wanted * (nation.last_day - since) / 365))
    key = keyed.identities(nation.root("advance rulings"), count)
    day = np.sort(keyed.integers(key, "day", since, nation.last_day + 1))
    trader = keyed.integers(key, "trader", 0, int(traders.is_ordinary.sum()))
    fits = (traders.kind[trader] == FIRM) & (traders.founded_day[trader] < day)
    serial = np.arange(count)
    rows = np.flatnonzero(fits & (day < first_day_of(month)))
    line = traders.lines[trader[rows], 0, 0, 0]
    kind = keyed.choose(key[rows], "kind", _RULING_WEIGHTS)
    usd = np.rint(np.exp(goods.log_price[line]) * 10_000).astype(np.int64)
    not_valued: Bools = kind != _RULING_KINDS.index("TG")
    return {
        "SO_XDT": numbered("XDT", serial[rows] + 1, 6),
        "LOAI": coded(_RULING_KINDS, kind),
        "MA_DN": nation.actors.texts.codes_of(trader[rows]),
        "TEN_HANG": texts(goods.names_vi, line),
        "MA_HS": coded(goods.codes, line),
        "MA_NUOC_XX": country_texts(nation, traders.country[trader[rows], 0, 0]),
        "TRI_GIA": decimals(usd, 4, not_valued),
        "MA_NT": coded(("USD",), kind * 0, not_valued),
        "TU_NGAY": dates(day[rows]),
        "DEN_NGAY": dates(day[rows] + _RULING_DAYS),
    }


def months_told(nation: Nation) -> range:
    """Return the months with a snapshot: those of the days written and the one before."""
    ends = year_month(np.array([nation.written_from, nation.last_day]))
    return range(int(ends[0]) - 1, int(ends[1]) + 1)


def registry_snapshots(
    nation: Nation, states: SchemeStates, record: Record, violations: Violations
) -> Iterator[tuple[str, int, Columns]]:
    """Yield table, first day of the month and columns of every snapshot."""
    view, actors = view_of(nation, states), nation.actors
    for month in months_told(nation):
        day = first_day_of(month)
        yield "dn", day, dn_month(actors, month, view)
        yield "chusohuu", day, chusohuu_month(actors, month, view)
        yield "xephang", day, xephang_table(actors, service_levels(nation, record, month))
        yield "cosx", day, cosx_month(actors, month, view)
        yield "hopdonggc", day, contract_columns(nation, month, view)
        yield "vipham", day, violation_columns(nation, violations, month)
        yield "ruirotg", day, value_list_columns(nation, month)
        yield "xdtruoc", day, ruling_columns(nation, month)
        yield "vpkhac", day, other_violation_columns(nation, month, view)
        yield "kehoachkt", day, inspection_plan_columns(nation, month, view)
