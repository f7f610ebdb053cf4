"""What other state agencies have with the traders: violations of other laws, inspections planned.

A plan is public by the middle of December before its year, and a firm is in one plan a year at most
(Directive 20/CT-TTg of 2017: not more than one inspection a year). `other_agencies.csv` says who
fines and plans, how often and for how much. How many firms are fined or planned is an assumption.
Who complies badly with customs is fined somewhat more often by others too: weakly, twice as often
at a latent compliance of 0.4 as at 0.83.
"""

from typing import NamedTuple

import numpy as np

from simulator.actors.kinds import FIRM
from simulator.kernel import keyed
from simulator.kernel.arrays import Ints, coded, dates, group_starts, numbered, texts, whole
from simulator.kernel.keyed import Keys
from simulator.kernel.rounding import one_at_least
from simulator.nation import Nation
from simulator.reference.calendar import FIRST_YEAR, first_day_of, new_year, next_working, to_date
from simulator.reference.lists import read_list
from simulator.sources.registry_tables import Columns, RegistryView


class Agency(NamedTuple):
    """A body that fines and inspects under a law other than the Customs Law.

    Attributes:
        name: In Vietnamese; code: letters of its plans.
        field: LINH_VUC; acts: HANH_VI, and subject: NOI_DUNG, both in words.
        fines, plans: Weights by number.
        usual_vnd: Middle of its fines.
    """

    name: str
    code: str
    field: str
    acts: tuple[str, ...]
    subject: str
    fines: float
    plans: float
    usual_vnd: int


def _agency(row: dict[str, str]) -> Agency:
    return Agency(
        name=row["name"],
        code=row["code"],
        field=row["field"],
        acts=tuple(row["acts"].split("; ")),
        subject=row["subject"],
        fines=float(row["fines"]),
        plans=float(row["plans"]),
        usual_vnd=int(row["usual_vnd"]),
    )


AGENCIES = read_list("other_agencies.csv", _agency, "simulator.sources")
STATES = ("du_kien", "dang_lam", "da_xong", "huy")
PLANNED, RUNNING, DONE, DROPPED = range(4)
_FINED_A_YEAR, _LEAN, _MIDDLE, _FINE_SIGMA, _FINE_STEP_VND = 0.03, 1.6, 0.8, 0.8, 500_000
_PLANNED_SHARE, _DROPPED_SHARE, _PUBLISHED_BEFORE_DAYS = 0.04, 0.08, 17
_YEARS_BEFORE = 3
_FIRST_DAY, _LAST_DAY, _SHORTEST, _LONGEST = 32, 320, 3, 31


def _years(nation: Nation, month: int) -> range:
    """Return the years from three before the first lived to the one after a month."""
    first = max(to_date(nation.first_day).year - _YEARS_BEFORE, FIRST_YEAR)
    return range(first, to_date(first_day_of(month)).year + 2)


def _firm_years(nation: Nation, month: int, name: str) -> tuple[Ints, Ints, Keys]:
    """Return each firm (in the order of the register) in each year, and its key of that year."""
    order = nation.actors.texts.order
    firms = order[nation.traders.kind[order] == FIRM]
    years = np.array(_years(nation, month))
    trader, year = np.repeat(firms, len(years)), np.tile(years, len(firms))
    return trader, year, keyed.derive(nation.traders.key[trader], name, year)


def _lives(view: RegistryView, trader: Ints, day: Ints) -> Ints:
    """Return the positions at which a trader is registered and not closed on a day."""
    lives = view.lives
    return np.flatnonzero((lives.founded_day[trader] < day) & (day < lives.closed_day[trader]))


def other_violation_columns(nation: Nation, month: int, view: RegistryView) -> Columns:
    """Return `vpkhac`: violations of other laws, known as a month begins."""
    trader, year, key = _firm_years(nation, month, "other laws")
    lean = np.exp(_LEAN * (_MIDDLE - nation.traders.compliance[trader]))
    fined = np.flatnonzero(keyed.happens(key, "fined", _FINED_A_YEAR * lean))
    trader, year, key = trader[fined], year[fined], key[fined]
    day = next_working(new_year(year) + keyed.integers(key, "day", 0, 360))
    rows = np.flatnonzero(day < first_day_of(month))
    rows = rows[_lives(view, trader[rows], day[rows])]
    trader, key, day = trader[rows], key[rows], day[rows]
    agency = keyed.choose(key, "agency", [one.fines for one in AGENCIES])
    acts = [act for one in AGENCIES for act in one.acts]
    sizes = np.array([len(one.acts) for one in AGENCIES])
    act = group_starts(sizes)[agency] + keyed.integers(key, "act", 0, sizes[agency])
    usual = np.array([one.usual_vnd for one in AGENCIES])[agency]
    fine = usual * np.exp(_FINE_SIGMA * keyed.normal(key, "fine"))
    serial = (key % np.uint64(10**10)).astype(np.int64)
    return {
        "SO_QD": numbered("VPK", serial, 10),
        "MA_DN": nation.actors.texts.codes_of(trader),
        "CO_QUAN": texts([one.name for one in AGENCIES], agency),
        "LINH_VUC": coded([one.field for one in AGENCIES], agency),
        "NGAY_QD": dates(day),
        "HANH_VI": texts(acts, act),
        "SO_TIEN": whole(one_at_least(fine, _FINE_STEP_VND)),
    }


def inspection_plan_columns(nation: Nation, month: int, view: RegistryView) -> Columns:
    """Return `kehoachkt`: inspections by other agencies, planned or done, as a month begins."""
    today = first_day_of(month)
    trader, year, key = _firm_years(nation, month, "inspection plan")
    opens = new_year(year)
    planned = keyed.happens(key, "planned", _PLANNED_SHARE)
    planned &= opens - _PUBLISHED_BEFORE_DAYS < today
    rows = np.flatnonzero(planned)
    rows = rows[_lives(view, trader[rows], opens[rows] - _PUBLISHED_BEFORE_DAYS)]
    trader, year, key, opens = trader[rows], year[rows], key[rows], opens[rows]
    agency = keyed.choose(key, "agency", [one.plans for one in AGENCIES])
    begins = next_working(opens + keyed.integers(key, "begins", _FIRST_DAY, _LAST_DAY))
    ends = begins + keyed.integers(key, "lasts", _SHORTEST, _LONGEST)
    state = np.where(ends < today, DONE, np.where(begins <= today, RUNNING, PLANNED))
    dropped = begins - keyed.integers(key, "dropped before", 1, 60)
    is_dropped = keyed.happens(key, "dropped", _DROPPED_SHARE) & (dropped <= today)
    plans = [f"KH-{one.code}-{number}" for number in range(1970, 2070) for one in AGENCIES]
    return {
        "SO_KH": coded(plans, (year - 1970) * len(AGENCIES) + agency),
        "MA_DN": nation.actors.texts.codes_of(trader),
        "CO_QUAN": texts([one.name for one in AGENCIES], agency),
        "NOI_DUNG": texts([one.subject for one in AGENCIES], agency),
        "NAM": whole(year),
        "TU_NGAY": dates(begins),
        "DEN_NGAY": dates(ends),
        "TRANG_THAI": coded(STATES, np.where(is_dropped, DROPPED, state)),
    }
