"""Monthly snapshots of the trader registry: `dn`, `chusohuu`, `xephang` and `cosx`.

A snapshot holds what the registry knows on the first day of its month. Rows stand in the order of
their keys, so that neither order nor number tells a reserved slot that was woken from any other.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.actors.cast import Actors
from simulator.actors.foreign_names import SPELLINGS
from simulator.actors.kinds import COMMERCIAL, COMPANY_TYPES, FAR, FIRM, KINDS
from simulator.actors.lives import Lives
from simulator.actors.owners import ROLES
from simulator.actors.provinces import CODES
from simulator.kernel import keyed
from simulator.kernel.arrays import Bools, Ints, dates, decimals, digits, runs_of, texts, whole
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import first_day_of
from simulator.sources.firm_facts import fact_columns

Columns = dict[str, pa.Array]
ACTIVE, SUSPENDED, CLOSED = range(3)
STATUSES = ("00", "01", "03")
SERVICE_KINDS = ("DL", "VT", "CK")
# Shares and days are assumptions.
_REST_TOLD_SHARE, _REST_TOLD_AFTER_DAYS = 0.6, 30
_CLOSING_TOLD_SHARE, _CLOSING_TOLD_BEFORE_DAYS = 0.7, 28
# Who closes is struck off when the last of its deals are cleared.
_STRUCK_OFF_DAYS = 30
_FORMER_CODE_SHARE = 0.6
_CHANGE_MEAN_DAYS = 1_200.0
_SECOND_SITE_SHARE, _LEAST_SITE_DELAY, _MOST_SITE_DELAY = 0.15, 20, 240
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class RegistryView:
    """What the registry has to know beyond the plan of the world, one position a trader.

    Attributes:
        lives: Days of founding and closing as they came, woken slots included.
        suspended_day: Day from which the registry holds it suspended, FAR for most.
    """

    lives: Lives
    suspended_day: Ints


def _events(key: Keys, view: RegistryView) -> list[tuple[Ints, Ints, Bools]]:
    """Return times of suspension: from, until, and whether the registry is told."""
    lives = view.lives
    told = keyed.happens(key, "rest told", _REST_TOLD_SHARE)
    rests = [
        (lives.rest_from[:, number] + _REST_TOLD_AFTER_DAYS, lives.rest_until[:, number], told)
        for number in range(lives.rest_from.shape[1])
    ]
    closing = keyed.happens(key, "closing told", _CLOSING_TOLD_SHARE)
    before = lives.closed_day - _CLOSING_TOLD_BEFORE_DAYS
    everybody = np.ones(len(key), dtype=bool)
    never = np.full(len(key), FAR, dtype=np.int64)
    struck_off = lives.closed_day + _STRUCK_OFF_DAYS
    return [*rests, (before, struck_off, closing), (view.suspended_day, never, everybody)]


def statuses(key: Keys, view: RegistryView, day: int) -> tuple[Ints, Ints]:
    """Return the position in STATUSES of each trader on a day, and the day it last changed."""
    lives = view.lives
    status = np.full(len(key), ACTIVE, dtype=np.int64)
    changed = lives.founded_day
    for begin, end, told in _events(key, view):
        holds = told & (begin <= day) & (day < end)
        over = told & (end <= day) & (begin < end)
        status = np.where(holds, SUSPENDED, status)
        changed = np.maximum(changed, np.where(holds, begin, np.where(over, end, changed)))
    struck_off = lives.closed_day + _STRUCK_OFF_DAYS
    closed = struck_off <= day
    return np.where(closed, CLOSED, status), np.where(closed, struck_off, changed)


def _last_entry(key: Keys, view: RegistryView, changed: Ints, day: int) -> Ints:
    """Return the day of the last entry: a change of status or of something that is not shown."""
    wait = keyed.exponential(key, "other entry", _CHANGE_MEAN_DAYS).astype(np.int64)
    other = view.lives.founded_day + wait
    is_past = (other <= day) & (other < view.lives.closed_day)
    return np.where(is_past, np.maximum(changed, other), changed)


def _known(actors: Actors, view: RegistryView, day: int) -> Ints:
    """Return the traders that are registered by a day, in the order of their codes."""
    order = actors.texts.order
    known: Ints = order[view.lives.founded_day[order] <= day]
    return known


def dn_month(actors: Actors, month: int, view: RegistryView) -> Columns:
    """Return the snapshot of traders, one row each, as columns of equal length.

    Args:
        actors: Everybody.
        month: Months since 1970-01.
        view: What has happened.
    """
    traders, known_texts = actors.traders, actors.texts
    day = first_day_of(month)
    rows = _known(actors, view, day)
    at = pa.array(rows)
    status, changed = statuses(traders.key, view, day)
    entry = _last_entry(traders.key, view, changed, day)
    is_natural = traders.kind[rows] != FIRM
    former = traders.predecessor[rows]
    says = keyed.happens(traders.key[rows], "former code", _FORMER_CODE_SHARE)
    is_silent = (former < 0) | ~traders.is_ordinary[rows] | ~says
    return {
        "MA_DN": known_texts.tax_codes.take(at),
        "LOAI_DN": texts(KINDS, traders.kind[rows]),
        "TEN_DN": known_texts.names.take(at),
        "TEN_EN": known_texts.names_en.take(at),
        "NGAY_TL": dates(view.lives.founded_day[rows]),
        "MA_TINH": texts(CODES, traders.province[rows]),
        "DIA_CHI": known_texts.addresses.take(at),
        "LOAI": texts(COMPANY_TYPES, traders.company[rows]),
        "VON_VND": whole(traders.capital_million_vnd[rows] * _MILLION, is_natural),
        "SO_LD": whole(traders.employees[rows], is_natural),
        "MA_NGANH": known_texts.industry.take(at),
        "TRANG_THAI": texts(STATUSES, status[rows]),
        "UU_TIEN": digits(traders.is_priority[rows].astype(np.int64)),
        "MA_CU": known_texts.tax_codes.take(pa.array(np.maximum(former, 0), mask=is_silent)),
        "NGAY_CN": dates(entry[rows]),
    } | fact_columns(traders, view.lives.founded_day, rows, month)


def chusohuu_month(actors: Actors, month: int, view: RegistryView) -> Columns:
    """Return the snapshot of owners and representatives, one row for each role."""
    holdings, people = actors.owners.holdings, actors.owners.people
    day = first_day_of(month)
    founded = view.lives.founded_day[holdings.trader]
    begin = founded + holdings.from_offset
    rank = np.empty(len(actors.traders), dtype=np.int64)
    rank[actors.texts.order] = np.arange(len(rank))
    rows = np.flatnonzero(begin <= day)
    rows = rows[np.argsort(rank[holdings.trader[rows]], kind="stable")]
    end = np.minimum(founded + holdings.to_offset, FAR)[rows]
    person, partner = holdings.person[rows], holdings.partner[rows]
    is_firm = pa.array(person < 0)
    someone, parent = pa.array(np.maximum(person, 0)), np.maximum(partner, 0)
    number = pc.binary_join_element_wise("NN", pc.utf8_lpad(digits(_numbers(parent)), 8, "0"), "")
    parents = actors.partners.names.take(pa.array(parent * SPELLINGS))
    return {
        "MA_DN": actors.texts.codes_of(holdings.trader[rows]),
        "SO_GT": pc.if_else(is_firm, number, people.documents.take(someone)),
        "VAI_TRO": texts(ROLES, holdings.role[rows]),
        "TU_NGAY": dates(begin[rows]),
        "HO_TEN": pc.if_else(is_firm, parents, people.names.take(someone)),
        "TY_LE": decimals(holdings.share_bp[rows], 2, holdings.share_bp[rows] < 0),
        "DEN_NGAY": dates(np.minimum(end, day), end > day),
    }


def _numbers(partner: Ints) -> Ints:
    """Return a foreign firm's registration number, different for each, in no order."""
    return partner * 61_803_401 % 100_000_000


def xephang_table(actors: Actors, levels: Ints) -> Columns:
    """Return the ranks of brokers, carriers and operators of ports and warehouses.

    Args:
        actors: Everybody.
        levels: 2 to 5, of brokers, carriers and operators, one after the other.
    """
    lists = (
        (actors.brokers.codes, actors.brokers.names),
        (actors.carriers.tax_codes, actors.carriers.names),
        (actors.operators.tax_codes, actors.operators.names),
    )
    sizes = np.array([len(codes) for codes, _ in lists])
    columns = {
        "MA": pa.concat_arrays([codes for codes, _ in lists]),
        "LOAI": texts(SERVICE_KINDS, runs_of(sizes)),
        "TEN": pa.concat_arrays([names for _, names in lists]),
        "MUC": digits(levels),
    }
    order = pc.sort_indices(pa.table(columns), [("LOAI", "ascending"), ("MA", "ascending")])
    return {name: column.take(order) for name, column in columns.items()}


def cosx_month(actors: Actors, month: int, view: RegistryView) -> Columns:
    """Return the production sites that makers for export have given notice of."""
    traders = actors.traders
    day = first_day_of(month)
    order = actors.texts.order
    makers = order[(traders.trade[order] != COMMERCIAL) & (traders.kind[order] == FIRM)]
    key = traders.key[makers]
    delay = keyed.integers(key, "site notice", _LEAST_SITE_DELAY, _MOST_SITE_DELAY)
    since = view.lives.founded_day[makers] + delay
    has_second = keyed.happens(key, "second site", _SECOND_SITE_SHARE)
    later = since + 100 + keyed.exponential(key, "second notice", 900.0).astype(np.int64)
    place = np.concatenate([makers, makers[has_second]])
    start = np.concatenate([since, later[has_second]])
    sites = actors.texts.sites.take(pa.array(place))
    second = pa.array(np.arange(len(place)) >= len(makers))
    sites = pc.if_else(second, pc.binary_join_element_wise("Xưởng 2, ", sites, ""), sites)
    rows = np.flatnonzero(start <= day)
    return {
        "MA_DN": actors.texts.codes_of(place[rows]),
        "DIA_CHI": sites.take(pa.array(rows)),
        "TU_NGAY": dates(start[rows]),
    }
